"""Grids, their people and dwellings: load, check, store. Nothing here commits.

Who lives in a dwelling follows it: its grid is the grid of its households and of their members.
"""

from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid, NotFound
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from sqlalchemy import Table

from linli_registry.context import Context
from linli_registry.grids import errors, repository
from linli_registry.grids.schemas import DwellingPatch, GridPatch, NewDwelling, NewGrid, NewGridPerson, Rehouse
from linli_registry.grids.tables import dwelling, grid, grid_person
from linli_registry.history import repository as history
from linli_registry.history.recording import Line, record_changed
from linli_registry.households import repository as households
from linli_registry.households.facts import SetFact
from linli_registry.households.service import place
from linli_registry.households.tables import household
from linli_registry.households.writing import Record, write
from linli_registry.metadata import Row
from linli_registry.residents import repository as residents
from linli_registry.residents.values import checked_name, checked_phone

GRID_FIELDS = ("id", "division", "code", "name", "closed_on", "version")
_DWELLING = ("id", "division", "grid_name", "address", "kind", "longitude", "latitude", "households", "version")


def grid_view(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in GRID_FIELDS}


def dwelling_view(row: Row) -> dict[str, Any]:
    return {**{name: row[name] for name in _DWELLING}, "grid_id": row["grid"]}


def _not_in_future(context: Context, day: date | None, field: str) -> date:
    if day is not None and day > context.today:
        fault = "日期不能晚于今天", "Not in the future"
        raise Invalid(errors=[FieldError(f"/{field}", "registry.day_in_future", *fault)])
    return day or context.today


async def _village(tx: Tx, viewer: Viewer, code: str) -> None:
    if not viewer.covers(code):
        raise NotFound
    if not await residents.division_is_open(tx, code):
        fault = "没有这个村（社区）", "There is no such village"
        raise Invalid(errors=[FieldError("/division", "registry.division_unknown", *fault)])


async def _grid_there(tx: Tx, viewer: Viewer, key: UUID | None, code: str) -> None:
    if key is not None and not await residents.grid_is_in(tx, viewer.tenant, key, code):
        fault = "该村没有这个网格", "The village has no such grid"
        raise Invalid(errors=[FieldError("/grid_id", "registry.grid_unknown", *fault)])


async def show_grid(db: Database, context: Context, viewer: Viewer, key: UUID) -> dict[str, Any]:
    row = await repository.grid_of(db, viewer, key)
    keys, masks = context.keys(viewer), context.profile(viewer).registry.masking
    people = []
    for person in await repository.people_of(db, viewer.tenant, key):
        shown = {name: person[name] for name in ("id", "post", "name", "since", "until")}
        phone = None if person["phone"] is None else keys.open_office_phone(person["phone"], person["id"])
        people.append({**shown, "phone_masked": None if phone is None else masks.mask_phone(phone)})
    more = await repository.figures(db, viewer.tenant, key)
    return {**grid_view(row), "division_name": row["division_name"], "people": people, **more}


async def make_grid(tx: Tx, context: Context, viewer: Viewer, new: NewGrid) -> UUID:
    await _village(tx, viewer, new.division)
    if await repository.code_taken(tx, viewer.tenant, new.division, new.code):
        raise errors.GridCodeTaken
    key = new_id()
    await repository.add(tx, grid, {"tenant": viewer.tenant, "id": key, **new.model_dump()})
    await _remember(tx, context, viewer, "grid", key, {"made": [None, new.name]})
    tx.record(Act(action="grid.make", object_kind="grid", object_id=key, division=new.division))
    return key


async def change_grid(tx: Tx, context: Context, viewer: Viewer, key: UUID, version: int, patch: GridPatch) -> None:
    row = await repository.locked(tx, viewer, grid, key, version)
    given = patch.model_dump(exclude_unset=True)
    values = {name: new for name, new in given.items() if new is not None or name == "closed_on"}
    renumbered = values.get("code", row["code"]) != row["code"]
    if renumbered and await repository.code_taken(tx, viewer.tenant, row["division"], values["code"]):
        raise errors.GridCodeTaken
    if values.get("closed_on") is not None:
        _not_in_future(context, values["closed_on"], "closed_on")
        if await repository.in_use(tx, viewer.tenant, key):
            raise errors.GridInUse
    await _store(tx, context, viewer, grid, row, values, Line(viewer.subject, context.today))


async def _store(
    tx: Tx, context: Context, viewer: Viewer, table: Table, row: Any, values: dict[str, Any], line: Line
) -> None:
    kind = str(table.name)
    changes = {name: [_text(row[name]), _text(new)] for name, new in values.items() if row[name] != new}
    await repository.change(tx, table, viewer.tenant, row["id"], values)
    await record_changed(tx, line, kind, row["id"], changes)
    detail = {"fields": sorted(changes)}
    act = Act(
        action=f"{kind}.change",
        object_kind=kind,
        object_id=row["id"],
        division=row["division"],
        detail=detail,
    )
    tx.record(act)


async def _remember(tx: Tx, context: Context, viewer: Viewer, kind: str, key: UUID, changes: dict[str, Any]) -> None:
    await record_changed(tx, Line(viewer.subject, context.today), kind, key, changes)


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, date | UUID) else value


async def appoint(tx: Tx, context: Context, viewer: Viewer, key: UUID, new: NewGridPerson) -> UUID:
    """Name somebody for a grid; several people may share a post."""
    row = await repository.locked(tx, viewer, grid, key)
    person, keys = new_id(), context.keys(viewer)
    values = {"tenant": viewer.tenant, "id": person, "grid": key, "post": new.post, "name": checked_name(new.name)}
    if new.phone:
        values["phone"] = keys.seal_office_phone(checked_phone(new.phone), person)
    more = {"since": new.since, "recorded_at": tx.now, "recorded_by": viewer.subject}
    await repository.add(tx, grid_person, values | more)
    detail = {"post": new.post, "person": str(person)}
    tx.record(Act(action="grid.appoint", object_kind="grid", object_id=key, division=row["division"], detail=detail))
    return person


async def end_person(tx: Tx, context: Context, viewer: Viewer, key: UUID, person: UUID, until: date) -> None:
    row = await repository.locked(tx, viewer, grid, key)
    own = next((p for p in await repository.people_of(tx.database, viewer.tenant, key) if p["id"] == person), None)
    if own is None:
        raise NotFound
    if until <= own["since"] or until > context.today:
        raise errors.PersonEnded
    await repository.change(tx, grid_person, viewer.tenant, person, {"until": until})
    detail = {"post": own["post"], "person": str(person)}
    tx.record(Act(action="grid.end", object_kind="grid", object_id=key, division=row["division"], detail=detail))


async def show_dwelling(db: Database, viewer: Viewer, key: UUID) -> dict[str, Any]:
    """Return a dwelling with the households that live or lived there."""
    row = await repository.dwelling_of(db, viewer, key)
    tenant, here = viewer.tenant, str(key)
    now = {one["id"] for one in await repository.homes_at(db, tenant, key)}
    moves = await history.dwelling_moves(db, tenant, key)
    homes = {one["id"]: one for one in await repository.homes_of(db, tenant, [*now, *(m["object"] for m in moves)])}
    occupations = []
    for home in homes.values():
        begun, own = home["opened_on"], [m for m in moves if m["object"] == home["id"]]
        stays = [(begun, None)] if not own or own[0]["changes"]["dwelling"][0] == here else []
        for move in own:
            if move["changes"]["dwelling"][0] == here and stays:
                stays[-1] = (stays[-1][0], move["day"])
            if move["changes"]["dwelling"][1] == here:
                stays.append((move["day"], None))
        for since, until in stays:
            shown = {"household_id": home["id"], "household_number": home["number"], "members": home["members"]}
            occupations.append({**shown, "since": since, "until": until or home["closed_on"]})
    occupations.sort(key=lambda one: (one["until"] is not None, one["since"]))
    return {**dwelling_view(row), "division_name": row["division_name"], "occupations": occupations}


async def make_dwelling(tx: Tx, context: Context, viewer: Viewer, new: NewDwelling) -> UUID:
    await _village(tx, viewer, new.division)
    await _grid_there(tx, viewer, new.grid_id, new.division)
    key = new_id()
    values = new.model_dump(exclude={"grid_id"}) | {"grid": new.grid_id, "address": "".join(new.address.split())}
    await repository.add(tx, dwelling, {"tenant": viewer.tenant, "id": key, "created_at": tx.now, **values})
    await _remember(tx, context, viewer, "dwelling", key, {"made": [None, values["address"]]})
    tx.record(Act(action="dwelling.make", object_kind="dwelling", object_id=key, division=new.division))
    return key


async def change_dwelling(
    tx: Tx, context: Context, viewer: Viewer, key: UUID, version: int, patch: DwellingPatch
) -> None:
    row = await repository.locked(tx, viewer, dwelling, key, version)
    day = _not_in_future(context, patch.effective_on, "effective_on")
    given = patch.model_dump(exclude_unset=True, exclude={"reason", "source", "effective_on"})
    if "grid_id" in given:
        given["grid"] = given.pop("grid_id")
        await _grid_there(tx, viewer, given["grid"], row["division"])
    if given.get("address"):
        given["address"] = "".join(given["address"].split())
    clearable = {"grid", "longitude", "latitude"}
    values = {name: new for name, new in given.items() if new is not None or name in clearable}
    line = Line(viewer.subject, day, patch.reason, patch.source)
    await _store(tx, context, viewer, dwelling, row, values, line)
    if "grid" in values and values["grid"] != row["grid"]:
        for home in await repository.open_homes_at(tx, viewer.tenant, key):
            await _settle(tx, viewer, home, key, values["grid"], line)


async def rehouse(tx: Tx, context: Context, viewer: Viewer, key: UUID, version: int, asked: Rehouse) -> None:
    """Move a household within its village; its members' grid follows."""
    row = await households.lock(tx, viewer, key, version)
    day = _not_in_future(context, asked.date, "date")
    if (asked.dwelling_id is None) == (asked.address is None):
        fault = "请选择房屋或填写新住址（只填一项）", "Choose a dwelling or give a new address, one of them"
        raise Invalid(errors=[FieldError("/dwelling_id", "registry.only_one", *fault)])
    if day < row["opened_on"]:
        fault = "不能早于立户日期", "Not before the household was opened"
        raise Invalid(errors=[FieldError("/date", "registry.event_too_early", *fault)])
    spot, there = await place(
        tx, viewer, row["division"], asked.dwelling_id, asked.address, asked.grid_id, row["number"]
    )
    await _settle(tx, viewer, key, spot["dwelling"], there, Line(viewer.subject, day, asked.reason, asked.source))


async def _settle(tx: Tx, viewer: Viewer, key: UUID, home: UUID, there: UUID | None, line: Line) -> None:
    """A household lives at a dwelling in a grid from the day of the line on, and so do its members."""
    state = await households.load_state(tx, viewer, [key], [])
    row = await households.lock(tx, viewer, key, None)
    members = [m.resident for m in state.open_members(key)]
    new = None if there is None else str(there)
    effects = [SetFact(p, "grid", _text(state.people[p].grid), new) for p in members if state.people[p].grid != there]
    await write(Record(tx, viewer, None, line.day, line.reason, line.source), effects, state, {})
    await repository.change(tx, household, viewer.tenant, key, {"dwelling": home, "grid": there})
    values = {"dwelling": home, "grid": there}
    changes = {name: [_text(row[name]), _text(value)] for name, value in values.items() if row[name] != value}
    await record_changed(tx, line, "household", key, changes)
    act = Act(
        action="household.rehouse", object_kind="household", object_id=key, people=members, division=row["division"]
    )
    tx.record(act)


async def village_map(db: Database, viewer: Viewer, code: str) -> dict[str, Any]:
    """Return grids and dwellings of a village; the screen draws them without any tile server."""
    if not any(code.startswith(own) or own.startswith(code) for own in viewer.divisions):
        raise NotFound
    rows = await repository.on_map(db, viewer, code)
    names = await history.division_names(db, [code])
    shown = ("id", "address", "kind", "longitude", "latitude", "households", "residents")
    placed = [
        {**{name: row[name] for name in shown}, "grid_id": row["grid"]}
        for row in rows
        if row["longitude"] is not None and row["latitude"] is not None
    ]
    grids = [grid_view(row) for row in await repository.grids(db, viewer, code, None, 200)]
    figures = {"division": code, "division_name": names.get(code), "without_place": len(rows) - len(placed)}
    return {**figures, "grids": grids, "dwellings": placed}
