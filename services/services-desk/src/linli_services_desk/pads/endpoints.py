"""The clerk's side of a pad, and the pad's own side, which needs no sign-in but its secret."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, File, Form, Request, Response, UploadFile
from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound
from linli_kernel.http import ApiModel, ServiceRouter, current_db, current_tx, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.permissions import public, require
from linli_kernel.privacy import mask_name
from pydantic import Field
from sqlalchemy import and_, select

from linli_services_desk.cases.tables import desk_case
from linli_services_desk.context import CurrentDesk, Desk
from linli_services_desk.evaluations import codes
from linli_services_desk.pads import service
from linli_services_desk.pads.errors import PadCodeUnknown, TaskGone
from linli_services_desk.pads.service import TASK_LIFETIME, Task
from linli_services_desk.pads.tables import pad
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.signatures import service as signatures
from linli_services_desk.windows.tables import hall, service_window

router = ServiceRouter(prefix="/api/desk/v1/windows/{window_id}", tags=["pads"])
public_router = ServiceRouter(
    prefix="/api/public/v1/pads", tags=["public"], dependencies=[Depends(public(POLICY, Permission.PUBLIC_PAD))]
)
CurrentTx = Annotated[Tx, Depends(current_tx)]
CurrentDb = Annotated[Database, Depends(current_db)]
Clerk = Annotated[Viewer, Depends(require(POLICY, Permission.PAD_USE))]


class PadCode(ApiModel):
    """Type it into the pad before `expires_at`; it pairs once."""

    code: str
    expires_at: datetime


class WindowPad(ApiModel):
    """The pad at a window; `asking` is the question it shows now."""

    paired: bool
    paired_at: datetime | None
    asking: Literal["rating", "signature"] | None
    case_id: UUID | None


class NewTask(ApiModel):
    kind: Task
    case_id: UUID


class EnteredCode(ApiModel):
    code: Annotated[str, Field(pattern="^[0-9]{8}$")]


class PadToken(ApiModel):
    token: str


class PadTask(ApiModel):
    """`code` is the one-time code of a rating, which only the pad is told. Names are masked."""

    id: UUID
    kind: Literal["rating", "signature"]
    matter_name: str
    number: str | None
    applicant_name: str
    levels: list[dict[str, Any]]
    code: str | None
    expires_at: datetime


class PadScreen(ApiModel):
    hall: str
    window: str
    task: PadTask | None


class Signed(ApiModel):
    signed_at: datetime


@router.post("/pad-code", status_code=201, response_model=PadCode)
async def make_pad_code(window_id: UUID, viewer: Clerk, tx: CurrentTx) -> Response:
    """Show a code for a minute, to pair a pad with this window."""
    code, expires = await service.make_code(tx, window_id)
    return fast_json({"code": code, "expires_at": expires}, status=201)


@router.get("/pad", response_model=WindowPad)
async def window_pad(window_id: UUID, viewer: Clerk, database: CurrentDb) -> Response:
    """Whether a pad is paired, and what it asks now."""
    of_window = and_(pad.c.tenant == service_window.c.tenant, pad.c.window_id == service_window.c.id)
    joined = service_window.outerjoin(pad, and_(of_window, pad.c.ended_at.is_(None)))
    row = await database.fetch_one(
        select(service_window.c.division, pad.c.paired_at, pad.c.task_at, pad.c.task_kind, pad.c.task_case)
        .select_from(joined)
        .where(service_window.c.tenant == viewer.tenant, service_window.c.id == window_id)
    )
    if row is None or not viewer.covers(row["division"]):
        raise NotFound
    asking = service.live_task(row, database.clock.now())
    return fast_json(
        {
            "paired": row["paired_at"] is not None,
            "paired_at": row["paired_at"],
            "asking": asking,
            "case_id": row["task_case"] if asking else None,
        }
    )


@router.delete("/pad", status_code=204, response_class=Response)
async def unpair_pad(window_id: UUID, viewer: Clerk, tx: CurrentTx) -> Response:
    """The pad is no longer this window's."""
    await service.unpair(tx, window_id)
    return Response(status_code=204)


@router.post("/pad/tasks", status_code=201, response_model=WindowPad)
async def ask_on_pad(window_id: UUID, order: NewTask, viewer: Clerk, tx: CurrentTx, desk: CurrentDesk) -> Response:
    """Ask for the rating of a decided case, or for a signature that the caller witnesses."""
    row = await service.ask(tx, desk, window_id, order.kind, order.case_id)
    shown = {"paired": True, "paired_at": row["paired_at"], "asking": order.kind, "case_id": order.case_id}
    return fast_json(shown, status=201)


@public_router.post("", status_code=201, response_model=PadToken)
async def pair_pad(order: EnteredCode, tx: CurrentTx, database: CurrentDb) -> Response:
    """Become the pad of the window whose code was entered. Keep the token: it is the pad."""
    found = await database.fetch_one(service.by_code(order.code, database.clock.now()))
    if found is None:
        raise PadCodeUnknown
    tx.use_tenant(found["tenant"])
    return fast_json({"token": str(await service.pair(tx, found))}, status=201)


@public_router.get("/{token}", response_model=PadScreen)
async def pad_screen(token: str, database: CurrentDb, desk: CurrentDesk) -> Response:
    """What the pad shows now; 404 once it was unpaired. Without a question it is idle."""
    row = await database.fetch_one(service.by_token(token))
    if row is None:
        raise NotFound
    place = await database.fetch_one(
        select(service_window.c.name.label("window"), hall.c.name.label("hall"))
        .select_from(
            service_window.outerjoin(
                hall, and_(hall.c.tenant == service_window.c.tenant, hall.c.division == service_window.c.division)
            )
        )
        .where(service_window.c.tenant == row["tenant"], service_window.c.id == row["window_id"])
    )
    task = await _task(database, desk, row)
    return fast_json(
        {"hall": (place and place["hall"]) or "", "window": place["window"] if place else "", "task": task}
    )


@public_router.post("/{token}/signature", status_code=201, response_model=Signed)
async def sign_on_pad(
    request: Request,
    token: str,
    task_id: Annotated[UUID, Form()],
    file: Annotated[UploadFile, File(description="PNG of the strokes, at most 300 KB")],
    tx: CurrentTx,
    database: CurrentDb,
    desk: CurrentDesk,
) -> Response:
    """Keep the signature that the clerk asked for; the clerk who asked is its witness."""
    row = await database.fetch_one(service.by_token(token))
    if row is None:
        raise NotFound
    if row["task_id"] != task_id or service.live_task(row, database.clock.now()) is not Task.SIGNATURE:
        raise TaskGone
    tx.use_tenant(row["tenant"])
    content = await file.read(signatures.LARGEST_BYTES + 1)
    case = await tx.one(
        select(desk_case).where(desk_case.c.tenant == row["tenant"], desk_case.c.id == row["task_case"])
    )
    if case is None:
        raise TaskGone
    witness = signatures.Witness(row["task_by"], row["task_by_name"])
    await signatures.keep(tx, desk, dict(case), content, witness, pad_id=row["id"])
    await service.finish(tx, row["task_case"], Task.SIGNATURE)
    return fast_json({"signed_at": tx.now}, status=201)


@public_router.delete("/{token}/tasks/{task_id}", status_code=204, response_class=Response)
async def put_off(token: str, task_id: UUID, tx: CurrentTx, database: CurrentDb) -> Response:
    """The person before the pad does not want to: the question is over, and the clerk's screen sees it."""
    row = await database.fetch_one(service.by_token(token))
    if row is None:
        raise NotFound
    tx.use_tenant(row["tenant"])
    await service.put_off(tx, row["id"], task_id)
    return Response(status_code=204)


async def _task(database: Database, desk: Desk, row: Any) -> dict[str, Any] | None:
    kind = service.live_task(row, database.clock.now())
    if kind is None:
        return None
    tenant: str = row["tenant"]
    case = await database.fetch_one(
        select(desk_case).where(desk_case.c.tenant == tenant, desk_case.c.id == row["task_case"])
    )
    if case is None:
        return None
    applicant = desk.vault.open(case["applicant"], tenant, "desk_case", "applicant", case["id"])
    rating = kind is Task.RATING
    levels = desk.profile(tenant).desk.evaluation.levels if rating else {}
    return {
        "id": row["task_id"],
        "kind": kind,
        "matter_name": case["matter_name"],
        "number": case["number"],
        "applicant_name": mask_name(applicant["name"]),
        "levels": [{"level": level, "zh": text.zh, "en": text.en} for level, text in sorted(levels.items())],
        "code": f"{tenant}.{codes.secret(desk, tenant, case['id'])}" if rating else None,
        "expires_at": row["task_at"] + TASK_LIFETIME,
    }
