"""Taking, calling, recalling, skipping and transferring tickets.

A ticket is called by one window only, however many clerks press at once.
"""

from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import Forbidden, NotFound
from linli_kernel.events import Act
from linli_kernel.ids import new_id
from sqlalchemy import insert, update

from linli_services_desk.documents.numbering import next_numbers
from linli_services_desk.windows import repository
from linli_services_desk.windows.domain import RANK_BACK, RANK_TRANSFERRED, Channel, Priority, TicketState, label, rank
from linli_services_desk.windows.errors import (
    NobodyWaiting,
    NoTicketCalled,
    NotSkipped,
    QueueFull,
    WindowClosed,
    WrongHall,
)
from linli_services_desk.windows.tables import ticket

# A village hall serves some sixty people a day, a town's some hundreds; more numbers that wait, taken without sign-in, are nobody's.
MOST_WAITING = {Channel.PHONE: 100, Channel.KIOSK: 400}


async def take(
    tx: Tx,
    division: str,
    priority: Priority,
    channel: Channel,
    matter_id: UUID | None = None,
    category: str | None = None,
) -> dict[str, Any]:
    """Give the next number of the day in a hall."""
    day = tx.now.date()
    if channel in MOST_WAITING:
        waiting = await tx.scalar(repository.count_waiting(tx.tenant, division, day, channel.value))
        if waiting >= MOST_WAITING[channel]:
            raise QueueFull
    numbers = await next_numbers(tx, division, day.year * 10_000 + day.month * 100 + day.day, ["ticket"])
    row = {
        "tenant": tx.tenant,
        "id": new_id(),
        "division": division,
        "day": day,
        "number": numbers["ticket"],
        "label": label(priority, numbers["ticket"]),
        "priority": priority.value,
        "rank": rank(priority),
        "channel": channel.value,
        "state": TicketState.WAITING.value,
        "matter_id": matter_id,
        "category": category,
        "window_id": None,
        "first_called_at": None,
        "called_at": None,
        "calls": 0,
        "taken_at": tx.now,
        "version": 1,
    }
    await tx.execute(insert(ticket).values(row))
    return row


async def call_next(tx: Tx, window_id: UUID) -> dict[str, Any]:
    """Finish the ticket in hand and call the next one."""
    window = await _window(tx, window_id)
    if window["state"] != "open":
        raise WindowClosed(name=window["name"])
    viewer = tx.viewer
    if viewer is None:
        raise Forbidden
    if window["ticket_id"] is not None:
        ended = repository.ended_at(tx.now)
        await tx.execute(
            repository.change_ticket(tx.tenant, window["ticket_id"], state=TicketState.DONE.value, finished_at=ended)
        )
    called = await tx.one(
        repository.take_next(tx.tenant, window["division"], tx.now.date(), window_id, viewer.subject, tx.now)
    )
    if called is None and window["ticket_id"] is None:
        raise NobodyWaiting
    await tx.execute(repository.hold(tx.tenant, window_id, called["id"] if called else None))
    if called is not None:
        _record(tx, "ticket.call", called)
    return {"ticket": dict(called) if called else None, "window": window}


async def recall(tx: Tx, window_id: UUID) -> dict[str, Any]:
    """Call the ticket in hand once more."""
    window, ticket_id = await _in_hand(tx, window_id)
    called = await tx.one(repository.change_ticket(tx.tenant, ticket_id, called_at=tx.now, calls=ticket.c.calls + 1))
    return {"ticket": dict(called) if called else None, "window": window}


async def skip(tx: Tx, window_id: UUID) -> dict[str, Any]:
    """Nobody came: the ticket leaves the queue."""
    window, ticket_id = await _in_hand(tx, window_id)
    skipped = await tx.one(
        repository.change_ticket(tx.tenant, ticket_id, state=TicketState.SKIPPED.value, finished_at=tx.now)
    )
    await tx.execute(repository.hold(tx.tenant, window_id, None))
    if skipped is not None:
        _record(tx, "ticket.skip", skipped)
    return {"ticket": None, "window": window}


async def transfer(tx: Tx, window_id: UUID, to_window_id: UUID) -> dict[str, Any]:
    """Hand the ticket in hand to another window of the hall, where it is called first."""
    window, ticket_id = await _in_hand(tx, window_id)
    target = await _window(tx, to_window_id)
    if target["division"] != window["division"]:
        raise WrongHall
    moved = await tx.one(
        repository.change_ticket(
            tx.tenant,
            ticket_id,
            state=TicketState.WAITING.value,
            window_id=to_window_id,
            rank=RANK_TRANSFERRED,
            called_at=None,
        )
    )
    await tx.execute(repository.hold(tx.tenant, window_id, None))
    if moved is not None:
        _record(tx, "ticket.transfer", moved)
    return {"ticket": None, "window": window}


async def come_back(tx: Tx, ticket_id: UUID) -> dict[str, Any]:
    """Who missed the call is back and is called after those transferred, before the others."""
    row = await _ticket(tx, tx.tenant, ticket_id)
    if tx.viewer is None or not tx.viewer.covers(row["division"]):
        raise NotFound
    if row["state"] != TicketState.SKIPPED or row["day"] != tx.now.date():
        raise NotSkipped(label=row["label"])
    back = await tx.one(
        repository.change_ticket(
            tx.tenant, ticket_id,
            state=TicketState.WAITING.value, window_id=None, rank=RANK_BACK, called_at=None, finished_at=None,
        )
    )  # fmt: skip
    _record(tx, "ticket.come-back", back)
    return dict(back or {})


async def leave(tx: Tx, ticket_id: UUID) -> dict[str, Any]:
    """The resident gives the number back; one that was called already stays as it is."""
    row = await _ticket(tx, tx.tenant, ticket_id)
    if row["state"] != TicketState.WAITING:
        return dict(row)
    gone = await tx.one(
        repository.change_ticket(tx.tenant, ticket_id, state=TicketState.LEFT.value, finished_at=tx.now)
    )
    return dict(gone or {})


async def name_category(tx: Tx, division: str, ticket_id: UUID, category: str) -> None:
    """A ticket of the hall taken without a category gets that of the matter that was opened with it."""
    mine = (ticket.c.tenant == tx.tenant, ticket.c.id == ticket_id, ticket.c.division == division)
    await tx.execute(update(ticket).where(*mine, ticket.c.category.is_(None)).values(category=category))


async def _ticket(tx: Tx, tenant: str, ticket_id: UUID) -> Any:
    row = await tx.one(repository.ticket_for_update(tenant, ticket_id))
    if row is None:
        raise NotFound
    return row


async def _window(tx: Tx, window_id: UUID) -> Any:
    if tx.viewer is None:
        raise Forbidden
    window = await tx.one(repository.window_for_update(tx.viewer, window_id))
    if window is None:
        raise NotFound
    return window


async def _in_hand(tx: Tx, window_id: UUID) -> tuple[Any, UUID]:
    window = await _window(tx, window_id)
    if window["ticket_id"] is None:
        raise NoTicketCalled
    return window, window["ticket_id"]


def _record(tx: Tx, action: str, row: Any) -> None:
    tx.record(
        Act(
            action=action,
            object_kind="ticket",
            object_id=row["id"],
            division=row["division"],
            detail={"label": row["label"], "day": row["day"].isoformat()},
        )
    )
