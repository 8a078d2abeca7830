"""One command on several cases: each succeeds or is refused by itself, and the answer says which.

Cases are taken in the order of their ids, so two batches never wait for each other in a circle.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Request, Response
from linli_kernel.database import Tx
from linli_kernel.errors import DomainError, FieldError, Forbidden, Invalid
from linli_kernel.http import ApiModel, ServiceRouter, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.pagination import InPart
from linli_kernel.permissions import may, require
from pydantic import Field, model_validator

from linli_services_desk.cases import delivery, handling, holding
from linli_services_desk.cases.endpoints import CurrentDb, CurrentTx
from linli_services_desk.cases.errors import StepNotWaiting
from linli_services_desk.cases.hand import CaseInHand, load
from linli_services_desk.cases.schemas import CompleteStep, Deliver, Note
from linli_services_desk.cases.workflow import ready
from linli_services_desk.clients.gateway import Colleague
from linli_services_desk.context import CurrentDesk, Desk
from linli_services_desk.notices.domain import Audience
from linli_services_desk.notices.service import Telling, tell_staff
from linli_services_desk.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/desk/v1", tags=["cases"])
Handling = Annotated[Viewer, Depends(require(POLICY, Permission.CASE_BATCH))]
HandingOver = Annotated[Viewer, Depends(require(POLICY, Permission.CASE_HAND_OVER))]
MOST = 200
Command = Literal["complete-step", "deliver", "close"]
NEEDED: dict[str, Permission] = {
    "complete-step": Permission.CASE_HANDLE,
    "deliver": Permission.CASE_DELIVER,
    "close": Permission.CASE_DELIVER,
}


class BatchItem(ApiModel):
    case_id: UUID
    version: Annotated[int, Field(ge=1)]


class Batch(ApiModel):
    """`version` of each case as it was seen. `complete-step` completes the step that waits for the caller's post."""

    command: Command
    items: list[BatchItem] = Field(min_length=1, max_length=MOST)
    comment: Note = ""

    @model_validator(mode="after")
    def _each_once(self) -> "Batch":
        if len({item.case_id for item in self.items}) < len(self.items):
            raise ValueError("同一办件出现了两次|A case occurs twice")
        return self


class HandOver(ApiModel):
    """The named cases, or everything that is open in my hands (at most 200 at a time), to a colleague of the same desk."""

    case_ids: list[UUID] = Field(default_factory=list, max_length=MOST)
    everything: Annotated[bool, Field(strict=True)] = False
    to: UUID
    note: Note = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> "HandOver":
        if self.everything == bool(self.case_ids):
            raise ValueError("请选择办件，或移交全部|Name the cases, or everything")
        return self


class BatchResult(ApiModel):
    """`code` and `detail` say why a case was refused; `version` is the one after a success."""

    case_id: UUID
    done: bool
    version: int | None = None
    code: str | None = None
    detail: str | None = None
    detail_en: str | None = None


class BatchResults(ApiModel):
    done: int
    items: list[BatchResult]


class ColleagueView(ApiModel):
    id: UUID
    name: str
    role: str
    title: str


class Colleagues(ApiModel):
    items: list[ColleagueView]
    next_cursor: str | None = None


@router.post("/cases/batch", response_model=BatchResults)
async def batch(order: Batch, viewer: Handling, tx: CurrentTx, desk: CurrentDesk) -> Response:
    """The same command on several cases; a refusal of one leaves the others done."""
    if not may(POLICY, NEEDED[order.command], viewer):
        raise Forbidden
    expected = {item.case_id: item.version for item in order.items}

    async def run(case: CaseInHand) -> None:
        await _command(tx, viewer, case, order, expected[case.id])

    return fast_json(await _each(tx, desk, list(expected), run))


@router.post("/cases/hand-over", response_model=BatchResults)
async def hand_over(
    request: Request, order: HandOver, viewer: HandingOver, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Give cases to a colleague, who finds them among what waits for them and is told."""
    to = await _colleague(desk, viewer, order.to)
    ids = [row["id"] for row in await tx.all(holding.mine(viewer, MOST))] if order.everything else order.case_ids

    async def run(case: CaseInHand) -> None:
        await holding.hand_over(tx, case, viewer, to, order.note)

    results = await _each(tx, desk, ids, run)
    if results["done"]:
        telling = Telling(
            f"hand-over:{tx.request_id}",
            "cases.handed_over",
            Audience(viewer.divisions[0], account=to.id),
            {"count": results["done"]},
        )
        tell_staff(tx, telling)
    return fast_json(results)


@router.get("/colleagues", response_model=Colleagues)
async def list_colleagues(viewer: HandingOver, database: CurrentDb, desk: CurrentDesk, part: InPart) -> Response:
    """Who works at the same desk and can take cases over."""
    found = [one for one in await desk.gateway.colleagues(viewer) if one.id != viewer.subject]
    return fast_json(part.of(found))


async def _colleague(desk: Desk, viewer: Viewer, wanted: UUID) -> Colleague:
    for one in await desk.gateway.colleagues(viewer):
        if one.id == wanted and one.id != viewer.subject:
            return one
    raise Invalid(
        errors=[FieldError("/to", "desk.no_colleague", "不是本窗口的同事", "Not a colleague of the same desk")]
    )


async def _each(
    tx: Tx, desk: Desk, ids: Sequence[UUID], run: Callable[[CaseInHand], Awaitable[None]]
) -> dict[str, Any]:
    results = []
    for case_id in sorted(set(ids)):
        try:
            async with tx.part():
                case = await load(tx, desk, case_id, lock=True)
                await run(case)
        except DomainError as refusal:
            results.append(
                {
                    "case_id": case_id,
                    "done": False,
                    "version": None,
                    "code": refusal.code,
                    "detail": refusal.text("zh"),
                    "detail_en": refusal.text("en"),
                }
            )
        else:
            results.append({"case_id": case_id, "done": True, "version": case.row["version"]})
    return {"done": sum(1 for one in results if one["done"]), "items": results}


async def _command(tx: Tx, viewer: Viewer, case: CaseInHand, order: Batch, expected: int) -> None:
    match order.command:
        case "complete-step":
            waits = [
                step
                for step in ready(case.progress, case.plan)
                if handling.is_for(viewer, step, case.row["department"])
            ]
            if len(waits) != 1:
                raise StepNotWaiting(step="、".join(step.name_zh for step in waits))
            result = CompleteStep(outcome="pass", comment=order.comment)
            await handling.complete_step(tx, case, waits[0].key, expected, result)
        case "deliver":
            await delivery.deliver(tx, case, expected, Deliver(note=order.comment))
        case "close":
            await delivery.close(tx, case, expected, order.comment)
