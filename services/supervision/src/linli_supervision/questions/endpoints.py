"""Routes of questions: asking and following without signing in, answering and deciding by staff."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query, Request
from linli_kernel.errors import NotFound
from linli_kernel.http import ServiceRouter, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import public, reading, require
from linli_kernel.public_tokens import PublicToken, parse
from starlette.responses import Response

from linli_supervision.disclosures import repository as disclosures
from linli_supervision.disclosures.errors import DisclosureNotFound
from linli_supervision.disclosures.place import Command, Db, Version, counties, linli_of, profile_of, today
from linli_supervision.disclosures.workflow import State
from linli_supervision.inquiries import complaints
from linli_supervision.policy import POLICY, Permission
from linli_supervision.questions import repository, schemas, service, views
from linli_supervision.questions.domain import QuestionStep

router = ServiceRouter(prefix="/api/supervision/v1/disclosure-questions", tags=["disclosure questions"])
public_router = ServiceRouter(
    prefix="/api/public/v1/disclosures",
    tags=["public disclosures"],
    dependencies=[Depends(public(POLICY, Permission.QUESTION_PUBLIC))],
)
Reader = Annotated[Viewer, Depends(reading(POLICY, Permission.QUESTION_READ))]


@public_router.post("/{disclosure_id}/questions", status_code=201, response_model=schemas.QuestionReceived)
async def ask(request: Request, disclosure_id: UUID, order: schemas.NewQuestion, tx: Command) -> Response:
    """Ask or object, without a name. The token follows it; question and answer are public once it is answered."""
    about = await linli_of(request).database.fetch_one(disclosures.public_one(counties(request), disclosure_id))
    if about is None or about["state"] != State.PUBLISHED:
        raise DisclosureNotFound
    tx.use_tenant(about["tenant"])
    token, due = await service.ask(tx, profile_of(request, tx.tenant), about, order)
    return fast_json({"token": str(token), "due": due}, status=201)


@public_router.get("/questions/{token}", response_model=schemas.FollowedQuestion)
async def follow(request: Request, token: str, db: Db) -> Response:
    """The own question and what became of it."""
    own = _parsed(token)
    row = await db.fetch_one(repository.by_secret(own.tenant, own.secret))
    if row is None:
        raise NotFound
    inquired = await complaints.after(db.fetch_all, row["tenant"], [row["id"]])
    return fast_json(views.followed(row, today(request), inquired[row["id"]]))


@public_router.post("/questions/{token}/appeal", response_model=schemas.FollowedQuestion)
async def appeal(request: Request, token: str, order: schemas.QuestionAppeal, tx: Command) -> Response:
    """Go to the township: after an answer, or once the village is late."""
    own = _parsed(token)
    row = await service.own(tx, own)
    await service.appeal(tx, profile_of(request, tx.tenant), row, order)
    now = await tx.one(repository.by_secret(own.tenant, own.secret))
    if now is None:
        raise NotFound
    inquired = await complaints.after(tx.all, now["tenant"], [now["id"]])
    return fast_json(views.followed(now, today(request), inquired[now["id"]]))


@router.get("", response_model=schemas.QuestionPage)
async def list_questions(
    request: Request,
    viewer: Reader,
    db: Db,
    which: Annotated[
        Literal["waiting", "finished"], Query(description="waiting: due first; finished: newest first")
    ] = "waiting",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Questions about what your area published."""
    if which == "waiting":
        after = Cursor.parse(cursor, date.fromisoformat, UUID)
        rows = await db.fetch_all(repository.waiting(viewer, (after[0], after[1]) if after else None, limit))
        kept, following = page(rows, limit, lambda row: [row["due"].isoformat(), row["id"]])
    else:
        before = Cursor.parse(cursor, UUID)
        rows = await db.fetch_all(repository.finished(viewer, before[0] if before else None, limit))
        kept, following = page(rows, limit, lambda row: [row["id"]])
    day = today(request)
    inquired = await complaints.after(db.fetch_all, viewer.tenant, [row["id"] for row in kept])
    items = [views.staff(row, viewer, day, inquired[row["id"]]) for row in kept]
    return fast_json({"items": items, "next_cursor": following})


@router.get("/{question_id}", response_model=schemas.Question)
async def get_question(request: Request, question_id: UUID, viewer: Reader, db: Db) -> Response:
    """One question."""
    row = await db.fetch_one(repository.one(viewer, question_id))
    if row is None:
        raise NotFound
    inquired = await complaints.after(db.fetch_all, viewer.tenant, [question_id])
    return fast_json(views.staff(row, viewer, today(request), inquired[question_id]), etag=row["version"])


@router.post("/{question_id}/answer", response_model=schemas.Question)
async def answer(
    request: Request,
    question_id: UUID,
    order: schemas.QuestionReply,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.QUESTION_ANSWER))],
    version: Version,
    tx: Command,
) -> Response:
    """Answer for the village; everybody reads it."""
    return await _reply(request, tx, viewer, question_id, version, QuestionStep.ANSWER, order)


@router.post("/{question_id}/decide", response_model=schemas.Question)
async def decide(
    request: Request,
    question_id: UUID,
    order: schemas.QuestionReply,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.QUESTION_DECIDE))],
    version: Version,
    tx: Command,
) -> Response:
    """Decide an appeal; everybody reads it."""
    return await _reply(request, tx, viewer, question_id, version, QuestionStep.DECIDE, order)


async def _reply(
    request: Request,
    tx: Command,
    viewer: Viewer,
    question_id: UUID,
    version: int,
    step: QuestionStep,
    order: schemas.QuestionReply,
) -> Response:
    await service.reply(tx, viewer, profile_of(request, viewer.tenant), question_id, version, step, order)
    row = await tx.one(repository.one(viewer, question_id))
    if row is None:
        raise NotFound
    inquired = await complaints.after(tx.all, tx.tenant, [question_id])
    return fast_json(views.staff(row, viewer, today(request), inquired[question_id]), etag=row["version"])


def _parsed(token: str) -> PublicToken:
    parsed = parse(token)
    if parsed is None:
        raise NotFound
    return parsed
