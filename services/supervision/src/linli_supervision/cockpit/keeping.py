"""Keeps the figures in the transaction that applies the desk's events: read what they are about, count, write."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from linli_kernel.clock import SHANGHAI
from linli_kernel.contracts import desk, whistles
from linli_kernel.database import Tx
from linli_kernel.events import IncomingEvent
from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert

from linli_supervision.cockpit.counting import (
    MEASURES,
    OF_RATING,
    Case,
    Figures,
    Whistle,
    case_after,
    whistle_after,
)
from linli_supervision.cockpit.tables import cockpit_case, cockpit_figure, cockpit_whistle
from linli_supervision.rows import Row

CASE_MOVED = f"{desk.PREFIX}case."
_ROWS_AT_ONCE = 1_000
"""A statement has at most 32,767 values; a row of figures has 17."""


async def keep(tx: Tx, events: Sequence[IncomingEvent]) -> None:
    """Count what the events tell; an event that the inbox has applied before never comes here again."""
    figures = Figures()
    await _keep_cases(tx, [event for event in events if _about_a_case(event)], figures)
    await _keep_whistles(tx, [event for event in events if event.type.startswith(whistles.PREFIX)], figures)
    await move(tx, figures)


async def move(tx: Tx, figures: Figures) -> None:
    """Add the steps to the counters."""
    rows = [
        {
            "tenant": tx.tenant,
            "span": span,
            "begins": begins,
            "division": division,
            **dict.fromkeys(MEASURES, 0),
            **steps,
        }
        for (span, begins, division), steps in sorted(figures.moved.items())
    ]
    for some in _portions(rows):
        added = insert(cockpit_figure).values(some)
        moved = {name: cockpit_figure.c[name] + added.excluded[name] for name in MEASURES}
        keys = ["tenant", "span", "begins", "division"]
        await tx.execute(added.on_conflict_do_update(index_elements=keys, set_=moved))


def _about_a_case(event: IncomingEvent) -> bool:
    moved = event.type.startswith(CASE_MOVED) and event.type != desk.CASE_ESCALATED
    return moved or event.type in OF_RATING


async def _keep_cases(tx: Tx, events: Sequence[IncomingEvent], figures: Figures) -> None:
    if not events:
        return
    cases = await known_cases(tx, (UUID(event.data["case_id"]) for event in events))
    for event in events:
        key, day = UUID(event.data["case_id"]), event.time.astimezone(SHANGHAI).date()
        before = cases.get(key)
        if event.type not in OF_RATING:
            cases[key] = case_after(event.type, event.data, day, before, figures)
        elif before is not None:
            cases[key] = OF_RATING[event.type](event.data, before, figures)
    await store_cases(tx, cases)


async def _keep_whistles(tx: Tx, events: Sequence[IncomingEvent], figures: Figures) -> None:
    if not events:
        return
    known = await known_whistles(tx, (UUID(event.data["whistle_id"]) for event in events))
    for event in events:
        key, day = UUID(event.data["whistle_id"]), event.time.astimezone(SHANGHAI).date()
        known[key] = whistle_after(event.type, event.data, day, known.get(key), figures)
    await store_whistles(tx, known)


async def known_cases(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, Case]:
    rows = await _known(tx, cockpit_case, ids)
    return {row["case_id"]: Case(**{name: row[name] for name in Case.__slots__}) for row in rows}


async def store_cases(tx: Tx, cases: Mapping[UUID, Case]) -> None:
    await _store(tx, cockpit_case, [{"case_id": key, **_values(case)} for key, case in cases.items()])


async def known_whistles(tx: Tx, ids: Iterable[UUID]) -> dict[UUID, Whistle]:
    rows = await _known(tx, cockpit_whistle, ids)
    return {row["whistle_id"]: Whistle(row["division"], row["state"], frozenset(row["clocks"])) for row in rows}


async def store_whistles(tx: Tx, known: Mapping[UUID, Whistle]) -> None:
    rows = [{"whistle_id": key, **_values(one), "clocks": sorted(one.clocks)} for key, one in known.items()]
    await _store(tx, cockpit_whistle, rows)


async def _known(tx: Tx, table: Table, keys: Iterable[UUID]) -> Sequence[Row]:
    key = table.c[table.primary_key.columns.keys()[1]]
    return await tx.all(select(table).where(table.c.tenant == tx.tenant, key.in_(set(keys))))


async def _store(tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    keys = table.primary_key.columns.keys()
    for some in _portions(sorted(rows, key=lambda row: str(row[keys[1]]))):
        made = insert(table).values([{"tenant": tx.tenant, **row} for row in some])
        changed = {column.name: made.excluded[column.name] for column in table.c if column.name not in keys}
        await tx.execute(made.on_conflict_do_update(index_elements=keys, set_=changed))


def _values(known: Case | Whistle) -> dict[str, Any]:
    return {name: getattr(known, name) for name in known.__slots__}


def _portions(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(rows), _ROWS_AT_ONCE):
        yield rows[first : first + _ROWS_AT_ONCE]
