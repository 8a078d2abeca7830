"""A few red flags for each demo village: entries of a source of their own, over which the rules themselves look. Who is whose
relative is told with them, for at a seeding the registry does not run yet.

A second run finds the entries there and tells nothing anew.
"""

from collections.abc import Callable, Collection
from datetime import datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Database

from linli_supervision.clients.registry import RegistryClient
from linli_supervision.flags.rules import shipped
from linli_supervision.flags.watching import look
from linli_supervision.ledger.entry import ACT_TYPE, Occurrence
from linli_supervision.ledger.ingest import append
from linli_supervision.lookups.domain import Nearness

SOURCE = "demo"
COUNTY_DIGITS, TOWNSHIP_DIGITS = 6, 9


def told(division: str, now: datetime) -> list[Occurrence]:
    """A reveal late at night, a rating from the clerk's own device, ratings in bulk, accounts that nobody published, and an officer's
    decision for a parent."""
    one = _ids(division)
    clerk, officer, parent = _account(f"clerk.{division}"), _officer(division), one("parent")
    by = {"actor": clerk, "role": "clerk", "division": division, "outcome": "ok", "purpose": ""}
    case, many = one("case"), [one(f"case {number}") for number in range(5)]
    accepted = by | {"action": "case.accept", "object_kind": "case", "object_id": case, "case_id": case}
    revealed = by | {"action": "resident.reveal", "object_kind": "resident", "object_id": one("person")}
    due = (now - timedelta(days=19)).date().isoformat()
    given = {"case_id": case, "division": division, "level": 5, "source": "code", "device": "demo-desk"}
    duty: dict[str, Any] = {
        "duty": f"{division}:accounts",
        "division": division,
        "item": "accounts",
        "due": due,
        "days": -1,
    }
    asked = by | {
        "object_kind": "case",
        "object_id": one("parents case"),
        "case_id": one("parents case"),
        "people": [parent],
    }
    decided = asked | {"action": "case.decide", "actor": officer, "role": "township_officer"}
    listed: list[tuple[int, time, str, str, dict[str, Any]]] = [
        (18, time(9, 0), "cn.linli.supervision.disclosure-duty.reminded.v1", duty["duty"], duty | {"state": "missing"}),
        (2, time(10, 20), ACT_TYPE, case, accepted | {"people": [], "detail": {"device": "demo-desk"}}),
        (2, time(10, 40), "cn.linli.desk.evaluation.given.v1", case, given),
        (2, time(23, 20), ACT_TYPE, one("person"), revealed | {"people": [one("person")], "detail": {"fields": ["phone"]}}),
        (1, time(16, 30), "cn.linli.desk.evaluation.bulk-flagged.v1", many[0], {"division": division, "cases": many, "minutes": 10}),
        (2, time(15, 10), ACT_TYPE, one("parents case"), asked | {"action": "case.open", "detail": {}}),
        (2, time(15, 40), ACT_TYPE, one("parents case"), decided | {"detail": {"outcome": "approved"}}),
    ]  # fmt: skip
    return [
        Occurrence(SOURCE, number, one(f"entry {number}"), kind, subject, _at(now, days, at), data)
        for number, (days, at, kind, subject, data) in enumerate(listed, start=1)
    ]


def _at(now: datetime, days: int, at: time) -> str:
    return datetime.combine((now - timedelta(days=days)).date(), at, SHANGHAI).isoformat()


def _ids(division: str) -> Callable[[str], str]:
    return lambda name: str(uuid5(NAMESPACE_URL, f"linli-demo:flag:{division}:{name}"))


def _account(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"urn:linli:demo:{name}"))


def _officer(division: str) -> str:
    return _account(f"township_officer.{division[:TOWNSHIP_DIGITS]}")


class _Told(RegistryClient):
    """Knows the one relative whom the entries tell of."""

    def __init__(self, officer: str, parent: str) -> None:
        self._pair = (officer, parent)

    async def near(self, tenant: str, looks: Collection[tuple[str, str]]) -> dict[tuple[str, str], Nearness]:
        return {self._pair: Nearness(relative=True, neighbour=False, path=("parent",))} if self._pair in looks else {}


async def seed_flags(db: Database, tenant: str, division: str) -> int:
    """Tell the entries and let the rules look that read acts and events; returns how many flags are new."""
    async with db.pool.acquire() as connection, connection.transaction():
        known = "SELECT 1 FROM ledger_entry WHERE tenant = $1 AND source = $2 LIMIT 1"
        if await connection.fetchval(known, tenant, SOURCE) is not None:
            return 0
        await append(connection, tenant, told(division, db.clock.now()))
    registry = _Told(_officer(division), _ids(division)("parent"))
    judged = [name for name, rule in shipped().items() if rule.detector.judge is not None]
    return await look(db, registry, tenant, division[:COUNTY_DIGITS], only=judged)
