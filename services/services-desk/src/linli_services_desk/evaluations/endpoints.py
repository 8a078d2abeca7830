"""The holder of a receipt follows the case and rates it once, without signing in.

The page shows a masked name and no number; a rating is never filled in for anybody.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Response
from linli_kernel import public_tokens as tokens
from linli_kernel.database import Database, HotQuery, Tx
from linli_kernel.errors import NotFound
from linli_kernel.hot import hot
from linli_kernel.http import ApiModel, ServiceRouter, current_db, current_tx, fast_json
from linli_kernel.permissions import public
from linli_kernel.privacy import mask_name
from pydantic import Field
from sqlalchemy import Select, and_, bindparam, select

from linli_services_desk.cases.hand import plan_from
from linli_services_desk.cases.schemas import Clock
from linli_services_desk.cases.tables import desk_case, supplement_notice
from linli_services_desk.cases.views import clock_view, progress_of
from linli_services_desk.cases.workflow import NAMES, RATEABLE, State, ready
from linli_services_desk.context import CurrentDesk
from linli_services_desk.documents.tables import AWAITING_SEAL, STAMPED, document, was_refused
from linli_services_desk.evaluations import codes, service
from linli_services_desk.evaluations.errors import NotDecidedYet
from linli_services_desk.evaluations.service import Source
from linli_services_desk.evaluations.tables import evaluation
from linli_services_desk.pads import service as pads
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
    """Where the case stands. `evaluation_open`: it can be rated now; `evaluated`: it has been. `sealing` is of the certificate
    that was decided on: `refused` when its custodians refused the seal and it is being looked into."""

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
    sealing: Literal["waiting", "refused", "sealed"] | None
    evaluation_open: bool
    evaluated: bool
    levels: list[dict[str, Any]]


class ToRate(ApiModel):
    """What the page of a one-time code shows."""

    number: str
    matter_name: str
    decided_at: datetime | None
    outcome: str | None
    evaluation_open: bool
    evaluated: bool
    levels: list[dict[str, Any]]


class Rating(ApiModel):
    """`level` 5 = 非常满意 … 1 = 非常不满意."""

    level: Annotated[int, Field(ge=1, le=5, strict=True)]
    comment: Annotated[str, Field(max_length=500)] = ""
    pad: Annotated[str | None, Field(max_length=60, description="the token of the pad that asked")] = None


class Rated(ApiModel):
    level: int
    given_at: datetime


_BY_RECEIPT = HotQuery(
    select(desk_case).where(
        desk_case.c.tenant == bindparam("tenant"),
        desk_case.c.receipt_token == bindparam("secret"),
        desk_case.c.number.is_not(None),
    )
)


async def _sealing(database: Database, tenant: str, case_id: UUID) -> str | None:
    of_case = and_(document.c.tenant == tenant, document.c.case_id == case_id)
    papers = await database.fetch_all(select(document.c.state, document.c.seal_state).where(of_case))
    states = {row["state"] for row in papers}
    if AWAITING_SEAL in states:
        return "refused" if was_refused(papers) else "waiting"
    return "sealed" if states & {"sealed", STAMPED} else None


def _asked_for(tenant: str, case_id: UUID) -> Select[Any]:
    """What the newest supplement notice of a case names."""
    mine = (supplement_notice.c.tenant == tenant, supplement_notice.c.case_id == case_id)
    return select(supplement_notice.c["items"]).where(*mine).order_by(supplement_notice.c.number.desc()).limit(1)


def _parsed(text: str) -> tokens.PublicToken:
    token = tokens.parse(text)
    if token is None:
        raise NotFound
    return token


def _key(token: tokens.PublicToken) -> dict[str, str]:
    return {"tenant": token.tenant, "secret": token.secret}


@receipts.get("/receipts/{token}", response_model=Receipt)
async def follow(token: str, database: Annotated[Database, Depends(current_db)], desk: CurrentDesk) -> Response:
    """State and steps of the case behind a receipt's code, and whether it can be rated."""
    row = await database.fetch_one(_BY_RECEIPT, _key(_parsed(token)))
    if row is None:
        raise NotFound
    tenant, case_id = row["tenant"], row["id"]
    rated = await database.fetch_value(
        select(evaluation.c.level).where(evaluation.c.tenant == tenant, evaluation.c.case_id == case_id)
    )
    state = State(row["state"])
    # A notice that was never answered asks for nothing once its case went on or was withdrawn.
    items = await database.fetch_value(_asked_for(tenant, case_id)) if state is State.SUPPLEMENT else None
    applicant = desk.vault.open(row["applicant"], tenant, "desk_case", "applicant", case_id)
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
            "sealing": await _sealing(database, tenant, case_id),
            "evaluation_open": state in RATEABLE and rated is None,
            "evaluated": rated is not None,
            "levels": [{"level": level, "zh": text.zh, "en": text.en} for level, text in sorted(levels.items())],
        }
    )


@ratings.get("/evaluations/{token}", response_model=ToRate)
async def what_to_rate(token: str, database: Annotated[Database, Depends(current_db)], desk: CurrentDesk) -> Response:
    """The case behind a one-time code, without a name: its matter, the levels, and whether it was rated."""
    parsed = tokens.parse(token)
    row = await database.fetch_one(codes.case_of(parsed)) if parsed else None
    if row is None:
        raise NotFound
    given = await database.fetch_one(
        select(evaluation).where(evaluation.c.tenant == row["tenant"], evaluation.c.case_id == row["id"])
    )
    counted = given is not None and given["source"] == Source.CODE
    levels = desk.profile(row["tenant"]).desk.evaluation.levels
    return fast_json(
        {
            **{name: row[name] for name in ("number", "matter_name", "decided_at", "outcome")},
            "evaluation_open": State(row["state"]) in RATEABLE and not counted,
            "evaluated": counted,
            "levels": [{"level": level, "zh": text.zh, "en": text.en} for level, text in sorted(levels.items())],
        }
    )


@ratings.post("/evaluations/{token}", status_code=201, response_model=Rated)
@hot
async def rate(token: str, rating: Rating, tx: Annotated[Tx, Depends(current_tx)], desk: CurrentDesk) -> Response:
    """Rate a decided case once. The token is the one-time code that the applicant was sent, or that of the receipt.

    A rating by the receipt does not count in the figures and gives way to the one by code.
    """
    parsed = _parsed(token)
    tx.use_tenant(parsed.tenant)
    source, found = Source.RECEIPT, await tx.quick(_BY_RECEIPT, _key(parsed))
    row: Any = found[0] if found else None
    if row is None:
        source, row = Source.CODE, await tx.one(codes.case_of(parsed))
    if row is None:
        raise NotFound
    if State(row["state"]) not in RATEABLE:
        raise NotDecidedYet
    device = tx.origin
    rules = desk.profile(row["tenant"]).desk.evaluation
    asked_by = await tx.one(pads.by_token(rating.pad)) if rating.pad else None
    on_pad = asked_by is not None and asked_by["task_case"] == row["id"]
    bulk = rules.pad if on_pad else rules.bulk
    if asked_by is not None and on_pad:
        device = f"pad|{asked_by['id']}"
    index, comment = desk.vault.device_index(device), rating.comment.strip()
    await service.give(tx, desk, dict(row), source, rating.level, comment, index, bulk, pad=on_pad)
    if asked_by is not None:
        await pads.finish(tx, row["id"], pads.Task.RATING)
    return fast_json({"level": rating.level, "given_at": tx.now}, status=201)


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
