"""Reads and writes of matters. A county sees its own catalogue only."""

from typing import Any
from uuid import UUID

from linli_kernel.database import HotQuery
from linli_kernel.identity import Role, Viewer
from sqlalchemy import ColumnElement, Insert, Select, Update, and_, bindparam, func, insert, or_, select, tuple_, update

from linli_services_desk.matters.tables import matter, matter_draft, matter_version

# A matter is rewritten a few times a year; whoever needs more asks for a version by its number.
MOST_VERSIONS = 100
BRIEF = (
    matter.c.id,
    matter.c.code,
    matter.c.name,
    matter.c.category,
    matter.c.type,
    matter.c.department,
    matter.c.rank,
    matter.c.state,
    matter.c.sample,
    matter.c.published_version,
    matter.c.version,
    matter_version.c.definition,
)
_VISIBLE = or_(matter.c.state == "published", matter.c.state == "guide")
_JOINED = matter.join(
    matter_version,
    (matter_version.c.tenant == matter.c.tenant)
    & (matter_version.c.matter_id == matter.c.id)
    & (matter_version.c.number == matter.c.published_version),
)


def _published() -> Select[Any]:
    return select(*BRIEF).select_from(_JOINED).where(_VISIBLE)


def search(
    tenant: str,
    *,
    q: str | None,
    categories: tuple[str, ...] | None,
    state: str | None,
    after: tuple[int, UUID] | None,
    limit: int,
) -> Select[Any]:
    """Matters by name, pinyin or initials, most used first; one row more than `limit` tells that there is a next page."""
    statement = _published().where(matter.c.tenant == tenant)
    if q:
        words = "".join(q.split()).lower()
        statement = statement.where(
            or_(
                matter.c.name.contains(q.strip(), autoescape=True),
                matter.c.code == q.strip(),
                matter.c.initials.contains(words, autoescape=True),
                matter.c.pinyin.contains(words, autoescape=True),
            )
        )
    if categories is not None:
        statement = statement.where(matter.c.category.in_(categories))
    if state is not None:
        statement = statement.where(matter.c.state == state)
    if after is not None:
        statement = statement.where(tuple_(matter.c.rank, matter.c.id) > after)
    return statement.order_by(matter.c.rank, matter.c.id).limit(limit + 1)


ONE_STATEMENT = _published().where(matter.c.tenant == bindparam("tenant"), matter.c.id == bindparam("matter_id"))
ONE = HotQuery(ONE_STATEMENT)


STANDING = HotQuery(
    select(matter.c.state, matter.c.name, matter.c.published_version).where(
        matter.c.tenant == bindparam("tenant"),
        matter.c.id == bindparam("matter_id"),
        matter.c.published_version.is_not(None),
    )
)
"""Whether a matter can be opened, without its definition: that one is remembered."""


def version(tenant: str, matter_id: UUID, number: int) -> Select[Any]:
    return select(matter_version.c.definition).where(
        matter_version.c.tenant == tenant,
        matter_version.c.matter_id == matter_id,
        matter_version.c.number == number,
    )


def add(rows: list[dict[str, Any]]) -> Insert:
    return insert(matter).values(rows)


def add_versions(rows: list[dict[str, Any]]) -> Insert:
    return insert(matter_version).values(rows)


def replace(tenant: str, matter_id: UUID, row: dict[str, Any], number: int) -> Update:
    """Bring the searchable columns up to the newly published version."""
    keep = ("tenant", "id", "version", "created_at", "published_version")
    changed = {name: value for name, value in row.items() if name not in keep}
    return (
        update(matter)
        .where(matter.c.tenant == tenant, matter.c.id == matter_id)
        .values(**changed, published_version=number, version=matter.c.version + 1)
    )


def all_definitions(tenant: str) -> Select[Any]:
    """Every matter of a county with its published definition, whatever its state."""
    columns = (matter.c.id, matter.c.code, matter.c.name, matter.c.state, matter.c.published_version)
    return select(*columns, matter_version.c.definition).select_from(_JOINED).where(matter.c.tenant == tenant)


def latest_definition(tenant: str, code: str) -> Select[Any]:
    return all_definitions(tenant).where(matter.c.code == code)


VERSION = (
    matter_version.c.number,
    matter_version.c.published_at,
    matter_version.c.published_name,
    matter_version.c.written_name,
    matter_version.c.note,
)


def versions(tenant: str, matter_id: UUID) -> Select[Any]:
    """The published versions, the newest first, without their content."""
    mine = (matter_version.c.tenant == tenant, matter_version.c.matter_id == matter_id)
    return select(*VERSION).where(*mine).order_by(matter_version.c.number.desc()).limit(MOST_VERSIONS)


def whole_versions(tenant: str, matter_id: UUID, numbers: tuple[int, ...]) -> Select[Any]:
    return select(*VERSION, matter_version.c.definition).where(
        matter_version.c.tenant == tenant, matter_version.c.matter_id == matter_id, matter_version.c.number.in_(numbers)
    )


def counts(tenant: str) -> Select[Any]:
    """How many matters of each category can be applied for."""
    shown = (matter.c.tenant == tenant, matter.c.state == "published")
    return select(matter.c.category, func.count().label("matters")).where(*shown).group_by(matter.c.category)


def _drafts_of(viewer: Viewer) -> ColumnElement[bool]:
    """The county's drafts; a department sees its own."""
    mine = matter_draft.c.tenant == viewer.tenant
    if viewer.role is Role.DEPARTMENT_OFFICER:
        return and_(mine, matter_draft.c.department == viewer.department)
    return mine


def drafts(viewer: Viewer, states: tuple[str, ...], before: UUID | None, limit: int) -> Select[Any]:
    statement = select(matter_draft).where(_drafts_of(viewer), matter_draft.c.state.in_(states))
    if before is not None:
        statement = statement.where(matter_draft.c.id < before)
    return statement.order_by(matter_draft.c.id.desc()).limit(limit + 1)


def draft(viewer: Viewer, draft_id: UUID) -> Select[Any]:
    return select(matter_draft).where(_drafts_of(viewer), matter_draft.c.id == draft_id)


def open_draft(tenant: str, code: str) -> Select[Any]:
    open_states = matter_draft.c.state.in_(("draft", "review"))
    return select(matter_draft).where(matter_draft.c.tenant == tenant, matter_draft.c.code == code, open_states)


def add_draft(row: dict[str, Any]) -> Insert:
    return insert(matter_draft).values(row)


def change_draft(tenant: str, draft_id: UUID, expected: int, values: dict[str, Any]) -> Update:
    """Return nothing when somebody changed the draft since `expected` was read."""
    return (
        update(matter_draft)
        .where(matter_draft.c.tenant == tenant, matter_draft.c.id == draft_id, matter_draft.c.version == expected)
        .values(**values, version=expected + 1)
        .returning(matter_draft.c.version)
    )
