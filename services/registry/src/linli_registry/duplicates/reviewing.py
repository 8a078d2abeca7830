"""Reads for reviewers: the queue, comparisons and merges as one viewer sees them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.errors import Forbidden, NotFound
from linli_kernel.identity import Viewer

from linli_registry.context import Context, area_of
from linli_registry.duplicates import elsewhere as other_counties
from linli_registry.duplicates import repository, views
from linli_registry.duplicates.fields import Values
from linli_registry.history.repository import division_names
from linli_registry.metadata import Row
from linli_registry.policy import FULL_VIEW_OF_CHILDREN
from linli_registry.residents import repository as residents


def areas(context: Context, viewer: Viewer, division: str | None) -> list[str]:
    """The prefixes a scan covers; a division out of the area is not found, a post bound to grids scans nothing."""
    if viewer.grids:
        raise Forbidden
    found = context.area(viewer, division).prefixes
    if not found:
        raise NotFound
    return list(found)


async def pairs(
    db: Database, context: Context, viewer: Viewer, rows: Sequence[Row]
) -> tuple[list[dict[str, Any]], list[UUID]]:
    """Return the pairs as shown, and everybody in them."""
    wanted = sorted({row[side] for row in rows for side in ("a", "b")})
    people = await repository.briefs(db, viewer, wanted)
    display = context.display(viewer)
    kept = [row for row in rows if row["a"] in people and row["b"] in people]
    return [views.pair(row, people, display) for row in kept], wanted


async def pair_in(tx: Tx, context: Context, viewer: Viewer, key: UUID) -> dict[str, Any]:
    row = await repository.lock_pair(tx, viewer, key)
    people = await repository.briefs(tx.database, viewer, [row["a"], row["b"]])
    return views.pair(row, people, context.display(viewer))


async def compare(
    db: Database, context: Context, viewer: Viewer, a: UUID, b: UUID, found: Row | None
) -> dict[str, Any]:
    people = await repository.people(db, viewer, (a, b))
    if {a, b} != people.keys():
        raise NotFound
    display = context.display(viewer)
    shown = None if found is None else views.pair(found, people, display)
    values = Values(context.keys(viewer), context.keyring, viewer.tenant)
    return views.comparison(shown, people[a], people[b], display, values)


async def merges(db: Database, context: Context, viewer: Viewer, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """In a list the names are shown, and nobody's values."""
    people = await repository.briefs(db, viewer, sorted({row[side] for row in rows for side in ("kept", "absorbed")}))
    display = context.display(viewer)
    names = {key: display.brief(person)["name"] for key, person in people.items()}
    places = await division_names(db, sorted({row["division"] for row in rows}))
    return [
        views.merge(row, hidden=True)
        | {"division_name": places.get(row["division"])}
        | {f"{side}_name": names.get(row[side]) for side in ("kept", "absorbed")}
        for row in rows
    ]


async def merge(db: Database, context: Context, viewer: Viewer, key: UUID) -> tuple[dict[str, Any], list[UUID]]:
    row = await repository.merge(db, viewer, key)
    people = await repository.people(db, viewer, (row["kept"], row["absorbed"]))
    return _merge(row, people, context, viewer), [row["kept"], row["absorbed"]]


async def merge_in(tx: Tx, context: Context, viewer: Viewer, key: UUID) -> dict[str, Any]:
    """Like `merge`, with what this transaction has written."""
    row = await repository.lock_merge(tx, viewer, key)
    area = area_of(viewer)
    found = [await residents.find_one_in(tx, area, row[side]) for side in ("kept", "absorbed")]
    return _merge(row, {person["id"]: person for person in found if person is not None}, context, viewer)


def _merge(row: Row, people: dict[UUID, Row], context: Context, viewer: Viewer) -> dict[str, Any]:
    if {row["kept"], row["absorbed"]} != people.keys():
        raise NotFound
    display = context.display(viewer)
    hidden = any(display.hides(person) for person in people.values())
    shown = views.merge(row, hidden)
    return shown | {side: display.full(people[row[side]]) for side in ("kept", "absorbed")}


async def elsewhere(db: Database, context: Context, viewer: Viewer, key: UUID) -> list[dict[str, Any]]:
    row = await residents.find_one(db, area_of(viewer), key)
    if row is None:
        raise NotFound
    if context.display(viewer).hides(row) and viewer.role not in FULL_VIEW_OF_CHILDREN:
        return []
    number = context.keys(viewer).open("identity_number", row["identity_number"], str(key))
    index = None if number is None else context.keys(viewer).number_index(number)
    return await other_counties.show(db, context.profiles, viewer, index)
