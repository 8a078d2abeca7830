"""Watching: every rule that is on looks at the ledger again and again; what it notices becomes a flag, once.

The flag, its event and its act are one transaction, and its key is unique: whoever dies before the commit has raised nothing,
and the next look finds the same fact again.
"""

import asyncio
from collections.abc import Collection, Sequence

import asyncpg
import structlog
from linli_kernel.app import Linli
from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Database, Tx
from linli_kernel.errors import DomainError, Invalid
from linli_kernel.events import Act, Event

from linli_supervision.clients.registry import RegistryClient
from linli_supervision.flags import repository
from linli_supervision.flags.facts import Finding
from linli_supervision.flags.gathering import BATCH, recent
from linli_supervision.flags.rules import Rule, shipped
from linli_supervision.rows import Row

POLL_SECONDS = 300.0
FIRST_LOOK_SECONDS = 45.0
"""At a start the others are to be heard first."""

log = structlog.get_logger("flags")


async def raise_flags(linli: Linli) -> None:
    """Look every five minutes until cancelled."""
    await asyncio.sleep(FIRST_LOOK_SECONDS)
    while True:
        for tenant in linli.profiles.tenants():
            try:
                await look(linli.database, linli.extra["registry"], tenant.key, tenant.division[:6])
            except (OSError, DomainError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("flags_not_raised", tenant=tenant.key, kind=type(error).__name__)
        await asyncio.sleep(POLL_SECONDS)


async def rules_of(db: Database, tenant: str) -> dict[str, Rule]:
    """The rules as they hold in a county."""
    changed = await repository.changes(db, tenant)
    return {name: _laid_over(rule, changed.get(name)) for name, rule in shipped().items()}


def _laid_over(rule: Rule, change: Row | None) -> Rule:
    if change is None:
        return rule
    try:
        kept = rule.changed(change["thresholds"]).thresholds
    except Invalid:
        # Kept before the ranges were narrowed: the other rules must go on looking, and this one looks as it was shipped.
        log.warning("flag_thresholds_outdated", rule=rule.id)
        kept = rule.thresholds
    return Rule(rule.file, bool(change["on"]), kept)


async def look(
    db: Database, registry: RegistryClient, tenant: str, county: str, only: Collection[str] | None = None
) -> int:
    """Let every rule of a county look, or only some; returns how many flags are new."""
    looked, raised = await repository.looked(db, tenant), 0
    for rule in (await rules_of(db, tenant)).values():
        if not rule.on or (only is not None and rule.id not in only):
            continue
        found = await recent(db, registry, tenant, rule, looked.get(rule.id), db.clock.now())
        async with db.transaction(tenant) as tx:
            for at in range(0, len(found), BATCH):
                raised += await _raise(tx, rule, found[at : at + BATCH], county)
            await repository.keep_looked(tx, rule.id)
    return raised


async def _raise(tx: Tx, rule: Rule, findings: Sequence[Finding], county: str) -> int:
    # What belongs to no village is the county's to look into.
    made = await repository.add(tx, rule, [(finding, finding.division or county) for finding in findings])
    entries = {finding.key: len(finding.entries) for finding in findings}
    for row in made:
        place = {"division": row["division"], "rule": rule.id}
        data = contract.FlagMoved(flag_id=str(row["id"]), severity=rule.file.severity, state="open", **place)
        tx.announce(Event(type=contract.FLAG_RAISED, subject=str(row["id"]), data=data))
        detail = {"rule": rule.id, "entries": entries[row["key"]]}
        tx.record(
            Act(action="flag.raise", object_kind="flag", object_id=row["id"], division=row["division"], detail=detail)
        )
    return len(made)
