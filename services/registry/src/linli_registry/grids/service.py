"""Grids, their people, and the map of a village: load, check, store. Nothing here commits.

A grid ends only when it holds nothing; somebody who was entered wrongly ends on the day of beginning and never was.
"""

from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id

from linli_registry.context import Context
from linli_registry.grids import errors, repository
from linli_registry.grids.keeping import not_in_future, plain, remember, store, village_there
from linli_registry.grids.schemas import GridPatch, NewGrid, NewGridPerson
from linli_registry.grids.tables import grid, grid_person
from linli_registry.history import repository as history
from linli_registry.history.recording import Line
from linli_registry.history.service import past_day
from linli_registry.metadata import Row
from linli_registry.residents.values import checked_name, checked_phone

GRID_FIELDS = ("id", "division", "code", "name", "closed_on", "version")


def grid_view(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in GRID_FIELDS}


async def show_grid(db: Database, context: Context, viewer: Viewer, key: UUID) -> dict[str, Any]:
    row = await repository.grid_of(db, viewer, key)
    keys, masks = context.keys(viewer), context.profile(viewer).registry.masking
    people = []
    for person in await repository.people_of(db, viewer.tenant, key):
        shown = {name: person[name] for name in ("id", "post", "name", "since", "until")}
        phone = None if person["phone"] is None else keys.open_office_phone(person["phone"], person["id"])
        people.append({**shown, "phone_masked": None if phone is None else masks.mask_phone(phone)})
    more = await repository.figures(db, viewer.tenant, row["division"], key)
    return {**grid_view(row), "division_name": row["division_name"], "people": people, **more}


async def make_grid(tx: Tx, context: Context, viewer: Viewer, new: NewGrid) -> UUID:
    await village_there(tx, viewer, new.division)
    if await repository.code_taken(tx, viewer.tenant, new.division, new.code):
        raise errors.GridCodeTaken
    key = new_id()
    await repository.add(tx, grid, {"tenant": viewer.tenant, "id": key, **new.model_dump()})
    await remember(tx, context, viewer, "grid", key, {"made": [None, new.name]})
    tx.record(Act(action="grid.make", object_kind="grid", object_id=key, division=new.division))
    return key


async def change_grid(tx: Tx, context: Context, viewer: Viewer, key: UUID, version: int, patch: GridPatch) -> None:
    row = await repository.locked(tx, viewer, grid, key, version)
    given = patch.model_dump(exclude_unset=True, exclude={"reason"})
    values = {name: new for name, new in given.items() if new is not None or name == "closed_on"}
    renumbered = values.get("code", row["code"]) != row["code"]
    if renumbered and await repository.code_taken(tx, viewer.tenant, row["division"], values["code"]):
        raise errors.GridCodeTaken
    if values.get("closed_on") is not None:
        not_in_future(context, values["closed_on"], "closed_on")
        if await repository.in_use(tx, viewer.tenant, key):
            raise errors.GridInUse
    await store(tx, context, viewer, grid, row, values, Line(viewer.subject, context.today, patch.reason))


async def appoint(tx: Tx, context: Context, viewer: Viewer, key: UUID, new: NewGridPerson) -> UUID:
    """Name somebody for a grid; several people may share a post."""
    row = await repository.locked(tx, viewer, grid, key)
    if row["closed_on"] is not None:
        raise errors.GridEnded
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
    if until < own["since"] or until > context.today:
        raise errors.PersonEnded
    await repository.change(tx, grid_person, viewer.tenant, person, {"until": until})
    detail = {"post": own["post"], "person": str(person)}
    tx.record(Act(action="grid.end", object_kind="grid", object_id=key, division=row["division"], detail=detail))


async def village_map(db: Database, viewer: Viewer, code: str) -> dict[str, Any]:
    """Return grids and dwellings of a village; the screen draws them without any tile server."""
    if not any(code.startswith(own) or own.startswith(code) for own in viewer.divisions):
        raise NotFound
    rows = await repository.on_map(db, viewer, code)
    names = await history.division_names(db, [code])
    placed, unplaced = [], []
    for row in rows:
        listed = {name: row[name] for name in ("id", "address", "kind", "households", "residents")}
        listed["grid_id"] = row["grid"]
        if row["longitude"] is None or row["latitude"] is None:
            unplaced.append(listed)
        else:
            placed.append(listed | {"longitude": row["longitude"], "latitude": row["latitude"]})
    grids = [grid_view(row) for row in await repository.grids(db, viewer, code, None, 200)]
    figures = {"division": code, "division_name": names.get(code), "unplaced": unplaced, "without_place": len(unplaced)}
    return {**figures, "grids": grids, "dwellings": placed}


async def grid_on(db: Database, context: Context, viewer: Viewer, key: UUID, day: date) -> dict[str, Any]:
    """Return what a grid was on a past day."""
    return await _on(db, context, viewer, await repository.grid_of(db, viewer, key), day, ("name", "code", "closed_on"))


async def dwelling_on(db: Database, context: Context, viewer: Viewer, key: UUID, day: date) -> dict[str, Any]:
    """Return what a dwelling was on a past day."""
    fields = ("address", "kind", "grid", "longitude", "latitude", "closed_on")
    shown = await _on(db, context, viewer, await repository.dwelling_of(db, viewer, key), day, fields)
    if there := shown["values"]["grid"]:
        shown["values"]["grid"] = (await history.grid_names(db, viewer.tenant, [UUID(there)])).get(UUID(there))
    return shown


async def _on(
    db: Database, context: Context, viewer: Viewer, row: Row, day: date, fields: tuple[str, ...]
) -> dict[str, Any]:
    past_day(context, day)
    stated = {name: None if row[name] is None else plain(row[name]) for name in fields}
    was = (await history.records_on(db, viewer.tenant, {row["id"]: stated}, day))[row["id"]]
    values = {name: None if was[name] is None else str(was[name]) for name in fields}
    return {"id": row["id"], "division": row["division"], "as_of": day, "values": values}
