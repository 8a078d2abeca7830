"""Notices of the signed-in account, its preferences, and the messages that went to phones."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound
from linli_kernel.events import Act
from linli_kernel.http import ServiceRouter, current_db, current_tx, fast_json, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require

from linli_services_desk.notices import repository
from linli_services_desk.notices.domain import staff_templates
from linli_services_desk.notices.schemas import (
    DemoMessages,
    Marked,
    MarkRead,
    MessageList,
    MessageState,
    NoticeList,
    Preferences,
    ResidentPreferences,
    Unread,
)
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.schema import Row

router = ServiceRouter(prefix="/api/desk/v1", tags=["notices"])
Db = Annotated[Database, Depends(current_db)]
CurrentTx = Annotated[Tx, Depends(current_tx)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.NOTICE_READ))]
Carer = Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_PREFERENCE))]
Overseer = Annotated[Viewer, Depends(require(POLICY, Permission.SMS_READ))]
# An older notice is still in the list, but no longer calls.
CALLS_FOR = timedelta(days=30)
MOST_COUNTED = 100
LATEST = 6
DEMO_LISTED = 200
MARKED_AT_ONCE = 500


@router.get("/notices", response_model=NoticeList)
async def list_notices(
    viewer: Reader,
    database: Db,
    unread: Annotated[bool, Query(description="only what I have not read")] = False,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """What was told to me or to my post, newest first."""
    after = Cursor.parse(cursor, UUID)
    before = after[0] if after else None
    rows = await database.fetch_all(repository.listing(viewer, unread=unread, before=before, limit=limit))
    kept, next_cursor = page(rows, limit, lambda row: [row["id"]])
    return fast_json({"items": [_shown(row) for row in kept], "next_cursor": next_cursor})


@router.get("/notices/unread", response_model=Unread)
async def unread_notices(viewer: Reader, database: Db) -> Response:
    """How many notices wait and the latest of them; the screens ask this every few seconds."""
    wishes = await database.fetch_one(repository.preference(viewer.tenant, repository.ACCOUNT, viewer.subject))
    since = database.clock.now() - CALLS_FOR
    muted = wishes["muted"] if wishes else []
    rows = await database.fetch_all(repository.unread(viewer, muted, since, MOST_COUNTED))
    return fast_json({"count": len(rows), "latest": [_shown(row) for row in rows[:LATEST]]})


@router.post("/notices/read", response_model=Marked)
async def mark_read(order: MarkRead, viewer: Reader, tx: CurrentTx) -> Response:
    """Mark notices as read for this account; a colleague in the same post still sees them as new."""
    ids = None if order.everything else order.ids
    marked = await tx.all(repository.mark_read(viewer, ids, tx.now, MARKED_AT_ONCE))
    return fast_json({"read": len(marked), "more": ids is None and len(marked) == MARKED_AT_ONCE})


@router.get("/notice-preferences", response_model=Preferences)
async def read_preferences(viewer: Reader, database: Db) -> Response:
    """Topics that do not call me."""
    row = await database.fetch_one(repository.preference(viewer.tenant, repository.ACCOUNT, viewer.subject))
    return fast_json({"muted": row["muted"] if row else []})


@router.put("/notice-preferences", response_model=Preferences)
async def set_preferences(wishes: Preferences, viewer: Reader, tx: CurrentTx) -> Response:
    """Choose which topics call me."""
    muted = sorted(set(wishes.muted))
    row = _row(tx, repository.ACCOUNT, viewer.subject, muted=muted, sms=False, language="zh")
    await tx.execute(repository.set_preference(row))
    return fast_json({"muted": muted})


@router.get("/residents/{resident_id}/notice-preferences", response_model=ResidentPreferences)
async def read_resident_preferences(request: Request, resident_id: UUID, viewer: Carer, database: Db) -> Response:
    """Whether a resident wants messages on the phone; only for residents whom the desk has dealt with."""
    if not await database.fetch_value(repository.has_case(viewer, resident_id)):
        raise NotFound
    row = await database.fetch_one(repository.preference(viewer.tenant, repository.RESIDENT, resident_id))
    await read_audit(request, viewer, _act("resident.notice-preference-read", resident_id))
    return fast_json({"sms": row["sms"] if row else True, "language": row["language"] if row else "zh"})


@router.put("/residents/{resident_id}/notice-preferences", response_model=ResidentPreferences)
async def set_resident_preferences(
    resident_id: UUID, wishes: ResidentPreferences, viewer: Carer, tx: CurrentTx
) -> Response:
    """Note the resident's wish; it holds from the next message on."""
    if not await tx.scalar(repository.has_case(viewer, resident_id)):
        raise NotFound
    row = _row(tx, repository.RESIDENT, resident_id, muted=[], sms=wishes.sms, language=wishes.language)
    await tx.execute(repository.set_preference(row))
    tx.record(_act("resident.notice-preference-set", resident_id, sms=wishes.sms, language=wishes.language))
    return fast_json({"sms": wishes.sms, "language": wishes.language})


@router.get("/sms-messages", response_model=MessageList)
async def list_messages(
    viewer: Overseer,
    database: Db,
    state: Annotated[MessageState | None, Query()] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Messages to applicants and what became of them, without phone and words, newest first."""
    after = Cursor.parse(cursor, UUID)
    rows = await database.fetch_all(repository.messages(viewer, state, after[0] if after else None, limit))
    kept, next_cursor = page(rows, limit, lambda row: [row["id"]])
    return fast_json({"items": [_message(row) for row in kept], "next_cursor": next_cursor})


@router.get("/sms-messages/demo", response_model=DemoMessages)
async def demo_messages(request: Request, viewer: Overseer, database: Db) -> Response:
    """What the demo's phones received, with its links. Outside the demo there is no such page."""
    if request.app.state.linli.settings.environment != "demo":
        raise NotFound
    rows = await database.fetch_all(repository.demo_messages(viewer, DEMO_LISTED))
    act = Act(action="sms.read-demo", object_kind="sms", object_id="list")
    await read_audit(request, viewer, act)
    return fast_json({"items": [dict(row) for row in rows]})


def _row(tx: Tx, kind: str, subject: UUID, **wishes: Any) -> dict[str, Any]:
    return {"tenant": tx.tenant, "kind": kind, "subject": subject, "updated_at": tx.now, **wishes}


def _act(action: str, resident: UUID, **detail: Any) -> Act:
    return Act(action=action, object_kind="resident", object_id=resident, people=[resident], detail=detail)


def _shown(row: Row) -> dict[str, Any]:
    words = staff_templates()[row["template"]]
    facts = {**row["facts"], "case_id": row["case_id"]}
    title, body = words.title.filled(facts), words.body.filled(facts)
    names = ("id", "topic", "urgent", "case_id", "created_at", "read")
    return {
        **{name: row[name] for name in names},
        "title": title.zh,
        "title_en": title.en,
        "body": body.zh,
        "body_en": body.en,
        "link": words.link.format(**facts),
    }


def _message(row: Row) -> dict[str, Any]:
    names = (
        "id",
        "template",
        "state",
        "attempts",
        "failure",
        "case_id",
        "division",
        "created_at",
        "finished_at",
        "delivered_at",
    )
    return {
        **{name: row[name] for name in names},
        "number": row["facts"]["number"],
        "matter_name": row["facts"]["matter"],
    }
