"""A few red flags for each demo village: entries of a source of their own, over which the rules themselves look.

A second run finds the entries there and tells nothing anew.
"""

from collections.abc import Sequence
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

SOURCE = "demo"
COUNTY_DIGITS = 6


def told(division: str, now: datetime) -> list[Occurrence]:
    """A reveal late at night, a rating from the clerk's own device, ratings in bulk, and accounts that nobody published."""

    def one(name: str) -> str:
        return str(uuid5(NAMESPACE_URL, f"linli-demo:flag:{division}:{name}"))

    clerk = str(uuid5(NAMESPACE_URL, f"urn:linli:demo:clerk.{division}"))
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
    listed: list[tuple[int, time, str, str, dict[str, Any]]] = [
        (18, time(9, 0), "cn.linli.supervision.disclosure-duty.reminded.v1", duty["duty"], duty | {"state": "missing"}),
        (2, time(10, 20), ACT_TYPE, case, accepted | {"people": [], "detail": {"device": "demo-desk"}}),
        (2, time(10, 40), "cn.linli.desk.evaluation.given.v1", case, given),
        (2, time(23, 20), ACT_TYPE, one("person"), revealed | {"people": [one("person")], "detail": {"fields": ["phone"]}}),
        (1, time(16, 30), "cn.linli.desk.evaluation.bulk-flagged.v1", many[0], {"division": division, "cases": many, "minutes": 10}),
    ]  # fmt: skip
    return [
        Occurrence(SOURCE, number, one(f"entry {number}"), kind, subject, _at(now, days, at), data)
        for number, (days, at, kind, subject, data) in enumerate(listed, start=1)
    ]


def _at(now: datetime, days: int, at: time) -> str:
    return datetime.combine((now - timedelta(days=days)).date(), at, SHANGHAI).isoformat()


async def seed_flags(db: Database, registry: RegistryClient, tenant: str, division: str) -> int:
    """Tell the entries and let the rules look that need nobody else; returns how many flags are new."""
    async with db.pool.acquire() as connection, connection.transaction():
        known = "SELECT 1 FROM ledger_entry WHERE tenant = $1 AND source = $2 LIMIT 1"
        if await connection.fetchval(known, tenant, SOURCE) is not None:
            return 0
        await append(connection, tenant, told(division, db.clock.now()))
    return await look(db, registry, tenant, division[:COUNTY_DIGITS], only=_alone())


def _alone() -> Sequence[str]:
    """Rules that read the ledger only: at a seeding the registry does not run yet."""
    return [name for name, rule in shipped().items() if rule.detector.judge is not None and rule.detector.pairs is None]
