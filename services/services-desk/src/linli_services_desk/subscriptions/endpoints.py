"""Routes of subscriptions: a resident's own, the link in a message, and how many there are for staff."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound
from linli_kernel.http import ServiceRouter, current_db, current_tx, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, InPart, Limit, page
from linli_kernel.permissions import public, require
from linli_kernel.privacy import mask_phone
from linli_kernel.public_tokens import PublicToken, parse

from linli_services_desk.context import CurrentDesk, Desk
from linli_services_desk.notices.domain import staff_templates
from linli_services_desk.notices.endpoints import MARKED_AT_ONCE, MOST_COUNTED
from linli_services_desk.notices.schemas import Marked, MarkRead
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.schema import Row
from linli_services_desk.subscriptions import repository, schemas, service, telling

router = ServiceRouter(prefix="/api/desk/v1", tags=["subscriptions"])
public_router = ServiceRouter(
    prefix="/api/public/v1/subscriptions",
    tags=["public"],
    dependencies=[Depends(public(POLICY, Permission.PUBLIC_SUBSCRIPTION))],
)
Resident = Annotated[Viewer, Depends(require(POLICY, Permission.SUBSCRIBE))]
CurrentTx = Annotated[Tx, Depends(current_tx)]
Db = Annotated[Database, Depends(current_db)]


@router.post("/subscriptions", status_code=201, response_model=schemas.Subscription)
async def follow(order: schemas.Follow, viewer: Resident, tx: CurrentTx, desk: CurrentDesk) -> Response:
    """Be told of what a village publishes, corrects and withdraws."""
    return fast_json(_shown(desk, await service.follow(tx, desk, viewer, order)), status=201)


@router.post("/subscriptions/questions", status_code=201, response_model=schemas.Subscription)
async def follow_question(
    order: schemas.FollowQuestion, viewer: Resident, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Be told when the answer to an own question is public. Staff do not see who waits for it."""
    return fast_json(_shown(desk, await service.follow_question(tx, desk, viewer, order)), status=201)


@router.get("/subscriptions", response_model=schemas.Subscriptions)
async def own_subscriptions(viewer: Resident, db: Db, desk: CurrentDesk, part: InPart) -> Response:
    """What I follow."""
    return fast_json(part.of([_shown(desk, row) for row in await db.fetch_all(repository.own(viewer))]))


@router.get("/subscriptions/news", response_model=schemas.NewsPage)
async def own_news(
    viewer: Resident,
    db: Db,
    unread: Annotated[bool, Query(description="only what I have not read")] = False,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """What was told to me, newest first: meetings I am called to, my cases, answers, and what I follow."""
    after = Cursor.parse(cursor, UUID)
    followed = await db.fetch_all(repository.own(viewer))
    before = after[0] if after else None
    rows = await db.fetch_all(repository.news(viewer, followed, before, limit, unread=unread))
    kept, following = page(rows, limit, lambda row: [row["id"]])
    return fast_json({"items": [_news(row) for row in kept], "next_cursor": following})


@router.get("/subscriptions/news/unread", response_model=schemas.UnreadNews)
async def unread_news(viewer: Resident, db: Db) -> Response:
    """How much of it I have not read."""
    followed = await db.fetch_all(repository.own(viewer))
    return fast_json({"count": await db.fetch_value(repository.count_unread(viewer, followed, MOST_COUNTED))})


@router.post("/subscriptions/news/read", response_model=Marked)
async def mark_news_read(order: MarkRead, viewer: Resident, tx: CurrentTx) -> Response:
    """Mark my news as read, on every device; what is somebody else's is left alone."""
    ids = None if order.everything else order.ids
    followed = await tx.all(repository.own(viewer))
    marked = await tx.all(repository.mark_news(viewer, followed, ids, tx.now, MARKED_AT_ONCE))
    return fast_json({"read": len(marked), "more": ids is None and len(marked) == MARKED_AT_ONCE})


@router.get("/subscriptions/news/{news_id}", response_model=schemas.SubscriptionNews)
async def one_of_my_news(news_id: UUID, viewer: Resident, db: Db) -> Response:
    """One of my news in full, and where it leads."""
    followed = await db.fetch_all(repository.own(viewer))
    row = await db.fetch_one(repository.one_of_news(viewer, followed, news_id))
    if row is None:
        raise NotFound
    return fast_json(_news(row))


@router.delete("/subscriptions/{subscription_id}", status_code=204, response_class=Response)
async def leave(subscription_id: UUID, viewer: Resident, tx: CurrentTx) -> Response:
    """Follow it no longer."""
    await service.end(tx, viewer, subscription_id)
    return Response(status_code=204)


@router.get("/subscribers", response_model=schemas.Subscribers)
async def count_subscribers(
    request: Request,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SUBSCRIBERS_READ))],
    db: Db,
    division: Annotated[str, Query(pattern="^[0-9]{12}$", description="village")],
) -> Response:
    """How many follow a village; never who."""
    if not viewer.covers(division):
        raise NotFound
    codes = telling.codes_of(request.app.state.linli)(division)
    return fast_json({"division": division, "subscribers": await db.fetch_value(repository.count(viewer, codes))})


@public_router.get("/{token}", response_model=schemas.Followed)
async def followed(token: str, db: Db, desk: CurrentDesk) -> Response:
    """What the link in a message would end."""
    own = _parsed(desk, token)
    row = await db.fetch_one(repository.by_secret(own.tenant, own.secret))
    if row is None:
        raise NotFound
    question = row["question_index"] is not None
    return fast_json({"division": row["division"], "categories": row["categories"], "question": question})


@public_router.delete("/{token}", status_code=204, response_class=Response)
async def leave_by_link(token: str, tx: CurrentTx, desk: CurrentDesk) -> Response:
    """End it without signing in, by the link in a message."""
    await service.end_by_token(tx, _parsed(desk, token))
    return Response(status_code=204)


def _parsed(desk: Desk, token: str) -> PublicToken:
    parsed = parse(token)
    if parsed is None:
        raise NotFound
    # An unknown county is not found.
    desk.profile(parsed.tenant)
    return parsed


def _shown(desk: Desk, row: Row) -> dict[str, Any]:
    shown = {name: row[name] for name in ("id", "division", "categories", "disclosure_id", "created_at")}
    phone = desk.vault.open(row["phone"], row["tenant"], "subscription", "phone", row["id"]) if row["phone"] else None
    return shown | {"phone_masked": mask_phone(phone) if phone else None}


def _news(row: Row) -> dict[str, Any]:
    words = staff_templates()[row["template"]]
    facts = {**row["facts"], "case_id": "", "receipt": f"{row['tenant']}.{row['receipt_token']}"}
    title, body = words.title.filled(facts), words.body.filled(facts)
    names = ("id", "topic", "urgent", "division", "created_at", "read")
    # A case without a receipt yet, or another's by now, leads nowhere.
    gone = row["case_id"] is not None and row["receipt_token"] is None
    return {
        **{name: row[name] for name in names},
        "title": title.zh,
        "title_en": title.en,
        "body": body.zh,
        "body_en": body.en,
        "link": "" if gone else words.link.format(**facts),
    }
