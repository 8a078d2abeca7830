"""The hall's visitors: a number at the kiosk or by phone, its way through the queue, and the board on the wall."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Query, Response
from linli_kernel import public_tokens as tokens
from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound
from linli_kernel.http import ServiceRouter, current_db, current_tx, fast_json
from linli_kernel.permissions import public

from linli_services_desk.context import CurrentDesk
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.windows import repository, service, views
from linli_services_desk.windows.domain import Channel
from linli_services_desk.windows.report import known_category
from linli_services_desk.windows.schemas import Board, Hall, PublicTicket, TakenTicket, TakePublicTicket

router = ServiceRouter(
    prefix="/api/public/v1", tags=["public"], dependencies=[Depends(public(POLICY, Permission.PUBLIC_QUEUE))]
)
CurrentTx = Annotated[Tx, Depends(current_tx)]
CurrentDb = Annotated[Database, Depends(current_db)]
Village = Annotated[str, Query(pattern="^[0-9]{12}$", description="village of the hall")]


@router.post("/tickets", status_code=201, response_model=TakenTicket)
async def take_public_ticket(order: TakePublicTicket, tx: CurrentTx, desk: CurrentDesk) -> Response:
    """Take a number at the kiosk or by phone."""
    tx.use_tenant(desk.tenant_of(order.division))
    if await tx.one(repository.hall_of(tx.tenant, order.division)) is None:
        raise NotFound
    known_category(desk.profile(tx.tenant), order.category)
    row = await service.take(tx, order.division, order.priority, Channel(order.channel), category=order.category)
    desk.boards.forget_after(tx, order.division)
    return fast_json(await views.taken(tx, row), status=201)


@router.get("/halls/{division}", response_model=Hall)
async def read_hall(
    division: Annotated[str, Path(pattern="^[0-9]{12}$")], database: CurrentDb, desk: CurrentDesk
) -> Response:
    """A hall before a number is taken: its hours, how many wait, and what it is asked for."""
    tenant = desk.tenant_of(division)
    hall = await database.fetch_one(repository.hall_of(tenant, division))
    if hall is None:
        raise NotFound
    rows = await database.fetch_all(repository.waiting(tenant, division, database.clock.today()))
    facts = {name: hall[name] for name in ("division", "name", "hours", "phone", "address")}
    wait = await views.wait(database, tenant, division, len(rows))
    categories = [
        {"code": one.code, "name": one.name.zh, "name_en": one.name.en} for one in desk.profile(tenant).desk.categories
    ]
    return fast_json({**facts, "waiting": len(rows), "expected_wait_minutes": wait, "categories": categories})


@router.get("/tickets/{token}", response_model=PublicTicket)
async def follow_ticket(token: str, database: CurrentDb) -> Response:
    """How many are ahead of this ticket, and which window called it."""
    tenant, ticket_id = _ticket_of(token)
    row = await database.fetch_one(repository.one_ticket(tenant, ticket_id))
    if row is None:
        raise NotFound
    return fast_json(await _followed(database, row))


@router.post("/tickets/{token}/leave", response_model=PublicTicket)
async def leave(token: str, tx: CurrentTx, desk: CurrentDesk) -> Response:
    """Give the number back; one that was called already stays as it is."""
    tenant, ticket_id = _ticket_of(token)
    tx.use_tenant(tenant)
    row = await service.leave(tx, ticket_id)
    desk.boards.forget_after(tx, row["division"])
    hall = await tx.one(repository.hall_of(tenant, row["division"]))
    return fast_json(_ended(row, hall["name"] if hall else ""))


@router.get("/board", response_model=Board)
async def board(division: Village, database: CurrentDb, desk: CurrentDesk) -> Response:
    """The hall's screen: who is called where, who is next, and how long it takes."""
    return await desk.boards.read((desk.tenant_of(division), division), lambda key: _board(database, *key))


async def _board(database: Database, tenant: str, division: str) -> dict[str, Any]:
    today = database.clock.today()
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
    return {
        "hall": hall["name"],
        "calling": lines,
        "waiting": len(rows),
        "next": [row["label"] for row in rows[:8]],
        "expected_wait_minutes": await views.wait(database, tenant, division, len(rows)),
    }


def _ticket_of(token: str) -> tuple[str, UUID]:
    parsed = tokens.parse(token)
    number = tokens.from_base62(parsed.secret) if parsed else 1 << 128
    if parsed is None or number >= 1 << 128:
        raise NotFound
    return parsed.tenant, UUID(int=number)


async def _followed(database: Database, row: Any) -> dict[str, Any]:
    tenant, division = row["tenant"], row["division"]
    hall = await database.fetch_one(repository.hall_of(tenant, division))
    shown = _ended(row, hall["name"] if hall else "")
    if row["state"] == "called":
        window = await database.fetch_one(repository.one_window(tenant, row["window_id"]))
        return {**shown, "window": window["number"] if window else None}
    if row["state"] != "waiting":
        return shown
    ahead = views.places_before(await database.fetch_all(repository.waiting(tenant, division, row["day"])), row)
    return {**shown, "ahead": ahead, "expected_wait_minutes": await views.wait(database, tenant, division, ahead)}


def _ended(row: Any, hall: str) -> dict[str, Any]:
    """A ticket that waits for nothing."""
    facts = {name: row[name] for name in ("label", "state", "division", "calls")}
    return {**facts, "hall": hall, "ahead": 0, "window": None, "expected_wait_minutes": 0}
