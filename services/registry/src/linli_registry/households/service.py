"""Households and their life events: load, decide, write, announce. Nothing here commits."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from linli_kernel.contracts.registry import HouseholdChanged
from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, FieldErrors, Invalid, NotFound
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from sqlalchemy import RowMapping

from linli_registry import events
from linli_registry.context import Context, area_of
from linli_registry.duplicates.repository import has_absorbed
from linli_registry.households import commands as c
from linli_registry.households import errors, evidence, repository
from linli_registry.households.asked import COMMANDS, one
from linli_registry.households.domain import decide
from linli_registry.households.facts import (
    CARE_AGE,
    HEAD,
    Effect,
    Enter,
    Household,
    Leave,
    Register,
    SetFact,
    State,
    Void,
)
from linli_registry.households.schemas import LifeEvent, NewHousehold
from linli_registry.households.writing import Record, write
from linli_registry.residents import repository as residents
from linli_registry.residents import service as people
from linli_registry.residents.display import Display, age_on
from linli_registry.residents.schemas import NewResident
from linli_registry.transfers.meanwhile import take_back
from linli_registry.transfers.whereabouts import may_return

# What each kind cannot do without; a tuple means one of them.
NEEDED: dict[str, tuple[str | tuple[str, ...], ...]] = {
    "birth": (("resident", "resident_id"), "parents"),
    "adoption": (("resident", "resident_id"), "parents"),
    "death": ("resident_id",),
    "move_in": (("resident", "resident_id", "members"),),
    "move_out": ("members",),
    "return": ("resident_id",),
    "split": ("new_head_id",),
    "join": ("other_household_id",),
    "change_of_head": ("new_head_id",),
    "marriage_in": (("resident", "resident_id"), "spouse_id"),
    "divorce": ("resident_id",),
    "correction": ("corrects",),
}


def view(display: Display, row: Any, members: Any) -> dict[str, Any]:
    """Return a household as its readers see it: the head, then the others by how long they have been there."""
    shown = []
    for member in members:
        brief = display.brief(member)
        # A newborn's first day in the household is the hidden birth date.
        brief["since"] = None if brief["masked"] else member["since"].isoformat()
        shown.append(brief)
    shown.sort(key=lambda one: one["relation"] != HEAD)
    ages = [age_on(m["birth_date"], display.today) for m in members]
    head = next((m for m in shown if m["relation"] == HEAD), None)
    hidden = display.hides({"birth_date": None}) if head is None else bool(head["masked"])
    return {
        "id": str(row["id"]),
        "household_number": row["number"],
        "division": row["division"],
        "division_name": row["division_name"],
        "grid_id": None if row["grid"] is None else str(row["grid"]),
        "grid_name": row["grid_name"],
        "address": display.mask("address", row["address"]) if hidden else row["address"],
        "opened_on": row["opened_on"].isoformat(),
        "closed_on": None if row["closed_on"] is None else row["closed_on"].isoformat(),
        "head": head,
        "members": shown,
        "needs_guardian": bool(ages) and all(age is not None and age < CARE_AGE for age in ages),
        "version": row["version"],
    }


async def show(db: Database, context: Context, viewer: Viewer, key: UUID) -> tuple[dict[str, Any], list[UUID]]:
    """Return a household and who is in it."""
    area = area_of(viewer)
    row = await repository.find_one(db, area, key)
    if row is None:
        raise NotFound
    members = await repository.open_members(db, area, key)
    return view(context.display(viewer), row, members), [m["id"] for m in members]


async def show_in(tx: Tx, context: Context, viewer: Viewer, key: UUID) -> dict[str, Any]:
    row, members = await repository.in_transaction(tx, area_of(viewer), key)
    if row is None:
        raise NotFound
    return view(context.display(viewer), row, members)


async def found(tx: Tx, context: Context, viewer: Viewer, new: NewHousehold) -> UUID:
    """Open a household for people who belong to none."""
    if not viewer.covers(new.division):
        raise NotFound
    if not await residents.division_is_open(tx, new.division):
        fault = FieldError("/division", "registry.division_unknown", "没有这个村（社区）", "There is no such village")
        raise Invalid(errors=[fault])
    state = await repository.load_state(tx, viewer, (), {new.head_id, *new.members})
    extra, grid = await place(tx, viewer, new.division, new.dwelling_id, new.address, new.grid_id, new.household_number)
    home = Household(new_id(), new.division, new.date, grid)
    others = tuple(m for m in dict.fromkeys(new.members) if m != new.head_id)
    command = c.Found(
        household=home.id, day=new.date, relations=new.relations, new=home, head=new.head_id, members=others
    )
    effects = decide(state, command, context.today, new_id)
    where = (home.id, home.division, new.reason, list(new.evidence))
    more: dict[str, Any] = {"source": new.source, "files": new.files}
    event = await commit_event(tx, viewer, "found", command, effects, state, extra, *where, **more)
    await evidence.take(tx, viewer, evidence.Owner("resident", new.head_id), event, new.files)
    return home.id


async def record(
    tx: Tx, context: Context, viewer: Viewer, key: UUID, version: int, asked: LifeEvent
) -> tuple[UUID, UUID | None, UUID | None]:
    """Register one life event; returns its id, the other household and the person it registered, if any."""
    _check_fields(asked)
    if asked.kind == "correction":
        return await _correct(tx, context, viewer, key, version, asked)
    homes = {key} | ({asked.other_household_id} if asked.other_household_id else set())
    home = await repository.lock(tx, viewer, key, version, homes, _named(asked))
    registered = await _register(tx, context, viewer, home, asked) if asked.resident else None
    if registered and asked.relation:
        asked = asked.model_copy(update={"relations": {**asked.relations, registered: asked.relation}})
    elif asked.resident_id and asked.relation:
        asked = asked.model_copy(update={"relations": {**asked.relations, asked.resident_id: asked.relation}})
    who = registered or asked.resident_id
    named = _named(asked) | ({registered} if registered else set())
    state = await repository.load_state(tx, viewer, homes, named, asked.date)
    extra: dict[str, Any] = {}
    new_home = None
    if asked.kind == "split":
        where = (asked.dwelling_id or home["dwelling"], asked.address, home["grid"], asked.household_number)
        extra, grid = await place(tx, viewer, home["division"], *where)
        new_home = Household(new_id(), home["division"], asked.date, grid)
    command = COMMANDS[asked.kind](key, asked, who, new_home)
    effects = decide(state, command, context.today, new_id)
    if registered:
        effects = (Register(registered), *effects)
    other = _other_household(state, effects, key, asked, new_home)
    place_of_event = (key, home["division"], asked.reason, list(asked.evidence))
    more: dict[str, Any] = {"other": other, "source": asked.source, "files": asked.files}
    event = await commit_event(tx, viewer, asked.kind, command, effects, state, extra, *place_of_event, **more)
    await evidence.take(tx, viewer, evidence.Owner("household", key), event, asked.files)
    return event, other, registered


def _named(asked: LifeEvent) -> set[UUID]:
    """Return everybody who was registered before and is named in the event."""
    one = (asked.resident_id, asked.spouse_id, asked.new_head_id, asked.remaining_head_id, asked.new_head_there_id)
    return {*(person for person in one if person), *asked.members, *asked.parents}


def _check_fields(asked: LifeEvent) -> None:
    faults = FieldErrors()
    for needed in NEEDED[asked.kind]:
        names = (needed,) if isinstance(needed, str) else needed
        given = [name for name in names if getattr(asked, name)]
        if not given:
            faults.add(f"/{names[-1]}", "registry.required", "办理此事项需要填写", f"Needed for {asked.kind}")
        elif len(given) > 1:
            faults.add(f"/{given[-1]}", "registry.only_one", "只能填写其中一项", "Give only one of these")
    if asked.resident and "resident" not in str(NEEDED[asked.kind]):
        faults.add("/resident", "registry.not_for_this_kind", "此事项不登记新人员", "This kind registers nobody new")
    faults.raise_if_any()


async def _register(tx: Tx, context: Context, viewer: Viewer, home: Any, asked: LifeEvent) -> UUID:
    if asked.resident is None:
        raise Invalid
    given = asked.resident.model_dump(exclude_unset=True)
    given["presence"] = asked.presence
    if asked.kind == "birth":
        given.setdefault("birth_date", asked.date)
        given.setdefault("hukou_division", home["division"])
    new = NewResident(division=home["division"], grid_id=home["grid"], reason=asked.reason, **given)
    key, _ = await people.register(tx, context, viewer, new, source=asked.source)
    return key


async def place(
    tx: Tx,
    viewer: Viewer,
    division: str,
    dwelling: UUID | None,
    address: str | None,
    grid: UUID | None,
    number: str | None,
) -> tuple[dict[str, Any], UUID | None]:
    """Return number and dwelling of a new household, and its grid; a new address makes a dwelling."""
    tenant = viewer.tenant
    if grid is not None and not await residents.grid_is_in(tx, tenant, grid, division):
        fault = FieldError("/grid_id", "registry.grid_unknown", "该村没有这个网格", "The village has no such grid")
        raise Invalid(errors=[fault])
    if address is not None:
        dwelling = new_id()
        row = {"id": dwelling, "division": division, "grid": grid, "address": "".join(address.split())}
        await repository.add_dwelling(tx, {"tenant": tenant, "created_at": tx.now, **row})
    elif dwelling is not None:
        known = await repository.dwelling_in(tx, tenant, dwelling, division)
        if known is None:
            fault = FieldError("/dwelling_id", "registry.dwelling_unknown", "该村没有这处房屋", "No such dwelling here")
            raise Invalid(errors=[fault])
        grid = grid or known["grid"]
    return {"number": number or await repository.next_number(tx, tenant, division), "dwelling": dwelling}, grid


def _other_household(
    state: State, effects: tuple[Effect, ...], key: UUID, asked: LifeEvent, new: Household | None
) -> UUID | None:
    """The second household of the event: made, absorbed, or left by somebody who came."""
    if new is not None:
        return new.id
    if asked.other_household_id:
        return asked.other_household_id
    left = (
        state.memberships[e.membership].household
        for e in effects
        if isinstance(e, Leave) and e.membership in state.memberships
    )
    return next((home for home in left if home != key), None)


async def _correct(
    tx: Tx, context: Context, viewer: Viewer, key: UUID, version: int, asked: LifeEvent
) -> tuple[UUID, UUID | None, UUID | None]:
    """Undo an event by its inverse effects; only while nothing later rests on it."""
    wrong = await repository.event_of(tx, viewer.tenant, one(asked.corrects))
    if wrong is None or key not in (wrong["household"], wrong["other_household"]) or wrong["kind"] == "correction":
        await repository.lock(tx, viewer, key, version)
        raise errors.EventOfAnotherHousehold
    homes = {h for h in (wrong["household"], wrong["other_household"]) if h}
    await repository.lock(tx, viewer, key, version, homes, touched_by(wrong))
    command, state, undone = await undo(tx, context, viewer, wrong, homes, asked.date)
    other = next((h for h in homes if h != key), None)
    division = state.households[key].division
    where = (key, division, asked.reason, list(asked.evidence))
    more = {"other": other, "corrects": wrong["id"], "source": asked.source}
    event = await commit_event(tx, viewer, "correction", command, undone, state, {}, *where, **more)
    await evidence.take(tx, viewer, evidence.Owner("household", key), event, asked.files)
    return event, other, None


def touched_by(wrong: RowMapping) -> set[UUID]:
    effects = msgspec.convert(wrong["effects"], tuple[Effect, ...])
    return {p for e in effects if (p := _person_of(e)) is not None}


async def undo(
    tx: Tx, context: Context, viewer: Viewer, wrong: RowMapping, homes: set[UUID], day: date
) -> tuple[c.Correction, State, tuple[Effect, ...]]:
    """Return the correction of an event, the state it was decided on and its effects, or raise what rests on the event."""
    effects = msgspec.convert(wrong["effects"], tuple[Effect, ...])
    if await repository.was_corrected(tx, viewer.tenant, wrong["id"]):
        raise errors.AlreadyCorrected
    county = await repository.transferred_with(tx, viewer.tenant, wrong["division"], wrong["id"])
    if county is not None:
        raise errors.EventOfTransfer(county=county)
    if await repository.has_later_event(tx, viewer.tenant, homes, (wrong["recorded_at"], wrong["id"])):
        raise errors.NotTheLastEvent
    registered = [effect.resident for effect in effects if isinstance(effect, Register)]
    if await has_absorbed(tx, viewer.tenant, registered):
        # With it would go the other record, which lives on in this one alone.
        raise errors.NotTheLastEvent
    set_facts = {(e.resident, e.fact) for e in effects if isinstance(e, SetFact)}
    if await repository.has_later_change(tx, viewer.tenant, wrong["id"], set_facts):
        raise errors.NotTheLastEvent
    state = await repository.load_state(tx, viewer, homes, touched_by(wrong))
    command = c.Correction(day=day, effects=effects)
    return command, state, decide(state, command, context.today, new_id)


def _person_of(effect: Effect) -> UUID | None:
    match effect:
        case Enter(stay) | Void(stay):
            return stay.resident
        case SetFact(resident, _, _, _) | Register(resident):
            return resident
    return None


async def commit_event(
    tx: Tx,
    viewer: Viewer,
    kind: str,
    command: c.Event,
    effects: tuple[Effect, ...],
    state: State,
    extra: dict[str, Any],
    key: UUID | None,
    division: str,
    reason: str,
    papers: list[Any],
    *,
    person: UUID | None = None,
    other: UUID | None = None,
    corrects: UUID | None = None,
    source: str = "window",
    of_transfer: UUID | None = None,
    files: Sequence[UUID] = (),
) -> UUID:
    """Write the effects, the event itself, and tell the others; `of_transfer` is the one that the event completes.

    The event is one of the household `key`, or of a `person` who is in none. It is shown by `papers` and `files`.
    """
    event, after = new_id(), state.apply(effects)
    if kind != "transfer_in":
        # That one is how people come back; a correction is shown by what it undoes.
        await may_return(tx, state, after, shown=bool(papers or files or corrects))
    await take_back(tx, state, after, but=of_transfer)
    await write(Record(tx, viewer, event, command.day, reason, source), effects, state, extra)
    stored = msgspec.to_builtins(effects, enc_hook=str)
    row = {"tenant": viewer.tenant, "id": event, "household": key, "other_household": other, "division": division}
    row |= {"resident": person}
    row |= {"kind": kind, "date": command.day, "reason": reason, "evidence": papers, "source": source}
    row |= {"actor": viewer.subject, "recorded_at": tx.now, "effects": stored, "corrects": corrects}
    await repository.add_event(tx, row)
    touched = {_person_of(e) for e in effects} | {
        state.memberships[e.membership].resident
        for e in effects
        if isinstance(e, Leave) and e.membership in state.memberships
    }
    concerned = sorted(p for p in touched if p)
    if key is not None:
        changed = HouseholdChanged(
            household=key,
            division=division,
            event=event,
            kind=kind,
            date=command.day,
            people=concerned,
            other_household=other,
            corrects=corrects,
        )
        tx.announce(events.household_changed(changed))
    what = "resident" if key is None else "household"
    detail = {"event": str(event)}
    if kind not in ("birth", "correction"):
        # A birth's day is somebody's birth date; no act quotes one.
        detail["date"] = command.day.isoformat()
    tx.record(
        Act(
            action=f"{what}.{kind}",
            object_kind=what,
            object_id=key or person or event,
            people=concerned,
            division=division,
            detail=detail,
        )
    )
    return event
