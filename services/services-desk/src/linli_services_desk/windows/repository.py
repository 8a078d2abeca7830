"""Queries on halls, windows and tickets. A hall is known by its village."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from linli_kernel.identity import Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import ColumnElement, Select, Update, and_, case, func, literal, select, tuple_, update

from linli_services_desk.windows.domain import TicketState
from linli_services_desk.windows.tables import hall, service_window, ticket

# A hall's measured service time is the mean of the last tickets; more would hide how today goes.
MEASURED_TICKETS = 30
# Who missed the call: a screen's worth.
MOST_SHOWN = 30


def windows(viewer: Viewer, after: tuple[str, int] | None, limit: int) -> Select[Any]:
    """Windows by village and number, from behind the one that `after` names."""
    place = tuple_(service_window.c.division, service_window.c.number)
    statement = (
        select(service_window)
        .where(in_scope(viewer, service_window.c.tenant, service_window.c.division))
        .order_by(service_window.c.division, service_window.c.number)
        .limit(limit)
    )
    return statement if after is None else statement.where(place > after)


def windows_of(tenant: str, division: str) -> Select[Any]:
    mine = (service_window.c.tenant == tenant, service_window.c.division == division)
    return select(service_window).where(*mine).order_by(service_window.c.number)


def one_window(tenant: str, window_id: UUID) -> Select[Any]:
    return select(service_window).where(service_window.c.tenant == tenant, service_window.c.id == window_id)


def tickets_at_windows(viewer: Viewer) -> Select[Any]:
    """The tickets that windows have in hand."""
    held = select(service_window.c.ticket_id).where(
        in_scope(viewer, service_window.c.tenant, service_window.c.division), service_window.c.ticket_id.is_not(None)
    )
    return select(ticket).where(in_scope(viewer, ticket.c.tenant, ticket.c.division), ticket.c.id.in_(held))


def window_for_update(viewer: Viewer, window_id: UUID) -> Select[Any]:
    """Lock the window: two clicks on 下一位 at one window call one after the other."""
    return (
        select(service_window)
        .where(in_scope(viewer, service_window.c.tenant, service_window.c.division), service_window.c.id == window_id)
        .with_for_update()
    )


def take_next(tenant: str, division: str, day: date, window_id: UUID, by: UUID, now: Any) -> Update:
    """Call the first waiting ticket; one that another window is calling in this instant is passed over."""
    first = (
        select(ticket.c.id)
        .where(
            ticket.c.tenant == tenant,
            ticket.c.division == division,
            ticket.c.day == day,
            ticket.c.state == TicketState.WAITING,
            ticket.c.window_id.is_(None) | (ticket.c.window_id == window_id),
        )
        .order_by(ticket.c.rank, ticket.c.number)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return (
        update(ticket)
        .where(ticket.c.tenant == tenant, ticket.c.id == first)
        .values(
            state=TicketState.CALLED.value,
            window_id=window_id,
            called_by=by,
            first_called_at=func.coalesce(ticket.c.first_called_at, now),
            called_at=now,
            calls=ticket.c.calls + 1,
            version=ticket.c.version + 1,
        )
        .returning(ticket)
    )


def change_ticket(tenant: str, ticket_id: UUID, **values: Any) -> Update:
    return (
        update(ticket)
        .where(ticket.c.tenant == tenant, ticket.c.id == ticket_id)
        .values(**values, version=ticket.c.version + 1)
        .returning(ticket)
    )


def ended_at(now: datetime) -> ColumnElement[Any]:
    """The end of a visit; None where the number was left in hand over night, since nobody knows when the visitor went."""
    return case((ticket.c.day == now.date(), literal(now, ticket.c.finished_at.type)))


def hold(tenant: str, window_id: UUID, ticket_id: UUID | None) -> Update:
    return (
        update(service_window)
        .where(service_window.c.tenant == tenant, service_window.c.id == window_id)
        .values(ticket_id=ticket_id, version=service_window.c.version + 1)
    )


def waiting(tenant: str, division: str, day: date) -> Select[Any]:
    return (
        select(ticket)
        .where(
            ticket.c.tenant == tenant,
            ticket.c.division == division,
            ticket.c.day == day,
            ticket.c.state == TicketState.WAITING,
        )
        .order_by(ticket.c.rank, ticket.c.number)
    )


def called(tenant: str, division: str, day: date) -> Select[Any]:
    """Tickets now at a window, the last called first."""
    return (
        select(ticket.c.label, ticket.c.called_at, service_window.c.number, service_window.c.name)
        .select_from(
            ticket.join(
                service_window,
                (service_window.c.tenant == ticket.c.tenant) & (service_window.c.id == ticket.c.window_id),
            )
        )
        .where(
            ticket.c.tenant == tenant,
            ticket.c.division == division,
            ticket.c.day == day,
            ticket.c.state == TicketState.CALLED,
        )
        .order_by(ticket.c.called_at.desc())
    )


def measured(tenant: str, division: str) -> Select[Any]:
    """Mean time at the window in seconds over the hall's last tickets, and how many windows are open."""
    last = (
        select((func.extract("epoch", ticket.c.finished_at - ticket.c.called_at)).label("seconds"))
        .where(
            ticket.c.tenant == tenant,
            ticket.c.division == division,
            ticket.c.state == TicketState.DONE,
            ticket.c.finished_at.is_not(None),
        )
        .order_by(ticket.c.finished_at.desc())
        .limit(MEASURED_TICKETS)
        .subquery()
    )
    open_windows = (
        select(func.count(case((service_window.c.state == "open", 1))))
        .where(service_window.c.tenant == tenant, service_window.c.division == division)
        .scalar_subquery()
    )
    return select(func.avg(last.c.seconds).label("mean_seconds"), open_windows.label("open_windows"))


def report(tenant: str, division: str, day: date) -> Select[Any]:
    """A hall's day added up by window, category, channel and hour: a few dozen rows, however many tickets."""
    hour = func.extract("hour", func.timezone("Asia/Shanghai", ticket.c.taken_at)).label("hour")
    keys = (ticket.c.window_id, ticket.c.category, ticket.c.channel)
    waited = func.extract("epoch", ticket.c.first_called_at - ticket.c.taken_at)
    served = ticket.c.state == TicketState.DONE

    def counted(name: str, condition: ColumnElement[bool]) -> Any:
        return func.count().filter(condition).label(name)

    return (
        select(
            *keys,
            hour,
            func.count().label("tickets"),
            counted("served", served),
            counted("skipped", ticket.c.state == TicketState.SKIPPED),
            counted("left", ticket.c.state == TicketState.LEFT),
            counted("waiting", ticket.c.state == TicketState.WAITING),
            counted("called", ticket.c.first_called_at.is_not(None)),
            func.sum(waited).label("wait_seconds"),
            func.max(waited).label("longest_wait"),
            counted("timed", and_(served, ticket.c.finished_at.is_not(None))),
            func.sum(func.extract("epoch", ticket.c.finished_at - ticket.c.called_at))
            .filter(served)
            .label("service_seconds"),
        )
        .where(ticket.c.tenant == tenant, ticket.c.division == division, ticket.c.day == day)
        .group_by(*keys, hour)
        .order_by(hour)
    )


def in_state(tenant: str, division: str, day: date, state: TicketState) -> Select[Any]:
    """A day's tickets in a state, the last taken first."""
    mine = (ticket.c.tenant == tenant, ticket.c.division == division, ticket.c.day == day, ticket.c.state == state)
    return select(ticket).where(*mine).order_by(ticket.c.number.desc()).limit(MOST_SHOWN)


def count_waiting(tenant: str, division: str, day: date, channel: str) -> Select[Any]:
    return select(func.count()).where(
        ticket.c.tenant == tenant,
        ticket.c.division == division,
        ticket.c.day == day,
        ticket.c.state == TicketState.WAITING,
        ticket.c.channel == channel,
    )


def ticket_for_update(tenant: str, ticket_id: UUID) -> Select[Any]:
    """Lock a ticket, so that it is not called in the moment in which it leaves or comes back."""
    return one_ticket(tenant, ticket_id).with_for_update()


def one_ticket(tenant: str, ticket_id: UUID) -> Select[Any]:
    return select(ticket).where(ticket.c.tenant == tenant, ticket.c.id == ticket_id)


def hall_of(tenant: str, division: str) -> Select[Any]:
    return select(hall).where(hall.c.tenant == tenant, hall.c.division == division)
