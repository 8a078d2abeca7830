"""Writes the effects of an event in their order, with history, versions and announcements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.contracts.registry import ResidentDied, ResidentMoved
from linli_kernel.database import Tx
from linli_kernel.identity import Viewer
from sqlalchemy import Table, insert, update
from sqlalchemy.exc import IntegrityError

from linli_registry import events
from linli_registry.history.recording import Line, resident_changed
from linli_registry.households import facts as f
from linli_registry.households.errors import HouseholdNumberTaken
from linli_registry.households.tables import household, kinship, membership
from linli_registry.residents.tables import resident

STAY_FIELDS = frozenset({"household", "relation"})
"""Told in a person's history and kept as membership."""


@dataclass(frozen=True)
class Record:
    """What is kept with every change of an event."""

    tx: Tx
    viewer: Viewer
    event: UUID | None
    day: date
    reason: str
    source: str

    def line(self) -> Line:
        return Line(self.viewer.subject, self.day, self.reason, self.source, self.event)


async def write(record: Record, effects: Sequence[f.Effect], before: f.State, extra: Mapping[str, Any]) -> None:
    """Write all effects; `extra` completes a new household's row (number, dwelling)."""
    touched: set[UUID] = set()
    people: dict[UUID, dict[str, Any]] = defaultdict(dict)
    after = before.apply(effects)
    for effect in effects:
        match effect:
            case f.SetFact(key, fact, old, new):
                people[key][fact] = [people[key].get(fact, [old])[0], new]
            case f.Withdraw(key):
                people[key]["presence"] = [before.people[key].presence, f.Presence.VOID.value]
            case f.Register():
                pass
            case _:
                await _write_row(record, effect, extra)
        touched |= _households(effect, after)
    for key in sorted({m.resident for e in effects if (m := _stay(e, after)) is not None}):
        left, entered = before.open_stay(key), after.open_stay(key)
        people[key]["household"] = [str(left.household) if left else None, str(entered.household) if entered else None]
        people[key]["relation"] = [left.relation if left else None, entered.relation if entered else None]
    touched -= {effect.household.id for effect in effects if isinstance(effect, f.OpenHousehold)}
    for key in sorted(touched):
        bump = update(household).where(household.c.tenant == record.viewer.tenant, household.c.id == key)
        await record.tx.execute(bump.values(version=household.c.version + 1))
    for key in sorted(people):
        await _write_person(record, key, people[key], after.people[key])


def _stay(effect: f.Effect, state: f.State) -> f.Membership | None:
    match effect:
        case f.Enter(stay) | f.Void(stay):
            return stay
        case f.Leave(key) | f.Resume(key):
            return state.memberships[key]
    return None


def _households(effect: f.Effect, state: f.State) -> set[UUID]:
    stay = _stay(effect, state)
    if stay is not None:
        return {stay.household}
    match effect:
        case f.CloseHousehold(key, _) | f.ReopenHousehold(key, _):
            return {key}
    return set()


async def _write_row(record: Record, effect: f.Effect, extra: Mapping[str, Any]) -> None:
    tx, tenant = record.tx, record.viewer.tenant

    async def change(table: Table, key: UUID, **values: Any) -> None:
        await tx.execute(update(table).where(table.c.tenant == tenant, table.c.id == key).values(**values))

    match effect:
        case f.OpenHousehold(home):
            await _open(record, home, extra)
        case f.CloseHousehold(key, on):
            await change(household, key, closed_on=on)
        case f.ReopenHousehold(key, _):
            await change(household, key, closed_on=None)
        case f.Enter(stay):
            row = {"id": stay.id, "household": stay.household, "resident": stay.resident, "relation": stay.relation}
            await tx.execute(insert(membership).values(tenant=tenant, since=stay.since, until=stay.until, **row))
        case f.Void(stay):
            await change(membership, stay.id, until=stay.since)
        case f.Leave(key, until):
            await change(membership, key, until=until)
        case f.Resume(key, _, was):
            await change(membership, key, until=was)
        case f.Tie(link):
            values = {"id": link.id, "kind": link.kind.value, "a": link.a, "b": link.b, "since": link.since}
            await tx.execute(insert(kinship).values(tenant=tenant, **values))
        case f.VoidTie(link):
            await change(kinship, link.id, until=link.since)
        case f.Untie(key, until):
            await change(kinship, key, until=until)
        case f.Retie(key, _):
            await change(kinship, key, until=None)


async def _open(record: Record, home: f.Household, extra: Mapping[str, Any]) -> None:
    row = {"id": home.id, "division": home.division, "grid": home.grid, "opened_on": home.opened_on}
    statement = insert(household).values(tenant=record.viewer.tenant, created_at=record.tx.now, **row, **extra)
    connection = await record.tx.connection()
    try:
        async with connection.begin_nested():
            await record.tx.execute(statement)
    except IntegrityError as error:
        if "household_number" in str(error.orig):
            raise HouseholdNumberTaken from None
        raise


async def _write_person(record: Record, key: UUID, changes: dict[str, Any], now: f.Person) -> None:
    real = {fact: values for fact, values in changes.items() if values[0] != values[1]}
    if not real:
        return
    tx, tenant = record.tx, record.viewer.tenant
    stored = {fact: getattr(now, fact) for fact in real if fact not in STAY_FIELDS}
    row = await tx.one(
        update(resident)
        .where(resident.c.tenant == tenant, resident.c.id == key)
        .values(version=resident.c.version + 1, **stored)
        .returning(resident.c.version)
    )
    version = row["version"] if row else 0
    await resident_changed(tx, record.line(), key, version, real)
    tx.announce(events.changed(key, now.division, version, sorted(real)))
    if "death_date" in real:
        death = date.fromisoformat(real["death_date"][1] or real["death_date"][0])
        undone = real["death_date"][1] is None
        tx.announce(events.died(ResidentDied(resident=key, division=now.division, date=death, reversed=undone)))
    if real.keys() & {"presence", "division"}:
        data = ResidentMoved(resident=key, division=now.division, presence=str(now.presence), date=record.day)
        tx.announce(events.moved(data))
