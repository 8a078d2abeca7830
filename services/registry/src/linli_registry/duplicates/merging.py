"""Merge two records and undo a merge: load, decide, write, announce. Nothing here commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from linli_kernel.contracts.registry import ResidentMerged, ResidentUnmerged
from linli_kernel.database import Tx
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id

from linli_registry import events
from linli_registry.context import Context
from linli_registry.duplicates import fields, repository, workflow
from linli_registry.duplicates.errors import (
    LaterMergeFirst,
    MergeUndone,
    OneIsDead,
    OneIsMoving,
    OneLivesElsewhere,
    RecordMerged,
    SamePerson,
)
from linli_registry.duplicates.schemas import MergeRequest
from linli_registry.duplicates.workflow import TABLES, Changes
from linli_registry.history.recording import Line, resident_changed
from linli_registry.households.facts import Presence, State
from linli_registry.households.repository import load_state
from linli_registry.metadata import Row
from linli_registry.residents.keys import ENCRYPTED
from linli_registry.transfers import whereabouts
from linli_registry.transfers.repository import somebody_moves

SOURCE = "merge"


async def merge(tx: Tx, context: Context, viewer: Viewer, asked: MergeRequest) -> UUID:
    """Make one record of two; returns the merge's id."""
    if asked.kept_id == asked.absorbed_id:
        raise SamePerson
    state = await load_state(tx, viewer, (), {asked.kept_id, asked.absorbed_id})
    people = await repository.lock_people(tx, viewer, (asked.kept_id, asked.absorbed_id))
    kept, absorbed = people[asked.kept_id], people[asked.absorbed_id]
    if Presence.VOID in (kept["presence"], absorbed["presence"]):
        raise RecordMerged
    if (kept["death_date"] is None) != (absorbed["death_date"] is None):
        raise OneIsDead
    if await somebody_moves(tx, viewer.tenant, [kept["id"], absorbed["id"]]):
        raise OneIsMoving
    await _nobody_in_two_counties(tx, viewer, kept, absorbed)
    home = asked.absorbed_id if asked.home == "absorbed" else asked.kept_id
    home = workflow.real_home(state, kept["id"], absorbed["id"], home)
    after = workflow.merge(state, kept["id"], absorbed["id"], home, context.today, new_id)
    key = new_id()
    values = fields.Values(context.keys(viewer), context.keyring, viewer.tenant)
    made = fields.chosen(values, kept, absorbed, frozenset(asked.from_absorbed), people[home])
    fields.check({field: values.of(kept, field) for field in fields.CHOSEN} | made, context.today)
    row = {"id": key, "kept": kept["id"], "absorbed": absorbed["id"], "division": kept["division"], "at": tx.now}
    row |= {"actor": viewer.subject, "reason": asked.reason, "absorbed_presence": absorbed["presence"]}
    row |= {name: values.keep(name, values.of(kept, name), key) for name in ENCRYPTED if name in made}
    row |= {"fields": fields.remembered(values, kept, made), "rows": _stored(workflow.changes(state, after))}
    row["rows"]["beside"] = await repository.move_along(tx, viewer.tenant, kept["id"], absorbed["id"])
    await repository.add_merge(tx, viewer.tenant, row)
    # First the absorbed record: its number is free for the kept one only when it is void.
    change = _Change(tx, viewer, values, Line(viewer.subject, context.today, asked.reason, SOURCE, key))
    await change.void(absorbed, Presence.VOID.value)
    await change.fields(kept, made)
    await _write_rows(tx, viewer, state, after)
    await repository.settle_pair(tx, viewer, kept["id"], absorbed["id"], "merged", asked.reason)
    data = ResidentMerged(kept=kept["id"], absorbed=absorbed["id"], merge=key, division=kept["division"])
    tx.announce(events.merged(data))
    _record(tx, "resident.merge", row, {"fields": sorted(made)})
    return key


async def _nobody_in_two_counties(tx: Tx, viewer: Viewer, *people: Row) -> None:
    """A record that lives here would bring one back that another county has."""
    gone = [person for person in people if person["presence"] == Presence.MOVED_OUT]
    if len(gone) == 1 and await whereabouts.held_elsewhere(tx, viewer.tenant, gone[0]["id"]):
        raise OneLivesElsewhere


async def undo(tx: Tx, context: Context, viewer: Viewer, key: UUID, reason: str) -> None:
    """Make two records of one again; what was edited since stays with the record that it was edited in."""
    done = await repository.lock_merge(tx, viewer, key)
    if done["undone_at"] is not None:
        raise MergeUndone
    kept_id, absorbed_id = done["kept"], done["absorbed"]
    changes = _read(done["rows"])
    homes = {m.household for pair in changes["memberships"].values() for m in pair if m is not None}
    state = await load_state(tx, viewer, homes, {kept_id, absorbed_id})
    people = await repository.lock_people(tx, viewer, (kept_id, absorbed_id))
    kept, absorbed = people[kept_id], people[absorbed_id]
    if kept["presence"] == Presence.VOID:
        raise LaterMergeFirst
    if await somebody_moves(tx, viewer.tenant, [kept_id]):
        raise OneIsMoving
    after = workflow.undo(state, changes, absorbed_id, context.today, new_id)
    values = fields.Values(context.keys(viewer), context.keyring, viewer.tenant)
    made = fields.restored(values, done, kept, absorbed)
    change = _Change(tx, viewer, values, Line(viewer.subject, context.today, reason, SOURCE, key))
    await change.fields(kept, made)
    await change.void(absorbed, done["absorbed_presence"])
    await repository.move_back(tx, viewer.tenant, done["rows"].get("beside", {}), kept_id, absorbed_id)
    await _write_rows(tx, viewer, state, after)
    await repository.end_merge(tx, viewer, key, reason)
    await repository.settle_pair(tx, viewer, kept_id, absorbed_id, "open", reason)
    data = ResidentUnmerged(kept=kept_id, absorbed=absorbed_id, merge=key, division=done["division"])
    tx.announce(events.unmerged(data))
    _record(tx, "resident.unmerge", done, {"fields": sorted(made)})


def _record(tx: Tx, action: str, row: Row, detail: dict[str, Any]) -> None:
    people = [row["kept"], row["absorbed"]]
    where = {"object_kind": "merge", "object_id": row["id"], "division": row["division"]}
    tx.record(Act(action=action, people=people, detail=detail, **where))


def _stored(changes: Changes) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(
        {table: {str(key): pair for key, pair in rows.items()} for table, rows in changes.items()}
    )
    return plain


def _read(stored: dict[str, Any]) -> Changes:
    return {
        table: msgspec.convert(stored.get(table, {}), dict[UUID, tuple[kind | None, kind]])  # type: ignore[valid-type]
        for table, kind in TABLES.items()
    }


async def _write_rows(tx: Tx, viewer: Viewer, before: State, after: State) -> None:
    changes = workflow.changes(before, after)
    for table, rows in changes.items():
        await repository.write_rows(tx, viewer.tenant, table, list(rows.values()))
    homes = {m.household for pair in changes["memberships"].values() for m in pair if m is not None}
    await repository.bump_households(tx, viewer.tenant, homes - changes["households"].keys())


@dataclass(frozen=True)
class _Change:
    """What every line of history of one merge or undoing shares."""

    tx: Tx
    viewer: Viewer
    values: fields.Values
    line: Line

    async def void(self, old: Row, presence: str) -> None:
        """Take a record out of the registry, or put it back with its kind of presence."""
        await self._write(old, {"presence": presence}, {"presence": [old["presence"], presence]}, {})

    async def fields(self, old: Row, made: Mapping[str, Any]) -> None:
        stored = fields.columns(self.values, made, self.viewer.tenant, old["id"])
        secrets = {name: [self.values.of(old, name), value] for name, value in made.items() if name in ENCRYPTED}
        plain = {n: pair for n, pair in fields.remembered(self.values, old, made).items() if n not in secrets}
        changed = plain | dict.fromkeys(secrets, "changed") or {"merged": str(self.line.event)}
        await self._write(old, stored, changed, secrets)

    async def _write(self, old: Row, stored: dict[str, Any], changed: dict[str, Any], secrets: dict[str, Any]) -> None:
        version = await repository.change_person(self.tx, self.viewer, old["id"], stored)
        await resident_changed(self.tx, self.line, old["id"], version, changed, secrets, self.values.keys)
        division = stored.get("division", old["division"])
        self.tx.announce(events.changed(old["id"], division, version, sorted(changed)))
