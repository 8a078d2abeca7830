"""Reads what a rule needs out of the ledger, and asks it. Nothing is written here: a back-test reads the same way.

What begins a rule is found by its own index; what stands around it by the ledger's references, a batch at a time.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Database, HotQuery
from linli_kernel.identity import Role, Viewer
from sqlalchemy import BigInteger, DateTime, Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from linli_supervision.clients.registry import RegistryClient
from linli_supervision.flags.facts import Fact, Finding, Further, Reading, fact_of, in_time
from linli_supervision.flags.rules import Rule
from linli_supervision.flags.tables import BEGINS_A_RULE
from linli_supervision.lookups import watching
from linli_supervision.lookups.domain import Nearness
from linli_supervision.rows import Row

RECENT = timedelta(days=3)
"""A fact that is judged as soon as it is there is looked at for so long: entries of a slow source come late."""
BATCH = 1000
_COLUMNS = "e.index, e.source, e.source_seq, e.action, e.time, e.role, e.division, s.content"
_BESIDE = "JOIN ledger_subject s ON s.tenant = e.tenant AND s.index = e.index"
_TYPES: dict[str, Any] = {
    "tenant": Text(), "actions": ARRAY(Text), "refs": ARRAY(Text), "since": DateTime(timezone=True),
    "until": DateTime(timezone=True), "devices": ARRAY(Text), "low": BigInteger(),
}  # fmt: skip


def _ready(statement: str) -> HotQuery:
    return HotQuery(
        text(statement).bindparams(*(bindparam(name, type_=t) for name, t in _TYPES.items() if f":{name}" in statement))
    )


_TRIGGERS = _ready(
    f"SELECT {_COLUMNS} FROM ledger_entry e {_BESIDE} WHERE e.tenant = :tenant AND e.time >= :since AND e.time < :until"  # noqa: S608
    f" AND e.{BEGINS_A_RULE} AND e.action = ANY(:actions) ORDER BY e.index"
)
_AROUND = _ready(
    f"SELECT DISTINCT r.ref, {_COLUMNS} FROM ledger_reference r"  # noqa: S608
    f" JOIN ledger_entry e ON e.tenant = r.tenant AND e.index = r.index {_BESIDE}"
    " WHERE r.tenant = :tenant AND r.ref = ANY(:refs) AND e.action = ANY(:actions) AND e.time < :until"
)


_ON_DEVICES = _ready(
    f"SELECT DISTINCT r.ref, {_COLUMNS} FROM ledger_reference r"  # noqa: S608
    f" JOIN ledger_entry e ON e.tenant = r.tenant AND e.index = r.index {_BESIDE}"
    " WHERE r.tenant = :tenant AND r.ref = ANY(:refs) AND r.kind = 'actor' AND r.index >= :low"
    " AND e.action = ANY(:actions) AND e.time < :until"
    # Found by its bytes, not by reading JSON: an entry that somebody changed must not stop the rule.
    """ AND substring(encode(s.content, 'escape') FROM '"device":"([^"]+)"') = ANY(:devices)"""
)
FURTHER_BACK = 20_000
"""Entries of a county before the first rating that is looked at: some days of one with a million people."""


def system_viewer(tenant: str) -> Viewer:
    """Who looks on behalf of a county: nobody's account, the whole area."""
    return Viewer(UUID(int=0), "", tenant, Role.SERVICE, ("",))


async def findings(
    db: Database, registry: RegistryClient, tenant: str, rule: Rule, since: datetime, now: datetime
) -> list[Finding]:
    """What a rule notices of what happened between `since` and `now`; raises Unavailable when the registry is asked in vain."""
    detector = rule.detector
    if detector.judge is None:
        return await _looks(db, registry, tenant, rule, since, now)
    triggers = await _begun(db, tenant, sorted(detector.triggers), since, now)
    references = sorted({one for fact in triggers for one in detector.references(fact)})
    reading = Reading(triggers, await _around(db, tenant, sorted(detector.around), references, now), now)
    if detector.further is not None:
        further = detector.further(reading, rule.thresholds)
        around = {**reading.around, **await _on_devices(db, tenant, sorted(detector.around), further, reading)}
        reading = replace(reading, around=around)
    if detector.pairs is not None:
        pairs = sorted(detector.pairs(reading))
        near: dict[tuple[str, str], Nearness] = {}
        for at in range(0, len(pairs), BATCH):
            near |= await registry.near(tenant, pairs[at : at + BATCH])
        reading = replace(reading, near=near)
    return list(detector.judge(reading, rule.thresholds))


async def recent(
    db: Database, registry: RegistryClient, tenant: str, rule: Rule, looked: datetime | None, now: datetime
) -> list[Finding]:
    """What a rule notices now, from where it looked the last time; the first look goes back as far as the rule does."""
    lasting = timedelta(days=rule.file.looks_back_days)
    since = now - lasting if looked is None or rule.detector.lasting else min(looked, now) - RECENT
    return await findings(db, registry, tenant, rule, max(since, now - max(lasting, RECENT)), now)


async def _begun(db: Database, tenant: str, actions: Sequence[str], since: datetime, until: datetime) -> list[Fact]:
    values = {"tenant": tenant, "actions": list(actions), "since": since, "until": until}
    return in_time(list(_facts(await db.fetch_all(_TRIGGERS, values))))


async def _around(
    db: Database, tenant: str, actions: Sequence[str], references: Sequence[str], until: datetime
) -> dict[str, Sequence[Fact]]:
    shared = {"tenant": tenant, "actions": list(actions), "until": until}
    found: dict[str, list[Fact]] = {}
    for at in range(0, len(references), BATCH):
        refs = list(references[at : at + BATCH])
        for row in await db.fetch_all(_AROUND, {**shared, "refs": refs}):
            if (fact := fact_of(row)) is not None:
                found.setdefault(row["ref"], []).append(fact)
    return {ref: in_time(facts) for ref, facts in found.items()}


async def _on_devices(
    db: Database, tenant: str, actions: Sequence[str], further: Further, reading: Reading
) -> dict[str, Sequence[Fact]]:
    """Acts of accounts on devices, by account, from some time before the first trigger."""
    if not further.accounts or not further.devices:
        return {}
    low = min(fact.index for fact in reading.triggers) - FURTHER_BACK
    values = {"tenant": tenant, "actions": list(actions), "until": reading.now, "low": max(low, 0)}
    values |= {"refs": sorted(further.accounts), "devices": sorted(further.devices)}
    found: dict[str, list[Fact]] = {}
    for row in await db.fetch_all(_ON_DEVICES, values):
        if (fact := fact_of(row)) is not None:
            found.setdefault(row["ref"], []).append(fact)
    return {ref: in_time(facts) for ref, facts in found.items()}


def _facts(rows: Iterable[Row]) -> Iterator[Fact]:
    for row in rows:
        if (fact := fact_of(row)) is not None:
            yield fact


async def _looks(
    db: Database, registry: RegistryClient, tenant: str, rule: Rule, since: datetime, now: datetime
) -> list[Finding]:
    """Unusual looks of whole days, as `lookups` folds them, those that were answered left out."""
    least = {name: value for name, value in rule.thresholds.model_dump().items() if value is not None}
    viewer = system_viewer(tenant)
    found = []
    day = since.astimezone(SHANGHAI).date()
    while day < now.astimezone(SHANGHAI).date():
        found += await _looks_of(db, registry, viewer, day, least)
        day += timedelta(days=1)
    return found


async def _looks_of(
    db: Database, registry: RegistryClient, viewer: Viewer, day: date, least: dict[str, int]
) -> list[Finding]:
    places = await watching.unanswered(db, registry, viewer, day, least)
    return [
        Finding(
            f"{alert.rule}:{alert.actor}:{alert.day}",
            division,
            at,
            tuple(sorted(alert.entries)),
            (alert.actor,),
            None,
            {"looks": alert.rule, "people": alert.people, "day": alert.day},
        )
        for alert, division, at in places
    ]
