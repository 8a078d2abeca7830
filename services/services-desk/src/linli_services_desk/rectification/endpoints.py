"""Ratings as staff see them, their figures, and the rectification of bad ones.

Who rated is never shown beyond the case: the list names the case, not the person.
"""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid
from linli_kernel.events import Act
from linli_kernel.given import GivenDay
from linli_kernel.http import ServiceRouter, current_db, current_tx, fast_json, match_version, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import reading, require
from linli_kernel.succession import codes_within

from linli_services_desk.context import CurrentDesk, Desk
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.rectification import repository, service
from linli_services_desk.rectification.schemas import (
    Appeal,
    CallBack,
    Complete,
    DecideAppeal,
    Figures,
    RatingList,
    Rectification,
    RectificationList,
)
from linli_services_desk.rectification.workflow import NAMES, UNFINISHED, State
from linli_services_desk.schema import Row

router = ServiceRouter(prefix="/api/desk/v1", tags=["evaluations"])
Db = Annotated[Database, Depends(current_db)]
CurrentTx = Annotated[Tx, Depends(current_tx)]
Expected = Annotated[int, Depends(match_version)]
Reader = Annotated[Viewer, Depends(reading(POLICY, Permission.EVALUATION_READ))]
Rectifier = Annotated[Viewer, Depends(require(POLICY, Permission.RECTIFICATION_WORK))]
Appellant = Annotated[Viewer, Depends(require(POLICY, Permission.EVALUATION_APPEAL))]
Judge = Annotated[Viewer, Depends(require(POLICY, Permission.APPEAL_DECIDE))]
LONGEST_SPAN = timedelta(days=400)
USUAL_SPAN = timedelta(days=90)


@router.get("/evaluations", response_model=RatingList)
async def list_ratings(
    request: Request,
    viewer: Reader,
    database: Db,
    desk: CurrentDesk,
    bad: Annotated[bool, Query(description="only those that are to be put right")] = False,
    bulk: Annotated[bool, Query(description="only those of devices that rated in bulk")] = False,
    source: Annotated[Literal["code", "receipt"] | None, Query()] = None,
    division: Annotated[str | None, Query(pattern="^[1-9][0-9]{1,11}$", description="code or prefix")] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Ratings of cases in scope, newest first."""
    codes = codes_within(request.app.state.linli, division)
    after = Cursor.parse(cursor, datetime.fromisoformat, UUID)
    most = desk.profile(viewer.tenant).desk.evaluation.bad_from if bad else None
    before = (after[0], after[1]) if after else None
    rows = await database.fetch_all(repository.ratings(viewer, most, source, before, limit, bulk=bulk, codes=codes))
    kept, next_cursor = page(rows, limit, lambda row: [row["given_at"].isoformat(), row["case_id"]])
    await _looked(request, viewer, "evaluation.list", kept)
    return fast_json({"items": [_rating(desk, row) for row in kept], "next_cursor": next_cursor})


@router.get("/evaluations/figures", response_model=Figures)
async def figures(
    viewer: Reader,
    database: Db,
    by: Annotated[Literal["matter", "window", "department"], Query()] = "matter",
    since: Annotated[GivenDay | None, Query(description="first day; default: 90 days ago")] = None,
    until: Annotated[GivenDay | None, Query(description="last day; default: today")] = None,
) -> Response:
    """How decided cases were rated. What was not rated is shown and never counted as satisfied."""
    last = until or database.clock.today()
    first = since or last - USUAL_SPAN
    if first > last or last - first > LONGEST_SPAN:
        raise Invalid(errors=[FieldError("/since", "desk.span", "时段应在 400 天以内", "A span of at most 400 days")])
    rows = await database.fetch_all(
        repository.figures(viewer, by, _midnight(first), _midnight(last + timedelta(days=1)))
    )
    items = [_figure(row) for row in rows]
    names = ("decided", "rated", "unrated", "satisfied", "bad", "by_receipt")
    total = {name: sum(item[name] for item in items) for name in names}
    return fast_json({"since": first, "until": last, "items": items, "total": total})


@router.get("/rectifications", response_model=RectificationList)
async def list_rectifications(
    request: Request,
    viewer: Reader,
    database: Db,
    desk: CurrentDesk,
    state: Annotated[State | None, Query()] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Bad ratings that are put right or appealed against; what is due first comes first."""
    parsed = Cursor.parse(cursor, date.fromisoformat, UUID)
    after = (parsed[0], parsed[1]) if parsed else None
    rows = await database.fetch_all(repository.listing(viewer, state.value if state else None, after, limit))
    kept, next_cursor = page(rows, limit, lambda row: [row["due"], row["case_id"]])
    await _looked(request, viewer, "rectification.list", kept)
    today = database.clock.today()
    return fast_json({"items": [_shown(desk, row, today) for row in kept], "next_cursor": next_cursor})


@router.post("/rectifications/{case_id}/call-back", response_model=Rectification)
async def call_back(
    case_id: UUID, order: CallBack, viewer: Rectifier, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Note that the resident was called back, and whether somebody was reached."""
    return _moved(desk, await service.call_back(tx, case_id, expected, order.outcome), tx)


@router.post("/rectifications/{case_id}/complete", response_model=Rectification)
async def complete(
    case_id: UUID, order: Complete, viewer: Rectifier, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Say what was put right. Where the place asks for a call-back, the resident must have been reached."""
    return _moved(desk, await service.complete(tx, desk, case_id, expected, order.measures), tx)


@router.post("/rectifications/{case_id}/appeal", response_model=Rectification)
async def appeal(
    case_id: UUID, order: Appeal, viewer: Appellant, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Appeal against a rating, once. The clock goes on."""
    return _moved(desk, await service.appeal(tx, desk, case_id, expected, order.reason), tx)


@router.post("/rectifications/{case_id}/decide-appeal", response_model=Rectification)
async def decide_appeal(
    case_id: UUID, order: DecideAppeal, viewer: Judge, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Uphold an appeal (the rating no longer counts) or reject it. Not whoever made it."""
    upheld = order.outcome == "upheld"
    return _moved(desk, await service.decide_appeal(tx, desk, case_id, expected, upheld, order.answer), tx)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


async def _looked(request: Request, viewer: Viewer, action: str, rows: Any) -> None:
    people = sorted({row["resident_id"] for row in rows if row["resident_id"]})
    await read_audit(request, viewer, Act(action=action, object_kind="case", object_id="list", people=people))


def _figure(row: Row) -> dict[str, Any]:
    names = ("decided", "rated", "satisfied", "bad", "by_receipt")
    return {
        **{name: row[name] for name in names},
        "key": str(row["key"]) if row["key"] is not None else "",
        "name": row["name"] or "",
        "unrated": row["decided"] - row["rated"],
        "mean": round(float(row["mean"]), 2) if row["mean"] is not None else None,
    }


def _opened(desk: Desk, row: Row, table: str, column: str) -> str | None:
    stored = row[column]
    return desk.vault.open(stored, row["tenant"], table, column, row["case_id"]) if stored else None


def _rating(desk: Desk, row: Row) -> dict[str, Any]:
    names = (
        "case_id", "number", "matter_name", "department", "division", "level", "given_at", "source", "excluded",
        "rectification", "bulk",
    )  # fmt: skip
    return {**{name: row[name] for name in names}, "comment": _opened(desk, row, "evaluation", "comment")}


def _shown(desk: Desk, row: Row, today: date) -> dict[str, Any]:
    names = (
        "case_id", "number", "matter_name", "department", "division", "level", "state", "due", "provisional",
        "opened_at", "called_back_at", "call_outcome", "completed_at", "appealed_at", "appeal_outcome", "version",
    )  # fmt: skip
    state, due = State(row["state"]), row["due"]
    left = desk.calendar.working_days_between(today, due) if due >= today else -_late(desk, due, today)
    return {
        **{name: row[name] for name in names},
        "state_name": NAMES[state][0],
        "state_name_en": NAMES[state][1],
        "days_left": left if state in UNFINISHED else None,
        **{name: _opened(desk, row, "rectification", name) for name in ("measures", "appeal", "appeal_answer")},
    }


def _late(desk: Desk, due: date, today: date) -> int:
    return desk.calendar.working_days_between(due, today)


def _moved(desk: Desk, row: dict[str, Any], tx: Tx) -> Response:
    return fast_json(_shown(desk, row, tx.now.date()), etag=row["version"])
