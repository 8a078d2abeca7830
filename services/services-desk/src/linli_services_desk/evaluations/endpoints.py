"""The holder of a receipt follows the case and rates it once, without signing in.

The page shows a masked name and no number; a rating is never filled in for anybody.
"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from linli_kernel.contracts import desk as contract
from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound
from linli_kernel.events import Act, Event
from linli_kernel.http import ApiModel, ServiceRouter, current_db, current_tx, fast_json
from linli_kernel.permissions import public
from linli_kernel.privacy import mask_name
from pydantic import Field
from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert

from linli_services_desk import tokens
from linli_services_desk.cases.hand import plan_from
from linli_services_desk.cases.schemas import Clock
from linli_services_desk.cases.tables import desk_case, supplement_notice
from linli_services_desk.cases.views import clock_view, progress_of
from linli_services_desk.cases.workflow import NAMES, RATEABLE, State, ready
from linli_services_desk.context import CurrentDesk
from linli_services_desk.evaluations.errors import AlreadyRated, NotDecidedYet
from linli_services_desk.evaluations.tables import evaluation
from linli_services_desk.policy import POLICY, Permission

receipts = ServiceRouter(
    prefix="/api/public/v1", tags=["public"], dependencies=[Depends(public(POLICY, Permission.PUBLIC_RECEIPT))]
)
ratings = ServiceRouter(
    prefix="/api/public/v1", tags=["public"], dependencies=[Depends(public(POLICY, Permission.PUBLIC_EVALUATION))]
)


class ReceiptStep(ApiModel):
    name: str
    name_en: str
    state: str


class Receipt(ApiModel):
    """Where the case stands. `evaluation_open`: it can be rated now; `evaluated`: it has been."""

    number: str | None
    matter_name: str
    applicant_name: str
    state: str
    state_name: str
    clock: Clock | None
    steps: list[ReceiptStep]
    supplement: list[str]
    received_at: datetime | None
    accepted_at: datetime | None
    decided_at: datetime | None
    outcome: str | None
    evaluation_open: bool
    evaluated: bool
    levels: list[dict[str, Any]]


class Rating(ApiModel):
    """`level` 5 = 非常满意 … 1 = 非常不满意."""

    level: Annotated[int, Field(ge=1, le=5, strict=True)]
    comment: Annotated[str, Field(max_length=500)] = ""


class Rated(ApiModel):
    level: int
    given_at: datetime


def _by_token(text: str) -> Select[Any]:
    token = tokens.parse(text)
    if token is None:
        raise NotFound
    return select(desk_case).where(
        desk_case.c.tenant == token.tenant,
        desk_case.c.receipt_token == token.secret,
        desk_case.c.number.is_not(None),
    )


@receipts.get("/receipts/{token}", response_model=Receipt)
async def follow(token: str, database: Annotated[Database, Depends(current_db)], desk: CurrentDesk) -> Response:
    """State and steps of the case behind a receipt's code, and whether it can be rated."""
    row = await database.fetch_one(_by_token(token))
    if row is None:
        raise NotFound
    tenant, case_id = row["tenant"], row["id"]
    rated = await database.fetch_value(
        select(evaluation.c.level).where(evaluation.c.tenant == tenant, evaluation.c.case_id == case_id)
    )
    items = await database.fetch_value(
        select(supplement_notice.c["items"]).where(
            supplement_notice.c.tenant == tenant,
            supplement_notice.c.case_id == case_id,
            supplement_notice.c.answered_at.is_(None),
        )
    )
    applicant = desk.vault.open(row["applicant"], tenant, "desk_case", "applicant", case_id)
    state = State(row["state"])
    levels = desk.profile(tenant).desk.evaluation.levels
    return fast_json(
        {
            "number": row["number"],
            "matter_name": row["matter_name"],
            "applicant_name": mask_name(applicant["name"]),
            "state": state.value,
            "state_name": NAMES[state][0],
            "clock": clock_view(desk, row, database.clock.now()),
            "steps": _steps(row),
            "supplement": [f"{item['name']}：{item['text']}" for item in items or []],
            **{name: row[name] for name in ("received_at", "accepted_at", "decided_at", "outcome")},
            "evaluation_open": state in RATEABLE and rated is None,
            "evaluated": rated is not None,
            "levels": [{"level": level, "zh": text.zh, "en": text.en} for level, text in sorted(levels.items())],
        }
    )


@ratings.post("/evaluations/{token}", status_code=201, response_model=Rated)
async def rate(token: str, rating: Rating, tx: Annotated[Tx, Depends(current_tx)], desk: CurrentDesk) -> Response:
    """Rate a decided case once."""
    parsed = tokens.parse(token)
    if parsed is None:
        raise NotFound
    tx.use_tenant(parsed.tenant)
    row = await tx.one(_by_token(token))
    if row is None:
        raise NotFound
    if State(row["state"]) not in RATEABLE:
        raise NotDecidedYet
    await _store(tx, desk, row, rating)
    return fast_json({"level": rating.level, "given_at": tx.now}, status=201)


async def _store(tx: Tx, desk: CurrentDesk, row: Any, rating: Rating) -> None:
    case_id: UUID = row["id"]
    comment = rating.comment.strip()
    given = (
        insert(evaluation)
        .values(
            tenant=tx.tenant,
            case_id=case_id,
            division=row["division"],
            level=rating.level,
            comment=desk.vault.seal(comment, tx.tenant, "evaluation", "comment", case_id) if comment else None,
            given_at=tx.now,
        )
        .on_conflict_do_nothing()
        .returning(evaluation.c.level)
    )
    if await tx.scalar(given) is None:
        raise AlreadyRated
    tx.announce(
        Event(
            type=contract.EVALUATION_GIVEN,
            subject=str(case_id),
            data=contract.EvaluationGiven(
                case_id=str(case_id),
                division=row["division"],
                matter_id=str(row["matter_id"]),
                department=row["department"],
                level=rating.level,
            ),
        )
    )
    tx.record(
        Act(
            action="evaluation.give",
            object_kind="case",
            object_id=case_id,
            division=row["division"],
            case_id=case_id,
            detail={"level": rating.level},
        )
    )


def _steps(row: Any) -> list[dict[str, Any]]:
    waits = {step.key for step in ready(progress_of(row), plan_from(row["steps"]))}
    return [
        {
            "name": step.name_zh,
            "name_en": step.name_en,
            "state": "done" if step.key in row["completed"] else "ready" if step.key in waits else "waiting",
        }
        for step in plan_from(row["steps"])
    ]
