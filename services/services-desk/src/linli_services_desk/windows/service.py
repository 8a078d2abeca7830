"""Taking, calling, recalling, skipping and transferring tickets.

A ticket is called by one window only, however many clerks press at once.
"""

from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import Forbidden, NotFound
from linli_kernel.events import Act
from linli_kernel.ids import new_id
from sqlalchemy import insert

from linli_services_desk.documents.numbering import next_numbers
from linli_services_desk.windows import repository
from linli_services_desk.windows.domain import RANK_TRANSFERRED, Channel, Priority, TicketState, label, rank
from linli_services_desk.windows.errors import NobodyWaiting, NoTicketCalled, WindowClosed, WrongHall
from linli_services_desk.windows.tables import ticket


async def take(tx: Tx, division: str, priority: Priority, channel: Channel, matter_id: UUID | None) -> dict[str, Any]:
    """Give the next number of the day in a hall."""
    day = tx.now.date()
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
        "window_id": None,
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
        await tx.execute(
            repository.change_ticket(tx.tenant, window["ticket_id"], state=TicketState.DONE.value, finished_at=tx.now)
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
