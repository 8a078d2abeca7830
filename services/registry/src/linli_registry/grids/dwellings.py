"""Dwellings: shown with who lived there, written, put into a grid, left for another. Nothing here commits.

Who lives in a dwelling follows it: its grid is the grid of its households and of their members. A dwelling ends only
when nobody lives there.
"""

from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid, NotFound
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id

from linli_registry.context import Context
from linli_registry.grids import errors, repository
from linli_registry.grids.keeping import grid_there, not_in_future, plain, remember, store, village_there
from linli_registry.grids.schemas import Assign, DwellingPatch, NewDwelling, Rehouse
from linli_registry.grids.tables import dwelling, grid
from linli_registry.history import repository as history
from linli_registry.history.recording import Line, record_changed
from linli_registry.households import repository as households
from linli_registry.households.errors import BeforeHousehold
from linli_registry.households.facts import SetFact
from linli_registry.households.service import place
from linli_registry.households.tables import household
from linli_registry.households.writing import Record, write
from linli_registry.metadata import Row
from linli_registry.statistics.counting import touch

_SHOWN = (
    "id", "division", "grid_name", "address", "kind", "longitude", "latitude", "closed_on", "households", "version",
)  # fmt: skip

_PLACED = frozenset({"longitude", "latitude", "closed_on"})
"""What moves the centre of the village, which is counted with its people."""


def dwelling_view(row: Row) -> dict[str, Any]:
    return {**{name: row[name] for name in _SHOWN}, "grid_id": row["grid"]}


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
    await village_there(tx, viewer, new.division)
    await grid_there(tx, viewer, new.grid_id, new.division)
    key = new_id()
    values = new.model_dump(exclude={"grid_id"}) | {"grid": new.grid_id, "address": "".join(new.address.split())}
    await repository.add(tx, dwelling, {"tenant": viewer.tenant, "id": key, "created_at": tx.now, **values})
    if values["longitude"] is not None:
        await touch(tx, {new.division})
    await remember(tx, context, viewer, "dwelling", key, {"made": [None, values["address"]]})
    tx.record(Act(action="dwelling.make", object_kind="dwelling", object_id=key, division=new.division))
    return key


async def change_dwelling(
    tx: Tx, context: Context, viewer: Viewer, key: UUID, version: int, patch: DwellingPatch
) -> None:
    row = await repository.locked(tx, viewer, dwelling, key, version)
    day = not_in_future(context, patch.effective_on, "effective_on")
    given = patch.model_dump(exclude_unset=True, exclude={"reason", "source", "effective_on"})
    if "grid_id" in given:
        given["grid"] = given.pop("grid_id")
        await grid_there(tx, viewer, given["grid"], row["division"])
    if given.get("address"):
        given["address"] = "".join(given["address"].split())
    clearable = {"grid", "longitude", "latitude", "closed_on"}
    values = {name: new for name, new in given.items() if new is not None or name in clearable}
    if values.get("closed_on") is not None:
        not_in_future(context, values["closed_on"], "closed_on")
        if await repository.open_homes_at(tx, viewer.tenant, key):
            raise errors.DwellingInUse
    await _change(tx, context, viewer, row, values, Line(viewer.subject, day, patch.reason, patch.source))
    if _PLACED & values.keys():
        await touch(tx, {row["division"]})


async def assign(tx: Tx, context: Context, viewer: Viewer, key: UUID, asked: Assign) -> int:
    """Put dwellings of the grid's village into it, with who lives there; returns how many were elsewhere before."""
    there = await repository.locked(tx, viewer, grid, key)
    if there["closed_on"] is not None:
        raise errors.GridEnded
    day = not_in_future(context, asked.effective_on, "effective_on")
    line, moved = Line(viewer.subject, day, asked.reason), 0
    for one in sorted(set(asked.dwellings)):
        row = await repository.locked(tx, viewer, dwelling, one)
        if row["division"] != there["division"]:
            raise NotFound
        if row["grid"] != key:
            await _change(tx, context, viewer, row, {"grid": key}, line)
            moved += 1
    return moved


async def _change(tx: Tx, context: Context, viewer: Viewer, row: Any, values: dict[str, Any], line: Line) -> None:
    await store(tx, context, viewer, dwelling, row, values, line)
    if "grid" in values and values["grid"] != row["grid"]:
        for home in await repository.open_homes_at(tx, viewer.tenant, row["id"]):
            await settle(tx, viewer, home, row["id"], values["grid"], line)


async def rehouse(tx: Tx, context: Context, viewer: Viewer, key: UUID, version: int, asked: Rehouse) -> None:
    """Move a household within its village; its members' grid follows."""
    row = await households.lock(tx, viewer, key, version)
    day = not_in_future(context, asked.date, "date")
    if (asked.dwelling_id is None) == (asked.address is None):
        fault = "请选择房屋或填写新住址（只填一项）", "Choose a dwelling or give a new address, one of them"
        raise Invalid(errors=[FieldError("/dwelling_id", "registry.only_one", *fault)])
    if day < row["opened_on"]:
        raise BeforeHousehold(since=row["opened_on"])
    spot, there = await place(
        tx, viewer, row["division"], asked.dwelling_id, asked.address, asked.grid_id, row["number"]
    )
    await settle(tx, viewer, key, spot["dwelling"], there, Line(viewer.subject, day, asked.reason, asked.source))


async def settle(tx: Tx, viewer: Viewer, key: UUID, home: UUID, there: UUID | None, line: Line) -> None:
    """A household lives at a dwelling in a grid from the day of the line on, and so do its members."""
    state = await households.load_state(tx, viewer, [key], [])
    row = await households.lock(tx, viewer, key, None)
    members = [m.resident for m in state.open_members(key)]
    new = None if there is None else str(there)
    effects = [SetFact(p, "grid", plain(state.people[p].grid), new) for p in members if state.people[p].grid != there]
    await write(Record(tx, viewer, None, line.day, line.reason, line.source), effects, state, {})
    await repository.change(tx, household, viewer.tenant, key, {"dwelling": home, "grid": there})
    values = {"dwelling": home, "grid": there}
    changes = {name: [plain(row[name]), plain(value)] for name, value in values.items() if row[name] != value}
    await record_changed(tx, line, "household", key, changes)
    act = Act(
        action="household.rehouse", object_kind="household", object_id=key, people=members, division=row["division"]
    )
    tx.record(act)
