"""Who looked at a person and why; unusual looks and the answers to them."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid, NotFound
from linli_kernel.events import Act
from linli_kernel.given import GivenDay
from linli_kernel.http import ApiModel, ServiceRouter, current_db, current_tx, fast_json, read_audit
from linli_kernel.identity import Role, Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require
from pydantic import StringConstraints

from linli_supervision.clients.registry import RegistryClient
from linli_supervision.ledger import service
from linli_supervision.lookups import repository, watching
from linli_supervision.lookups.errors import AlertAnswered, OwnAlert
from linli_supervision.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/supervision/v1/lookups", tags=["look-ups"])
Db = Annotated[Database, Depends(current_db)]
CurrentTx = Annotated[Tx, Depends(current_tx)]
AlertState = Literal["open", "answered"]
MOST_DAYS = 31


class Actor(ApiModel):
    id: UUID
    name: str | None


class SeenBy(ApiModel):
    """One look: when, who in which post, what was looked at and for which purpose."""

    index: int
    time: datetime
    actor: Actor | None
    role: str
    action: str
    purpose: str | None
    case_id: str | None
    fields: list[str]


class SeenByPage(ApiModel):
    items: list[SeenBy]
    next_cursor: str | None


class UnusualLooks(ApiModel):
    """`people` counts whom the account looked at; `entries` are the newest entries of the ledger behind it.

    Rules: `many_without_case` (records opened in a day without any case), `at_night` (opened between 22:00 and 06:00),
    `many_reveals` (whole numbers shown without a case), `own_relatives` (the account's own person or close relatives) and
    `neighbour_at_night` (somebody of the same grid, at night); the last two need the account linked to a resident.
    """

    rule: str
    actor: Actor | None
    role: str
    day: str
    people: int
    entries: list[int]
    state: AlertState
    note: str | None
    answered_by: Actor | None
    answered_at: datetime | None


class UnusualLooksPage(ApiModel):
    """`complete` is false when the registry could not be asked about relatives."""

    items: list[UnusualLooks]
    next_cursor: str | None
    complete: bool


class NewAnswer(ApiModel):
    """Which alert, and what was found out when the person was asked."""

    rule: Literal["many_without_case", "at_night", "many_reveals", "own_relatives", "neighbour_at_night"]
    actor: UUID
    day: GivenDay
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


class Answer(NewAnswer):
    answered_by: UUID
    answered_at: datetime


def _position(text: str) -> int:
    return int(text)


@router.get("", response_model=SeenByPage)
async def who_looked(
    request: Request,
    db: Db,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.LOOKUP_READ))],
    resident: Annotated[UUID | None, Query(description="whose data was looked at; a resident may leave it out")] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Who looked at a person and why, newest first: for the resident, and for a clerk who shows it to the resident. Looks
    at a record that was merged into the person's are among them."""
    resident = await _asked_for(request, viewer, resident)
    before = Cursor.parse(cursor, _position)
    records = await _registry(request).same(viewer.tenant, resident)
    rows = await repository.at_person(db, viewer.tenant, records or [resident], before[0] if before else None, limit)
    kept, following = page(rows, limit, lambda row: [row["index"]])
    found = [service.describe(row, 0) for row in kept]
    await service.name_actors(request.app.state.linli.extra["gateway"], found)
    act = Act(action="lookups.read", object_kind="resident", object_id=resident, people=[resident])
    await read_audit(request, viewer, act)
    return fast_json({"items": [_seen(entry) for entry in found], "next_cursor": following})


async def _asked_for(request: Request, viewer: Viewer, resident: UUID | None) -> UUID:
    if viewer.role is Role.RESIDENT:
        if viewer.resident is None or resident not in (None, viewer.resident):
            raise NotFound
        return viewer.resident
    if resident is None:
        raise Invalid(errors=[FieldError("/resident", "missing", "请指明居民", "name the resident")])
    if not await _registry(request).may_see(resident, request.headers["authorization"]):
        raise NotFound
    return resident


def _seen(entry: dict[str, Any]) -> dict[str, Any]:
    detail = entry["detail"] if isinstance(entry["detail"], dict) else {}
    fields = detail.get("fields")
    shown = {name: entry[name] for name in ("index", "time", "actor", "role", "action", "purpose", "case_id")}
    return shown | {"fields": [str(name) for name in fields] if isinstance(fields, list) else []}


@router.get("/alerts", response_model=UnusualLooksPage)
async def unusual_looks(
    request: Request,
    db: Db,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.LOOKUP_WATCH))],
    days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 7,
    state: AlertState | None = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Unusual looks of your area by whole days, newest first; a page may hold more than `limit` to end with its day. Each
    is a question to ask, and stays open until somebody answers it."""
    today = request.app.state.linli.clock.today()
    since = today - timedelta(days=days - 1)
    begin = Cursor.parse(cursor, date.fromisoformat)
    span = watching.days_back(min(today, begin[0]) if begin else today, since)
    found = await watching.watch(db, _registry(request), viewer, span, state, limit)
    await service.name_actors(request.app.state.linli.extra["gateway"], found.items)
    await _name_answers(request, found.items)
    detail = {"found": len(found.items)}
    await read_audit(request, viewer, Act(action="lookups.watch", object_kind="lookups", object_id="", detail=detail))
    following = Cursor.encode([found.following.isoformat()]) if found.following else None
    return fast_json({"items": found.items, "next_cursor": following, "complete": found.complete})


@router.post("/alerts/answers", response_model=Answer, status_code=201)
async def answer_alert(
    request: Request,
    body: NewAnswer,
    tx: CurrentTx,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.LOOKUP_ANSWER))],
) -> Response:
    """Answer an unusual look of your area after the person was asked. The own account's is answered by somebody else."""
    alerts, _ = await watching.alerts_of(tx.database, _registry(request), viewer, body.day)
    if (body.rule, str(body.actor)) not in {(alert.rule, alert.actor) for alert in alerts}:
        raise NotFound
    if body.actor == viewer.subject:
        raise OwnAlert
    said = {"answered_by": viewer.subject, "answered_at": tx.now}
    if not await repository.answer(tx, viewer, body.model_dump() | said):
        raise AlertAnswered
    detail = {"rule": body.rule, "day": body.day.isoformat()}
    tx.record(Act(action="lookups.answer", object_kind="account", object_id=body.actor, detail=detail))
    return fast_json(body.model_dump() | said, status=201)


async def _name_answers(request: Request, items: list[dict[str, Any]]) -> None:
    wanted = {item["answered_by"] for item in items if item["answered_by"] is not None}
    names = await request.app.state.linli.extra["gateway"].names(wanted)
    for item in items:
        if (account := item["answered_by"]) is not None:
            item["answered_by"] = {"id": account, "name": names.get(account)}


def _registry(request: Request) -> RegistryClient:
    client: RegistryClient = request.app.state.linli.extra["registry"]
    return client
