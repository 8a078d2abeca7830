"""Queries over deliberations: staff see their own area, a resident the votes of which she is on the roll."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from linli_kernel.counted import Counted
from linli_kernel.identity import Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import ColumnElement, Select, and_, func, literal, not_, select, tuple_

from linli_supervision.deliberations.tables import (
    deliberation,
    deliberation_file,
    deliberation_roll,
    deliberation_step,
    deliberation_tally,
    deliberation_voter,
)
from linli_supervision.deliberations.workflow import State
from linli_supervision.disclosures.repository import within
from linli_supervision.disclosures.tables import disclosure
from linli_supervision.disclosures.workflow import State as DisclosureState
from linli_supervision.rows import Row

_c, _s, _f, _v = deliberation.c, deliberation_step.c, deliberation_file.c, deliberation_voter.c
_r, _t = deliberation_roll.c, deliberation_tally.c
Fetch: TypeAlias = Callable[[Select[Any]], Awaitable[Sequence[Row]]]
"""How rows are read: outside a transaction, or in a command's own."""
FILE_COLUMNS = [column for column in deliberation_file.c if column.name != "content"]


def one(viewer: Viewer, deliberation_id: UUID) -> Select[Any]:
    return select(deliberation).where(in_scope(viewer, _c.tenant, _c.division), _c.id == deliberation_id)


def listing(
    viewer: Viewer,
    wanted: dict[str, Any],
    division: str | None,
    before: UUID | None,
    limit: int,
    due_before: date | None = None,
    counted: Counted | None = None,
    of_groups: Sequence[str] = (),
) -> Select[Any]:
    """Newest first; `due_before`: those whose next milestone was due before that day."""
    columns = [column for column in deliberation.c if column.name not in {"tenant", "matter", "concerned"}]
    statement = select(*columns).where(
        in_scope(viewer, _c.tenant, _c.division), *(_c[name] == value for name, value in wanted.items())
    )
    if division is not None:
        statement = statement.where(within(division, _c.division))
    if before is not None:
        statement = statement.where(_c.id < before)
    if due_before is not None:
        statement = statement.where(_c.due_on < due_before)
    if counted is not None:
        statement = _counted(statement, counted, of_groups)
    return statement.order_by(_c.id.desc()).limit(limit + 1)


def _counted(statement: Select[Any], wanted: Counted, of_groups: Sequence[str]) -> Select[Any]:
    """What a figure of the cockpit counts: those begun, under way or carried through, or those with meetings, as `met`."""
    match wanted.figure:
        case "deliberations":
            return statement.where(wanted.moments(_c.created_at))
        case "deliberations_open":
            return statement.where(_c.state == State.OPEN.value)
        case "solved":
            return statement.where(_c.state == State.FINISHED.value, wanted.moments(_c.ended_at))
    beside = and_(_s.tenant == _c.tenant, _s.deliberation_id == _c.id)
    held = and_(beside, _s.held_on.is_not(None), wanted.days(_s.held_on), _s.execution.is_(None))
    met = select(func.count()).select_from(deliberation_step).where(held).scalar_subquery()
    by_group = _c.procedure.in_(of_groups)
    mine = by_group if wanted.figure == "group_meetings" else not_(by_group)
    return statement.add_columns(met.label("met")).where(mine, met > 0)


FIGURES = ("deliberations", "deliberations_open", "solved", "meetings", "group_meetings")
"""Those of the cockpit that deliberations stand behind."""
MET = frozenset({"meetings", "group_meetings"})


def steps(tenant: str, deliberation_id: UUID) -> Select[Any]:
    """What was recorded of the steps that have begun; a procedure has few."""
    return (
        select(deliberation_step)
        .where(_s.tenant == tenant, _s.deliberation_id == deliberation_id)
        .order_by(_s.position)
    )


def files(tenant: str, deliberation_id: UUID) -> Select[Any]:
    """The papers of all steps without their bytes."""
    return select(*FILE_COLUMNS).where(_f.tenant == tenant, _f.deliberation_id == deliberation_id).order_by(_f.id)


def file(tenant: str, deliberation_id: UUID, file_id: UUID) -> Select[Any]:
    return select(deliberation_file).where(_f.tenant == tenant, _f.deliberation_id == deliberation_id, _f.id == file_id)


def rolls(tenant: str, deliberation_id: UUID) -> Select[Any]:
    return (
        select(deliberation_roll)
        .where(_r.tenant == tenant, _r.deliberation_id == deliberation_id)
        .order_by(_r.position, _r.body)
    )


def of_roll(tenant: str, deliberation_id: UUID, position: int, body: str | None = None) -> ColumnElement[bool]:
    """The people of a step, of one body or of all."""
    found = and_(_v.tenant == tenant, _v.deliberation_id == deliberation_id, _v.position == position)
    return found if body is None else and_(found, _v.body == body)


def voters(
    tenant: str, deliberation_id: UUID, position: int, body: str, after: Sequence[UUID] | None, limit: int
) -> Select[Any]:
    """By household: its members stand together. A roll has at most some thousands of lines, which are sorted."""
    line = tuple_(func.coalesce(_v.household, _v.resident), _v.resident)
    statement = select(deliberation_voter).where(of_roll(tenant, deliberation_id, position, body))
    if after is not None:
        statement = statement.where(line > tuple_(*(literal(one, _v.resident.type) for one in after)))
    return statement.order_by(line).limit(limit + 1)


def counted(tenant: str, deliberation_id: UUID, position: int, *, households: bool) -> Select[Any]:
    """Of every body how many are eligible, present and have voted, in one pass over the roll.

    A household of which one member may still vote is eligible; it is present as soon as one of them is.
    """
    unit = func.coalesce(_v.household, _v.resident) if households else _v.resident
    free = _v.recused.is_(None)

    def units(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(unit.distinct()).filter(*conditions)

    def rows(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(condition)

    return (
        select(
            _v.body,
            units(free).label("eligible"),
            (func.count(unit.distinct()) - units(free)).label("recused"),
            units(free, _v.attended.is_not(None)).label("present"),
            rows(_v.attended == "online").label("online"),
            rows(_v.attended == "proxy").label("proxies"),
            rows(_v.voted.is_not(None)).label("voted"),
            rows(_v.voted == "paper").label("papers"),
            *(rows(_v.choice == choice).label(choice) for choice in ("for", "against", "abstain")),
        )
        .where(of_roll(tenant, deliberation_id, position))
        .group_by(_v.body)
        .order_by(_v.body)
    )


def among(tenant: str, deliberation_id: UUID, position: int, people: Collection[UUID]) -> Select[Any]:
    """Those of these people who are on a roll of the step."""
    here = of_roll(tenant, deliberation_id, position)
    columns = (_v.resident, _v.body, _v.recused)
    return select(*columns).where(here, _v.resident.in_(people)).order_by(_v.body, _v.resident)


def called(tenant: str, deliberation_id: UUID, position: int) -> Select[Any]:
    """A step whose meeting was called at least once, with its topic."""
    step = and_(_s.tenant == _c.tenant, _s.deliberation_id == _c.id, _s.position == position)
    return (
        select(_c.title, _c.plan, _s.place, _s.calls)
        .join(deliberation_step, step)
        .where(_c.tenant == tenant, _c.id == deliberation_id, _s.calls > 0)
    )


def on_roll(tenant: str, deliberation_id: UUID, position: int, after: UUID | None, limit: int) -> Select[Any]:
    """Everybody on the rolls of a step, once, in the order of ids."""
    statement = select(_v.resident).where(of_roll(tenant, deliberation_id, position)).distinct()
    if after is not None:
        statement = statement.where(_v.resident > after)
    return statement.order_by(_v.resident).limit(limit + 1)


def kept_kin(tenant: str, deliberation_id: UUID, position: int) -> Select[Any]:
    """The kin on the roll of a step, as the registry told of them when it was frozen."""
    return select(_s.kin).where(_s.tenant == tenant, _s.deliberation_id == deliberation_id, _s.position == position)


def tallies(tenant: str, deliberation_id: UUID, position: int) -> Select[Any]:
    """Secret votes cast on line: how many of each choice."""
    return select(_t.body, _t.choice, _t.votes).where(
        _t.tenant == tenant, _t.deliberation_id == deliberation_id, _t.position == position
    )


def published(viewer: Viewer, division: str, ids: list[UUID]) -> Select[Any]:
    """Disclosures of a village by their ids, whatever became of them since."""
    d = disclosure.c
    return select(d.id, d.category, d.state, d.published_at).where(
        in_scope(viewer, d.tenant, d.division), d.division == division, d.id.in_(ids), d.published_at.is_not(None)
    )


def disclosed(tenant: str, ids: Collection[UUID]) -> Select[Any]:
    """What publishes the steps of a deliberation; a draft that was given up no more."""
    d = disclosure.c
    return select(d.id, d.category, d.title, d.state).where(
        d.tenant == tenant, d.id.in_(ids), d.state != DisclosureState.DISCARDED
    )


def own_ballots(tenant: str, resident: UUID, limit: int) -> Select[Any]:
    """The votes now under way of which a resident is on the roll."""
    there = and_(_c.tenant == _v.tenant, _c.id == _v.deliberation_id, _c.position == _v.position)
    step = and_(_s.tenant == _v.tenant, _s.deliberation_id == _v.deliberation_id, _s.position == _v.position)
    return (
        select(
            _c.id.label("deliberation_id"), _c.title, _c.matter, _c.plan, _c.position, _c.phase, _v.body, _v.attended,
            _v.voted, _s.called_for, _s.place,
        )
        .join(deliberation, there)
        .join(deliberation_step, step)
        .where(_v.tenant == tenant, _v.resident == resident, _c.state == "open", _v.recused.is_(None))
        .order_by(_c.id.desc(), _v.body)
        .limit(limit)
    )  # fmt: skip
