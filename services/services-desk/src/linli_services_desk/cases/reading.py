"""Reads of cases: lists, one case with all its parts, and the revealed form."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from linli_kernel.clock import Clock
from linli_kernel.counted import Counted
from linli_kernel.database import Database, HotQuery, Tx
from linli_kernel.errors import NotFound
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_divisions
from sqlalchemy import ColumnElement, and_, or_, select

from linli_services_desk.cases import repository, views
from linli_services_desk.cases.clock import colour_bounds
from linli_services_desk.cases.opening import Opened
from linli_services_desk.cases.tables import desk_case
from linli_services_desk.cases.workflow import IN_WORK
from linli_services_desk.context import Desk
from linli_services_desk.documents.tables import document
from linli_services_desk.evaluations.tables import evaluation
from linli_services_desk.materials import service as materials
from linli_services_desk.materials.tables import case_material
from linli_services_desk.matters import repository as repository_of_matters
from linli_services_desk.schema import Row


def filters(
    desk: Desk,
    database: Database,
    viewer: Viewer,
    *,
    states: Sequence[str] = (),
    clock: str | None = None,
    mine: bool = False,
    q: str | None = None,
    number: str | None = None,
    matter_id: UUID | None = None,
    resident_id: UUID | None = None,
    codes: Sequence[str] | None = None,
    counted: Counted | None = None,
) -> list[ColumnElement[bool]]:
    """`codes`: an area within the viewer's own, by the prefixes that it means. `q` may be a name, `number` never is."""
    conditions: list[ColumnElement[bool]] = []
    if codes is not None:
        conditions.append(in_divisions(codes, desk_case.c.division))
    if states:
        conditions.append(repository.in_state(states))
    if clock is not None:
        today = database.clock.today()
        red, amber = colour_bounds(desk.calendar, desk.thresholds(viewer.tenant), today)
        conditions.append(repository.clock_shows(clock, today, red, amber))
    if mine:
        conditions.append(repository.waits_for(viewer))
    if counted is not None:
        conditions.append(_counted(desk, database.clock.today(), viewer, counted))
    if q:
        conditions.append(
            or_(desk_case.c.number == q.strip(), desk_case.c.applicant_name_index == desk.vault.name_index(q))
        )
    if number:
        conditions.append(desk_case.c.number == number.strip())
    if matter_id is not None:
        conditions.append(desk_case.c.matter_id == matter_id)
    if resident_id is not None:
        conditions.append(desk_case.c.resident_id == resident_id)
    return conditions


def _counted(desk: Desk, today: date, viewer: Viewer, wanted: Counted) -> ColumnElement[bool]:
    """What a figure of the cockpit counts, said of the desk's own rows."""
    match wanted.figure:
        case "accepted":
            return wanted.moments(desk_case.c.accepted_at)
        case "decided":
            return and_(repository.decided(), wanted.moments(desk_case.c.decided_at))
        case "due_soon":
            red, amber = colour_bounds(desk.calendar, desk.thresholds(viewer.tenant), today)
            return or_(*(repository.clock_shows(colour, today, red, amber) for colour in ("red", "amber")))
        case "overdue":
            return repository.clock_shows("overdue", today, today, today)
        case _:
            return repository.in_state(sorted(IN_WORK))


FIGURES = ("accepted", "decided", "in_work", "due_soon", "overdue")
"""Those of the cockpit that cases stand behind."""


class Reader(Protocol):
    """The database, or a transaction that must see its own changes."""

    @property
    def clock(self) -> Clock: ...
    async def fetch_all(self, query: Any, params: Any = None, /) -> Sequence[Row]: ...
    async def fetch_one(self, query: Any, params: Any = None, /) -> Row | None: ...
    async def fetch_value(self, query: Any, params: Any = None, /) -> Any: ...


class InTransaction:
    """Reads inside a command, after its changes and before their commit."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self.clock = tx.clock

    async def fetch_all(self, query: Any, params: Any = None) -> Sequence[Row]:
        return await (self._tx.quick(query, params) if isinstance(query, HotQuery) else self._tx.all(query, params))

    async def fetch_one(self, query: Any, params: Any = None) -> Row | None:
        return await self._tx.one(query, params)

    async def fetch_value(self, query: Any, params: Any = None) -> Any:
        return await self._tx.scalar(query, params)


async def row_of(database: Reader, viewer: Viewer, case_id: UUID) -> Any:
    row = await database.fetch_one(select(desk_case).where(repository.visible(viewer), desk_case.c.id == case_id))
    if row is None:
        raise NotFound
    return row


async def definition_of(database: Reader, desk: Desk, row: Any) -> dict[str, Any]:
    key = (row["tenant"], row["matter_id"], row["matter_version"])
    known = desk.remembered(*key)
    if known is not None:
        return known
    definition: dict[str, Any] = await database.fetch_value(repository_of_matters.version(*key))
    desk.remember(*key, definition)
    return definition


async def full(database: Reader, desk: Desk, viewer: Viewer, case_id: UUID) -> tuple[Any, dict[str, Any]]:
    """Return the row and the whole view of a case in scope; NotFound otherwise."""
    row = await row_of(database, viewer, case_id)
    definition = await definition_of(database, desk, row)
    tenant = row["tenant"]
    parts = {
        "steps": await database.fetch_all(repository.steps(tenant, case_id)),
        "history": await database.fetch_all(repository.history(tenant, case_id)),
        "notices": await database.fetch_all(repository.notices(tenant, case_id)),
        "materials": await database.fetch_all(
            select(case_material).where(case_material.c.tenant == tenant, case_material.c.case_id == case_id)
        ),
        "documents": await database.fetch_all(
            select(*(column for column in document.c if column.name not in ("facts", "content", "sealed_content")))
            .where(document.c.tenant == tenant, document.c.case_id == case_id)
            .order_by(document.c.id)
        ),
    }
    level = await database.fetch_value(
        select(evaluation.c.level).where(evaluation.c.tenant == tenant, evaluation.c.case_id == case_id)
    )
    kinds = await papers_on_file(database, tenant, row["resident_id"])
    return row, views.full(desk, row, definition, parts, kinds, level, database.clock.now())


def just_opened(tx: Tx, desk: Desk, opened: Opened, definition: dict[str, Any]) -> dict[str, Any]:
    """The whole view of a case from what was just written, without reading it back."""
    row = {**dict.fromkeys(desk_case.c.keys()), **opened.row}
    parts: dict[str, Sequence[Row]] = {
        "steps": [],
        "history": [opened.history],
        "notices": [],
        "materials": [{**dict.fromkeys(case_material.c.keys()), **item} for item in opened.materials],
        "documents": [],
    }
    kinds = {kind: kept["valid_until"] for kind, kept in opened.on_file.items()}
    return views.full(desk, row, definition, parts, kinds, None, tx.now)


async def papers_on_file(database: Reader, tenant: str, resident_id: UUID | None) -> dict[str, date | None]:
    """Kinds of papers that need not be asked for again, with the last day on which they are good where there is one."""
    if resident_id is None:
        return {}
    about = {"tenant": tenant, "resident": resident_id, "today": database.clock.today()}
    rows = await database.fetch_all(materials.ON_FILE, about)
    return {row["kind"]: row["valid_until"] for row in rows}
