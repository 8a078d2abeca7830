"""Queries over disclosures: staff see their own area, everybody what was published.

A public page has no tenant of its own: the county is told by the division, or looked for among the installation's counties.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from linli_kernel.counted import Counted
from linli_kernel.identity import Viewer
from linli_kernel.scope import division_range, in_divisions, in_scope
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_

from linli_supervision.disclosures.tables import disclosure, disclosure_file
from linli_supervision.disclosures.workflow import HANGING, SHOWN, State

_c, _f = disclosure.c, disclosure_file.c
FILE_COLUMNS = [column for column in disclosure_file.c if column.name != "content"]
_BRIEF = [column for column in disclosure.c if column.name not in {"tenant", "tables", "body"}]
_SHOWN = [state.value for state in SHOWN]
IN_FORCE = and_(_c.state.in_([State.PUBLISHED.value, State.WITHDRAWN.value]), _c.replaced_by.is_(None))
"""What lists show: an edition that was corrected is found through the one after it."""


SAID = or_(_c.state.not_in([State.DISCARDED.value, State.WITHDRAWN.value]), _c.replaced_by.is_not(None))
"""An edition of before counts for its day, whatever became of it; what has no edition in force meets nothing."""


def visible(viewer: Viewer) -> ColumnElement[bool]:
    return in_scope(viewer, _c.tenant, _c.division)


def within(division: str, column: ColumnElement[str] = _c.division) -> ColumnElement[bool]:
    low, high = division_range(division)
    return and_(column >= low, column < high)


def one(viewer: Viewer, disclosure_id: UUID) -> Select[Any]:
    return select(disclosure).where(visible(viewer), _c.id == disclosure_id)


def listing(
    viewer: Viewer,
    wanted: dict[str, Any],
    division: str | None,
    before: UUID | None,
    limit: int,
    counted: Counted | None = None,
) -> Select[Any]:
    """Newest first; what was discarded only when it is asked for."""
    statement = select(*_BRIEF).where(visible(viewer), *(_c[name] == value for name, value in wanted.items()))
    if "state" not in wanted:
        statement = statement.where(_c.state != State.DISCARDED.value)
    if division is not None:
        statement = statement.where(within(division))
    if counted is not None:
        # What villages published: a correction is none of its own.
        statement = statement.where(SAID, _c.edition == 1, counted.moments(_c.published_at))
    if before is not None:
        statement = statement.where(_c.id < before)
    return statement.order_by(_c.id.desc()).limit(limit + 1)


def files(tenant: str, disclosure_id: UUID) -> Select[Any]:
    """The files of a disclosure without their bytes."""
    return select(*FILE_COLUMNS).where(_f.tenant == tenant, _f.disclosure_id == disclosure_id).order_by(_f.id)


def measured_files(tenant: str, disclosure_id: UUID) -> Select[Any]:
    """The files with the digest that their bytes have now, whatever is written beside them."""
    now = func.encode(func.sha256(_f.content), "hex").label("sha256")
    of = (_f.tenant == tenant, _f.disclosure_id == disclosure_id)
    return select(_f.name, _f.media_type, now).where(*of).order_by(_f.id)


def file(tenant: str, disclosure_id: UUID, file_id: UUID) -> Select[Any]:
    return select(disclosure_file).where(_f.tenant == tenant, _f.disclosure_id == disclosure_id, _f.id == file_id)


def public_listing(
    tenants: Sequence[str],
    codes: Sequence[str],
    *,
    category: str | None,
    item: str | None,
    year: int | None,
    q: str | None,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Select[Any]:
    """What is in force in an area, newest first; `codes` are the area's own and those of before."""
    statement = select(*[c for c in disclosure.c if c.name not in {"tenant", "version", "tables"}]).where(
        _c.tenant.in_(tenants), in_divisions(codes, _c.division), _c.published_at.is_not(None), IN_FORCE
    )
    for column, value in ((_c.category, category), (_c.item, item)):
        if value is not None:
            statement = statement.where(column == value)
    if year is not None:
        statement = statement.where(_c.published_at >= _begin(year), _c.published_at < _begin(year + 1))
    if q is not None:
        # Words that were withdrawn are not to be found out by searching for them.
        read = and_(_c.state == State.PUBLISHED.value, _c.body.contains(q, autoescape=True))
        statement = statement.where(or_(_c.title.contains(q, autoescape=True), read))
    if before is not None:
        statement = statement.where(tuple_(_c.published_at, _c.id) < before)
    return statement.order_by(_c.published_at.desc(), _c.id.desc()).limit(limit + 1)


def public_years(tenants: Sequence[str], codes: Sequence[str]) -> Select[Any, Any]:
    """How many of each year are in force."""
    year = func.extract("year", func.timezone("Asia/Shanghai", _c.published_at)).label("year")
    counted: Select[Any, Any] = select(year, func.count().label("disclosures")).where(
        _c.tenant.in_(tenants), in_divisions(codes, _c.division), _c.published_at.is_not(None), IN_FORCE
    )
    return counted.group_by(year).order_by(year.desc()).limit(100)


def public_one(tenants: Sequence[str], disclosure_id: UUID) -> Select[Any]:
    """Whatever was published once, also what was corrected or withdrawn since."""
    return select(disclosure).where(_c.tenant.in_(tenants), _c.id == disclosure_id, _c.state.in_(_SHOWN))


def public_file(tenants: Sequence[str], disclosure_id: UUID, file_id: UUID) -> Select[Any]:
    """A file of what is published; not of what was withdrawn."""
    beside = and_(_f.tenant == _c.tenant, _f.disclosure_id == _c.id)
    open_states = [state.value for state in HANGING]
    return (
        select(disclosure_file)
        .join(disclosure, beside)
        .where(_c.tenant.in_(tenants), _c.id == disclosure_id, _c.state.in_(open_states), _f.id == file_id)
    )


def _begin(year: int) -> ColumnElement[Any]:
    return func.timezone("Asia/Shanghai", func.make_timestamp(year, 1, 1, 0, 0, 0))


def of_villages(tenant: str, divisions: ColumnElement[bool], first: date, after: date) -> Select[Any]:
    """What duties are held against, of periods that begin from `first` up to `after`: what is written, what was published when.

    An edition of before counts for its day, whatever became of it.
    """
    gone = [State.DISCARDED.value, State.WITHDRAWN.value]
    read = (_c.id, _c.division, _c.item, _c.period_start, _c.occasion_id, _c.published_at, _c.state, _c.replaces)
    return select(*read).where(
        _c.tenant == tenant,
        divisions,
        _c.period_start >= first,
        _c.period_start < after,
        or_(_c.state.not_in(gone), _c.replaced_by.is_not(None)),
    )
