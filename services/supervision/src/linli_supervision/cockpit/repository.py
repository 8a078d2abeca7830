"""One statement for each kind of record, by the parts of an area; every one carries the counties and the area of whoever asks."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from linli_kernel.clock import SHANGHAI
from linli_kernel.identity import Viewer
from sqlalchemy import BigInteger, ColumnElement, Date, Select, and_, cast, func, not_, or_, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from linli_supervision.cockpit.area import Area
from linli_supervision.cockpit.counting import MEASURES, PAUSED, RUNNING, TIMED
from linli_supervision.cockpit.duties import Term
from linli_supervision.cockpit.tables import (
    IN_WORK_STATES,
    NOT_ENDED,
    cockpit_case,
    cockpit_figure,
    cockpit_retold,
    cockpit_whistle,
)
from linli_supervision.deliberations.tables import deliberation, deliberation_step
from linli_supervision.deliberations.workflow import State as DeliberationState
from linli_supervision.disclosures.repository import SAID
from linli_supervision.disclosures.tables import disclosure, disclosure_occasion, disclosure_village
from linli_supervision.disclosures.workflow import State as DisclosureState
from linli_supervision.flags.repository import not_about
from linli_supervision.flags.tables import flag
from linli_supervision.flags.workflow import State as FlagState
from linli_supervision.inquiries.tables import committee_meeting, inquiry
from linli_supervision.inquiries.workflow import State as InquiryState

_f, _c, _w = cockpit_figure.c, cockpit_case.c, cockpit_whistle.c
_p, _d, _s = disclosure.c, deliberation.c, deliberation_step.c
PART = sql("part")
_IN_FORCE = func.bool_or(_p.state == DisclosureState.PUBLISHED.value)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _between(column: ColumnElement[Any], first: date, after: date) -> ColumnElement[bool]:
    return and_(column >= _moment(first), column < _moment(after))


def _month(column: ColumnElement[Any]) -> ColumnElement[date]:
    return cast(func.date_trunc("month", func.timezone("Asia/Shanghai", column)), Date).label("begins")


def told(area: Area, span: str, first: date, after: date) -> Select[Any]:
    """What the desk told about a time."""
    return _summed(area, area.by(_f.division), span, first, after)


def told_by_time(area: Area, span: str, first: date, after: date) -> Select[Any]:
    return _summed(area, _f.begins, span, first, after)


def _summed(area: Area, key: ColumnElement[Any], span: str, first: date, after: date) -> Select[Any]:
    # A sum of bigint is a numeric, which costs the driver more to read than the server to add up.
    sums = [cast(func.sum(_f[name]), BigInteger).label(name) for name in MEASURES]
    of_time = and_(_f.span == span, _f.begins >= first, _f.begins < after)
    return select(key, *sums).where(area.holds(_f.tenant, _f.division), of_time).group_by(sql(key.name))


def cases_in_work(area: Area, today: date, soon: date) -> Select[Any]:
    """Where the cases that are not finished stand today."""
    running, paused = _c.state.in_(sorted(RUNNING)), _c.state.in_(sorted(PAUSED))
    timed = _c.state.in_(sorted(TIMED))
    return (
        select(
            area.by(_c.division),
            func.count().label("in_work"),
            func.count().filter(running).label("running"),
            func.count().filter(paused).label("paused"),
            func.count().filter(and_(timed, _c.due < today)).label("overdue"),
            func.count().filter(and_(timed, _c.due >= today, _c.due <= soon)).label("due_soon"),
        )
        .where(area.holds(_c.tenant, _c.division), sql(IN_WORK_STATES))
        .group_by(PART)
    )


def whistles_open(area: Area) -> Select[Any]:
    counted = select(area.by(_w.division), func.count().label("whistles_open"))
    return counted.where(area.holds(_w.tenant, _w.division), sql(NOT_ENDED)).group_by(PART)


def villages(area: Area) -> Select[Any]:
    """How many villages publish from which day on."""
    v = disclosure_village.c
    counted = select(area.by(v.division), v.since, func.count().label("villages"))
    return counted.where(area.holds(v.tenant, v.division)).group_by(PART, v.since)


def duties_met(area: Area, owed: Sequence[Term], year: int, today: date) -> Select[Any]:
    """Of what was asked for: how much the villages published in time or late, and how much of it is not or is past its last day."""
    dates = ARRAY(Date)
    asked = (
        func.unnest(
            cast([term.item for term in owed], ARRAY(TEXT)),
            cast([term.start for term in owed], dates),
            cast([term.end for term in owed], dates),
            cast([term.due for term in owed], dates),
        )
        .table_valued("item", "start", "end", "due", name="asked")
        .render_derived()
    )
    first = (
        select(_p.tenant, _p.division, _p.item, _p.period_start, _day(func.min(_p.published_at)).label("published"))
        .where(area.holds(_p.tenant, _p.division), _p.published_at.is_not(None), _p.occasion_id.is_(None))
        .where(SAID, _p.period_start >= date(year, 1, 1), _p.period_start < date(year + 1, 1, 1))
        .group_by(_p.tenant, _p.division, _p.item, _p.period_start)
        .having(_IN_FORCE)
        .subquery()
    )
    a, c, v = asked.c, first.c, disclosure_village.c
    due = cast(a.due, Date)
    return (
        select(
            area.by(c.division),
            func.count().filter(c.published <= due).label("in_time"),
            func.count().filter(c.published > due).label("late"),
            func.count().filter(due >= today).label("running"),
            func.count().filter(due < today).label("passed"),
        )
        .join(asked, and_(c.item == a.item, c.period_start == cast(a.start, Date)))
        .join(disclosure_village, and_(v.tenant == c.tenant, v.division == c.division, v.since <= cast(a.end, Date)))
        .group_by(PART)
    )


def _day(column: ColumnElement[Any]) -> ColumnElement[date]:
    return cast(func.timezone("Asia/Shanghai", column), Date)


def occasions(area: Area, year: int, today: date) -> Select[Any]:
    """What happened where villages publish and was to be published at once, by item, day and the day of its publication."""
    o, v = disclosure_occasion.c, disclosure_village.c
    published = (
        select(_p.tenant, _p.occasion_id, _day(func.min(_p.published_at)).label("published"))
        .where(area.holds(_p.tenant, _p.division), _p.occasion_id.is_not(None), SAID)
        .where(_p.period_start >= date(year, 1, 1), _p.period_start < date(year + 1, 1, 1))
        .group_by(_p.tenant, _p.occasion_id)
        .having(_IN_FORCE)
        .subquery()
    )
    beside = and_(published.c.tenant == o.tenant, published.c.occasion_id == o.id)
    keys = (o.item, o.day, published.c.published)
    return (
        select(area.by(o.division), *keys, func.count().label("occasions"))
        .join(disclosure_village, and_(v.tenant == o.tenant, v.division == o.division))
        .join(published, beside, isouter=True)
        .where(
            area.holds(o.tenant, o.division), o.day >= date(year, 1, 1), o.day < date(year + 1, 1, 1), o.day <= today
        )
        .group_by(PART, *keys)
    )


def _published(area: Area, key: ColumnElement[Any], first: date, after: date) -> Select[Any]:
    """What villages published; a correction of it is none of its own."""
    in_force = and_(SAID, _p.edition == 1, _between(_p.published_at, first, after))
    counted: Select[Any] = select(key, func.count().label("disclosures"))
    return counted.where(area.holds(_p.tenant, _p.division), _p.published_at.is_not(None), in_force).group_by(
        sql(key.name)
    )


def published(area: Area, first: date, after: date) -> Select[Any]:
    return _published(area, area.by(_p.division), first, after)


def published_by_month(area: Area, first: date, after: date) -> Select[Any]:
    return _published(area, _month(_p.published_at), first, after)


def _finished(first: date, after: date) -> ColumnElement[bool]:
    return and_(_d.state == DeliberationState.FINISHED.value, _between(_d.ended_at, first, after))


def deliberated(area: Area, first: date, after: date) -> Select[Any]:
    """Deliberations begun and carried through in a time, and those that are under way now."""
    under_way = _d.state == DeliberationState.OPEN.value
    begun, finished = _between(_d.created_at, first, after), _finished(first, after)
    return (
        select(
            area.by(_d.division),
            func.count().filter(begun).label("deliberations"),
            func.count().filter(under_way).label("deliberations_open"),
            func.count().filter(finished).label("solved"),
        )
        .where(area.holds(_d.tenant, _d.division), or_(begun, under_way, finished))
        .group_by(PART)
    )


def solved_by_month(area: Area, first: date, after: date) -> Select[Any]:
    key = _month(_d.ended_at)
    counted: Select[Any, Any] = select(key, func.count().label("solved"))
    return counted.where(area.holds(_d.tenant, _d.division), _finished(first, after)).group_by(key)


def met(area: Area, first: date, after: date, of_groups: Sequence[str]) -> Select[Any]:
    """Meetings at which something was deliberated; those of villagers' groups, by these procedures, apart."""
    beside = and_(_s.tenant == _d.tenant, _s.deliberation_id == _d.id)
    by_group = _d.procedure.in_(of_groups)
    counted = select(
        area.by(_d.division),
        func.count().filter(not_(by_group)).label("meetings"),
        func.count().filter(by_group).label("group_meetings"),
    ).join(deliberation_step, beside)
    # The committee's acceptance of what was carried out has its day, too; nobody deliberates there.
    held = and_(_s.held_on >= first, _s.held_on < after, _s.execution.is_(None))
    return counted.where(area.holds(_d.tenant, _d.division), held).group_by(PART)


def committees_met(area: Area, first: date, after: date) -> Select[Any]:
    m = committee_meeting.c
    counted = select(area.by(m.division), func.count().label("committee_meetings"))
    return counted.where(area.holds(m.tenant, m.division), m.day >= first, m.day < after).group_by(PART)


def inquiries_open(area: Area) -> Select[Any]:
    i = inquiry.c
    counted = select(area.by(i.division), func.count().label("inquiries_open"))
    return counted.where(area.holds(i.tenant, i.division), i.state != InquiryState.CLOSED.value).group_by(PART)


def flags_open(area: Area, viewer: Viewer) -> Select[Any]:
    """Flags that wait for somebody; none that is about the viewer."""
    f = flag.c
    counted = select(area.by(f.division), func.count().label("flags_open"))
    waiting = f.state != FlagState.CLOSED.value
    return counted.where(area.holds(f.tenant, f.division), waiting, not_about(viewer)).group_by(PART)


def retold(area: Area) -> Select[Any]:
    """How much of the desk's time before has been read, and how many of the readings are at their end."""
    r = cockpit_retold.c
    read, finished = cast(func.coalesce(func.sum(r.read), 0), BigInteger), func.count(r.finished_at)
    told: Select[Any, Any] = select(read.label("read"), finished.label("finished"))
    return told.where(r.tenant.in_(area.tenants))
