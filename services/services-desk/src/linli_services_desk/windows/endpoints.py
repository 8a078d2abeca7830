"""The hall: tickets, windows that call, the clerk's queue, and the board on the wall."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Response
from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid, NotFound
from linli_kernel.http import ApiModel, ServiceRouter, current_db, current_tx, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.permissions import public, require
from pydantic import Field

from linli_services_desk import tokens
from linli_services_desk.context import CurrentDesk
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.windows import repository, service
from linli_services_desk.windows.domain import Channel, Priority, expected_wait

router = ServiceRouter(prefix="/api/desk/v1", tags=["queue"])
public_router = ServiceRouter(
    prefix="/api/public/v1", tags=["public"], dependencies=[Depends(public(POLICY, Permission.PUBLIC_QUEUE))]
)
CurrentTx = Annotated[Tx, Depends(current_tx)]
CurrentDb = Annotated[Database, Depends(current_db)]
Caller = Annotated[Viewer, Depends(require(POLICY, Permission.WINDOW_CALL))]
QueueReader = Annotated[Viewer, Depends(require(POLICY, Permission.QUEUE_READ))]
Village = Annotated[str, Query(pattern="^[0-9]{12}$", description="village of the hall")]


class TakeTicket(ApiModel):
    """`priority`: elders, disabled people, pregnant women and veterans go before."""

    division: Annotated[str | None, Field(pattern="^[0-9]{12}$")] = None
    priority: Priority = Priority.NORMAL
    channel: Channel = Channel.CLERK
    matter_id: UUID | None = None


class TakePublicTicket(ApiModel):
    division: Annotated[str, Field(pattern="^[0-9]{12}$")]
    priority: Priority = Priority.NORMAL
    channel: Literal["kiosk", "phone"] = "kiosk"


class Ticket(ApiModel):
    id: UUID
    label: str
    number: int
    priority: str
    state: str
    division: str
    window_id: UUID | None
    calls: int
    taken_at: datetime
    called_at: datetime | None


class TakenTicket(Ticket):
    """`token` follows this ticket without sign-in."""

    token: str
    ahead: int
    expected_wait_minutes: int | None


class PublicTicket(ApiModel):
    label: str
    state: str
    ahead: int
    window: int | None
    expected_wait_minutes: int | None


class Window(ApiModel):
    id: UUID
    division: str
    number: int
    name: str
    state: Literal["open", "closed"]
    ticket: Ticket | None
    version: int


class WindowList(ApiModel):
    items: list[Window]


class Called(ApiModel):
    """What the window has in hand after the command; null when nobody waits."""

    window_id: UUID
    ticket: Ticket | None
    waiting: int


class Transfer(ApiModel):
    to_window_id: UUID


class Queue(ApiModel):
    waiting: list[Ticket]
    waiting_count: int
    expected_wait_minutes: int | None


class BoardLine(ApiModel):
    label: str
    window: int
    window_name: str
    called_at: datetime


class Board(ApiModel):
    hall: str
    calling: list[BoardLine]
    waiting: int
    next: list[str]
    expected_wait_minutes: int | None


@router.post("/tickets", status_code=201, response_model=TakenTicket)
async def take_ticket(
    order: TakeTicket,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.TICKET_TAKE))],
    tx: CurrentTx,
) -> Response:
    """Give a number at the counter."""
    division = order.division or next((code for code in viewer.divisions if len(code) == 12), None)
    if division is None:
        raise Invalid(errors=[FieldError("/division", "desk.division_missing", "请选择大厅", "Choose the hall")])
    if not viewer.covers(division):
        raise NotFound
    row = await service.take(tx, division, order.priority, order.channel, order.matter_id)
    return fast_json(await _taken(tx, row), status=201)


@router.get("/windows", response_model=WindowList)
async def list_windows(viewer: QueueReader, database: CurrentDb) -> Response:
    """The windows of the viewer's halls and what each has in hand."""
    rows = await database.fetch_all(repository.windows(viewer))
    in_hand = await database.fetch_all(repository.tickets_at_windows(viewer))
    tickets = {row["id"]: _ticket(row) for row in in_hand}
    names = ("id", "division", "number", "name", "state", "version")
    items = [{**{name: row[name] for name in names}, "ticket": tickets.get(row["ticket_id"])} for row in rows]
    return fast_json({"items": items})


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
    wait = await _wait(database, viewer.tenant, hall, len(rows))
    return fast_json(
        {"waiting": [_ticket(row) for row in rows], "waiting_count": len(rows), "expected_wait_minutes": wait}
    )


@router.post("/windows/{window_id}/call-next", response_model=Called)
async def call_next(window_id: UUID, viewer: Caller, tx: CurrentTx) -> Response:
    """下一位: finish the ticket in hand and call the next."""
    return await _called(tx, window_id, await service.call_next(tx, window_id))


@router.post("/windows/{window_id}/recall", response_model=Called)
async def recall(window_id: UUID, viewer: Caller, tx: CurrentTx) -> Response:
    """Call the ticket in hand once more."""
    return await _called(tx, window_id, await service.recall(tx, window_id))


@router.post("/windows/{window_id}/skip", response_model=Called)
async def skip(window_id: UUID, viewer: Caller, tx: CurrentTx) -> Response:
    """过号: nobody came."""
    return await _called(tx, window_id, await service.skip(tx, window_id))


@router.post("/windows/{window_id}/transfer", response_model=Called)
async def transfer(window_id: UUID, order: Transfer, viewer: Caller, tx: CurrentTx) -> Response:
    """Hand the ticket to another window of the hall; it is called there first."""
    return await _called(tx, window_id, await service.transfer(tx, window_id, order.to_window_id))


@public_router.post("/tickets", status_code=201, response_model=TakenTicket)
async def take_public_ticket(order: TakePublicTicket, tx: CurrentTx, desk: CurrentDesk) -> Response:
    """Take a number at the kiosk or by phone."""
    tx.use_tenant(desk.tenant_of(order.division))
    if await tx.one(repository.hall_of(tx.tenant, order.division)) is None:
        raise NotFound
    row = await service.take(tx, order.division, order.priority, Channel(order.channel), None)
    return fast_json(await _taken(tx, row), status=201)


@public_router.get("/tickets/{token}", response_model=PublicTicket)
async def follow_ticket(token: str, database: CurrentDb) -> Response:
    """How many are ahead of this ticket, and which window called it."""
    parsed = tokens.parse(token)
    number = tokens.from_base62(parsed.secret) if parsed else 1 << 128
    if parsed is None or number >= 1 << 128:
        raise NotFound
    row = await database.fetch_one(repository.one_ticket(parsed.tenant, UUID(int=number)))
    if row is None:
        raise NotFound
    before = await database.fetch_all(repository.waiting(row["tenant"], row["division"], row["day"]))
    ahead = sum(1 for other in before if (other["rank"], other["number"]) < (row["rank"], row["number"]))
    calls = await database.fetch_all(repository.called(row["tenant"], row["division"], row["day"]))
    waits = row["state"] == "waiting"
    return fast_json(
        {
            "label": row["label"],
            "state": row["state"],
            "ahead": ahead if waits else 0,
            "window": next((call["number"] for call in calls if call["label"] == row["label"]), None),
            "expected_wait_minutes": await _wait(database, row["tenant"], row["division"], ahead) if waits else 0,
        }
    )


@public_router.get("/board", response_model=Board)
async def board(division: Village, database: CurrentDb, desk: CurrentDesk) -> Response:
    """The hall's screen: who is called where, who is next, and how long it takes."""
    tenant, today = desk.tenant_of(division), database.clock.today()
    hall = await database.fetch_one(repository.hall_of(tenant, division))
    if hall is None:
        raise NotFound
    calls = await database.fetch_all(repository.called(tenant, division, today))
    rows = await database.fetch_all(repository.waiting(tenant, division, today))
    lines = [
        {
            "label": call["label"],
            "window": call["number"],
            "window_name": call["name"],
            "called_at": call["called_at"],
        }
        for call in calls[:8]
    ]
    return fast_json(
        {
            "hall": hall["name"],
            "calling": lines,
            "waiting": len(rows),
            "next": [row["label"] for row in rows[:8]],
            "expected_wait_minutes": await _wait(database, tenant, division, len(rows)),
        }
    )


async def _taken(tx: Tx, row: dict[str, Any]) -> dict[str, Any]:
    before = await tx.all(repository.waiting(tx.tenant, row["division"], row["day"]))
    ahead = sum(1 for other in before if (other["rank"], other["number"]) < (row["rank"], row["number"]))
    found = await tx.one(repository.measured(tx.tenant, row["division"]))
    token = tokens.PublicToken(tx.tenant, tokens.base62(row["id"].int))
    return {**_ticket(row), "token": str(token), "ahead": ahead, "expected_wait_minutes": _minutes(found, ahead)}


async def _wait(database: Database, tenant: str, division: str, ahead: int) -> int | None:
    return _minutes(await database.fetch_one(repository.measured(tenant, division)), ahead)


def _minutes(measured: Any, ahead: int) -> int | None:
    mean = measured["mean_seconds"] if measured else None
    time = timedelta(seconds=float(mean)) if mean is not None else None
    return expected_wait(ahead, int(measured["open_windows"]) if measured else 0, time)


def _ticket(row: Any) -> dict[str, Any]:
    names = ("id", "label", "number", "priority", "state", "division", "calls", "taken_at")
    return {name: row[name] for name in (*names, "window_id", "called_at")}


async def _called(tx: Tx, window_id: UUID, result: dict[str, Any]) -> Response:
    waiting = await tx.all(repository.waiting(tx.tenant, result["window"]["division"], tx.now.date()))
    ticket = _ticket(result["ticket"]) if result["ticket"] else None
    return fast_json({"window_id": window_id, "ticket": ticket, "waiting": len(waiting)})
