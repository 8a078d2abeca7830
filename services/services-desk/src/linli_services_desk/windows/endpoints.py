"""The hall's staff: tickets, windows that call, the queue, and the day's report."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Response
from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid, NotFound
from linli_kernel.given import GivenDay
from linli_kernel.http import ServiceRouter, current_db, current_tx, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.pagination import DEFAULT_LIMIT, Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require

from linli_services_desk.context import CurrentDesk, Desk
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.windows import halls, repository, service, views
from linli_services_desk.windows.domain import TicketState
from linli_services_desk.windows.report import day_report, known_category
from linli_services_desk.windows.schemas import (
    Called,
    Queue,
    QueueReport,
    TakenTicket,
    TakeTicket,
    Ticket,
    Transfer,
    WindowList,
)

router = ServiceRouter(prefix="/api/desk/v1", tags=["queue"])
CurrentTx = Annotated[Tx, Depends(current_tx)]
CurrentDb = Annotated[Database, Depends(current_db)]
Caller = Annotated[Viewer, Depends(require(POLICY, Permission.WINDOW_CALL))]
QueueReader = Annotated[Viewer, Depends(require(POLICY, Permission.QUEUE_READ))]


@router.post("/tickets", status_code=201, response_model=TakenTicket)
async def take_ticket(
    order: TakeTicket,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.TICKET_TAKE))],
    tx: CurrentTx,
    desk: CurrentDesk,
) -> Response:
    """Give a number at the counter."""
    division = order.division or next((code for code in viewer.divisions if len(code) == 12), None)
    if division is None:
        raise Invalid(errors=[FieldError("/division", "desk.division_missing", "请选择大厅", "Choose the hall")])
    if not viewer.covers(division):
        raise NotFound
    known_category(desk.profile(tx.tenant), order.category)
    await halls.ensure(tx, desk, division)
    row = await service.take(tx, division, order.priority, order.channel, order.matter_id, order.category)
    desk.boards.forget_after(tx, division)
    return fast_json(await views.taken(tx, row), status=201)


@router.get("/windows", response_model=WindowList)
async def list_windows(
    viewer: QueueReader, database: CurrentDb, limit: Limit = DEFAULT_LIMIT, cursor: CursorParam = None
) -> Response:
    """The windows of the viewer's halls and what each has in hand."""
    after = Cursor.parse(cursor, str, int)
    found = await database.fetch_all(repository.windows(viewer, (after[0], after[1]) if after else None, limit + 1))
    rows, following = page(found, limit, lambda row: [row["division"], row["number"]])
    in_hand = await database.fetch_all(repository.tickets_at_windows(viewer))
    tickets = {row["id"]: views.ticket(row) for row in in_hand}
    names = ("id", "division", "number", "name", "state", "version")
    items = [{**{name: row[name] for name in names}, "ticket": tickets.get(row["ticket_id"])} for row in rows]
    return fast_json({"items": items, "next_cursor": following})


@router.get("/queue", response_model=Queue)
async def queue(
    viewer: QueueReader,
    database: CurrentDb,
    division: Annotated[str | None, Query(pattern="^[0-9]{12}$")] = None,
) -> Response:
    """Who waits in a hall, in the order of the calls."""
    hall = division or next((code for code in viewer.divisions if len(code) == 12), None)
    if hall is None or not viewer.covers(hall):
        raise NotFound
    rows = await database.fetch_all(repository.waiting(viewer.tenant, hall, database.clock.today()))
    skipped = await database.fetch_all(
        repository.in_state(viewer.tenant, hall, database.clock.today(), TicketState.SKIPPED)
    )
    return fast_json(
        {
            "waiting": [views.ticket(row) for row in rows],
            "skipped": [views.ticket(row) for row in skipped],
            "waiting_count": len(rows),
            "expected_wait_minutes": await views.wait(database, viewer.tenant, hall, len(rows)),
        }
    )


@router.get("/queue/report", response_model=QueueReport)
async def report(
    viewer: QueueReader,
    database: CurrentDb,
    desk: CurrentDesk,
    division: Annotated[str | None, Query(pattern="^[0-9]{12}$")] = None,
    day: Annotated[GivenDay | None, Query(description="default: today")] = None,
) -> Response:
    """A hall's day: tickets, waits and service times, by window, category, channel and hour."""
    village = division or next((code for code in viewer.divisions if len(code) == 12), None)
    if village is None or not viewer.covers(village):
        raise NotFound
    hall = await database.fetch_one(repository.hall_of(viewer.tenant, village))
    if hall is None:
        raise NotFound
    on = day or database.clock.today()
    rows = await database.fetch_all(repository.report(viewer.tenant, village, on))
    windows = await database.fetch_all(repository.windows_of(viewer.tenant, village))
    shown = day_report(desk.profile(viewer.tenant), rows, windows)
    return fast_json({"division": village, "hall": hall["name"], "day": on, **shown})


@router.post("/tickets/{ticket_id}/come-back", response_model=Ticket)
async def come_back(ticket_id: UUID, viewer: Caller, tx: CurrentTx, desk: CurrentDesk) -> Response:
    """过号重排: who missed the call is back."""
    row = await service.come_back(tx, ticket_id)
    desk.boards.forget_after(tx, row["division"])
    return fast_json(views.ticket(row))


@router.post("/windows/{window_id}/call-next", response_model=Called)
async def call_next(window_id: UUID, viewer: Caller, tx: CurrentTx, desk: CurrentDesk) -> Response:
    """下一位: finish the ticket in hand and call the next."""
    return await _called(tx, desk, window_id, await service.call_next(tx, window_id))


@router.post("/windows/{window_id}/recall", response_model=Called)
async def recall(window_id: UUID, viewer: Caller, tx: CurrentTx, desk: CurrentDesk) -> Response:
    """Call the ticket in hand once more."""
    return await _called(tx, desk, window_id, await service.recall(tx, window_id))


@router.post("/windows/{window_id}/skip", response_model=Called)
async def skip(window_id: UUID, viewer: Caller, tx: CurrentTx, desk: CurrentDesk) -> Response:
    """过号: nobody came."""
    return await _called(tx, desk, window_id, await service.skip(tx, window_id))


@router.post("/windows/{window_id}/transfer", response_model=Called)
async def transfer(window_id: UUID, order: Transfer, viewer: Caller, tx: CurrentTx, desk: CurrentDesk) -> Response:
    """Hand the ticket to another window of the hall; it is called there first."""
    return await _called(tx, desk, window_id, await service.transfer(tx, window_id, order.to_window_id))


async def _called(tx: Tx, desk: Desk, window_id: UUID, result: dict[str, Any]) -> Response:
    desk.boards.forget_after(tx, result["window"]["division"])
    waiting = await tx.all(repository.waiting(tx.tenant, result["window"]["division"], tx.now.date()))
    ticket = views.ticket(result["ticket"]) if result["ticket"] else None
    return fast_json({"window_id": window_id, "ticket": ticket, "waiting": len(waiting)})
