"""Who looked at a person and why; unusual looks."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Database
from linli_kernel.errors import NotFound
from linli_kernel.events import Act
from linli_kernel.http import ApiModel, ServiceRouter, current_db, fast_json, read_audit
from linli_kernel.identity import Role, Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require

from linli_supervision.clients.registry import RegistryClient
from linli_supervision.ledger import service
from linli_supervision.lookups import repository
from linli_supervision.lookups.domain import Look, unusual
from linli_supervision.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/supervision/v1/lookups", tags=["look-ups"])
Db = Annotated[Database, Depends(current_db)]
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
    `many_reveals` (whole numbers shown without a case).
    """

    rule: str
    actor: Actor | None
    role: str
    day: str
    people: int
    entries: list[int]


class UnusualLooksList(ApiModel):
    items: list[UnusualLooks]


def _position(text: str) -> int:
    return int(text)


@router.get("", response_model=SeenByPage)
async def who_looked(
    request: Request,
    db: Db,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.LOOKUP_READ))],
    resident: Annotated[UUID, Query(description="whose data was looked at; a resident asks for the own id")],
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Who looked at a person and why, newest first: for the resident, and for a clerk who shows it to the resident."""
    await _check(request, viewer, resident)
    before = Cursor.parse(cursor, _position)
    rows = await repository.at_person(db, viewer.tenant, resident, before[0] if before else None, limit)
    kept, following = page(rows, limit, lambda row: [row["index"]])
    found = [service.describe(row, 0) for row in kept]
    await service.name_actors(request.app.state.linli.extra["gateway"], found)
    act = Act(action="lookups.read", object_kind="resident", object_id=resident, people=[resident])
    await read_audit(request, viewer, act)
    return fast_json({"items": [_seen(entry) for entry in found], "next_cursor": following})


async def _check(request: Request, viewer: Viewer, resident: UUID) -> None:
    if viewer.role is Role.RESIDENT:
        if viewer.resident != resident:
            raise NotFound
        return
    registry: RegistryClient = request.app.state.linli.extra["registry"]
    if not await registry.may_see(resident, request.headers["authorization"]):
        raise NotFound


def _seen(entry: dict[str, Any]) -> dict[str, Any]:
    detail = entry["detail"] if isinstance(entry["detail"], dict) else {}
    fields = detail.get("fields")
    shown = {name: entry[name] for name in ("index", "time", "actor", "role", "action", "purpose", "case_id")}
    return shown | {"fields": [str(name) for name in fields] if isinstance(fields, list) else []}


@router.get("/alerts", response_model=UnusualLooksList)
async def unusual_looks(
    request: Request,
    db: Db,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.LOOKUP_WATCH))],
    days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 7,
) -> Response:
    """Unusual looks of your area: many people without a case, at night, many whole numbers. Each is a question to ask."""
    since = request.app.state.linli.clock.now() - timedelta(days=days)
    looks = [_look(service.describe(row, 0)) for row in await repository.opened(db, viewer, since)]
    items = [alert.as_json() for alert in unusual(looks, SHANGHAI)]
    await service.name_actors(request.app.state.linli.extra["gateway"], items)
    act = Act(action="lookups.watch", object_kind="lookups", object_id="", detail={"found": len(items)})
    await read_audit(request, viewer, act)
    return fast_json({"items": items})


def _look(entry: dict[str, Any]) -> Look:
    names = ("index", "time", "action", "role")
    people = tuple(entry["people"] or ())
    return Look(actor=entry["actor"] or "", people=people, case=entry["case_id"], **{n: entry[n] for n in names})
