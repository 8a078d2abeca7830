"""The commands on a case. Each takes `If-Match` and answers with where the case stands now."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from linli_kernel.hot import hot
from linli_kernel.http import ServiceRouter, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.permissions import require

from linli_services_desk.cases import acceptance, delivery, handling, pausing, views
from linli_services_desk.cases.endpoints import CurrentTx, Expected
from linli_services_desk.cases.hand import load
from linli_services_desk.cases.schemas import (
    Accept,
    CaseMoved,
    CompleteStep,
    Decide,
    Deliver,
    NotIssue,
    Return,
    Supplement,
    WithNote,
    WithReason,
)
from linli_services_desk.context import CurrentDesk
from linli_services_desk.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/desk/v1/cases/{case_id}", tags=["cases"])
Accepting = Annotated[Viewer, Depends(require(POLICY, Permission.CASE_ACCEPT))]
Asking = Annotated[Viewer, Depends(require(POLICY, Permission.CASE_SUPPLEMENT))]
Handling = Annotated[Viewer, Depends(require(POLICY, Permission.CASE_HANDLE))]
Delivering = Annotated[Viewer, Depends(require(POLICY, Permission.CASE_DELIVER))]
Withdrawing = Annotated[Viewer, Depends(require(POLICY, Permission.CASE_WITHDRAW))]
Suspending = Annotated[Viewer, Depends(require(POLICY, Permission.CASE_SUSPEND))]
Reopening = Annotated[Viewer, Depends(require(POLICY, Permission.CASE_REOPEN))]


@router.post("/receive", response_model=CaseMoved)
async def receive(
    case_id: UUID, order: WithNote, viewer: Accepting, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Take the papers in: number and receipt."""
    case = await load(tx, desk, case_id, lock=True)
    documents = await acceptance.receive(tx, desk, case, expected, order.note)
    return fast_json(views.moved(desk, case.row, documents, tx.now), etag=case.row["version"])


@router.post("/accept", response_model=CaseMoved)
@hot
async def accept(
    case_id: UUID, order: Accept, viewer: Accepting, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Accept a complete case in one call: number, receipt, notice, and the deadline in working days."""
    case = await load(tx, desk, case_id, lock=True)
    documents = await acceptance.accept(tx, desk, case, expected, order.note)
    return fast_json(views.moved(desk, case.row, documents, tx.now), etag=case.row["version"])


@router.post("/not-accept", response_model=CaseMoved)
async def not_accept(
    case_id: UUID, order: WithReason, viewer: Accepting, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Refuse to accept, in writing and with the reason."""
    case = await load(tx, desk, case_id, lock=True)
    documents = await acceptance.not_accept(tx, desk, case, expected, order.reason)
    return fast_json(views.moved(desk, case.row, documents, tx.now), etag=case.row["version"])


@router.post("/supplement", response_model=CaseMoved)
async def supplement(
    case_id: UUID, order: Supplement, viewer: Asking, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """One notice that names everything at once; the clock stops. A second one needs an officer's reason."""
    case = await load(tx, desk, case_id, lock=True)
    documents = await pausing.ask_supplement(tx, desk, case, expected, order)
    return fast_json(views.moved(desk, case.row, documents, tx.now), etag=case.row["version"])


@router.post("/resume", response_model=CaseMoved)
async def resume(
    case_id: UUID, order: WithNote, viewer: Asking, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """The supplement is back, or the suspension ends: the deadline moves by the days it took."""
    case = await load(tx, desk, case_id, lock=True)
    await pausing.resume(tx, desk, case, expected, order.note)
    return fast_json(views.moved(desk, case.row, [], tx.now), etag=case.row["version"])


@router.post("/suspend", response_model=CaseMoved)
async def suspend(
    case_id: UUID, order: WithReason, viewer: Suspending, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """A special procedure (expertise, inquiry) holds the case; the clock stops."""
    case = await load(tx, desk, case_id, lock=True)
    await pausing.suspend(tx, case, expected, order.reason)
    return fast_json(views.moved(desk, case.row, [], tx.now), etag=case.row["version"])


@router.post("/steps/{step}/complete", response_model=CaseMoved)
@hot
async def complete_step(
    case_id: UUID,
    step: str,
    order: CompleteStep,
    viewer: Handling,
    expected: Expected,
    tx: CurrentTx,
    desk: CurrentDesk,
) -> Response:
    """Complete a check. Each step is another person's."""
    case = await load(tx, desk, case_id, lock=True)
    await handling.complete_step(tx, case, step, expected, order)
    return fast_json(views.moved(desk, case.row, [], tx.now), etag=case.row["version"])


@router.post("/return", response_model=CaseMoved)
async def send_back(
    case_id: UUID, order: Return, viewer: Handling, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Return to an earlier step, or to the window; a decided case once its certificate was refused the seal."""
    case = await load(tx, desk, case_id, lock=True)
    await handling.send_back(tx, case, expected, order.to_step, order.reason)
    return fast_json(views.moved(desk, case.row, [], tx.now), etag=case.row["version"])


@router.post("/decide", response_model=CaseMoved)
@hot
async def decide(
    case_id: UUID, order: Decide, viewer: Handling, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Decide a fully checked case; who checked it cannot. An approved certificate then waits for the seal."""
    case = await load(tx, desk, case_id, lock=True)
    documents = await handling.decide(tx, desk, case, expected, order)
    return fast_json(views.moved(desk, case.row, documents, tx.now), etag=case.row["version"])


@router.post("/not-issue", response_model=CaseMoved)
async def not_issue(
    case_id: UUID, order: NotIssue, viewer: Handling, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Once its seal was refused: the certificate is not issued after all, with reason, legal ground and remedy in writing."""
    case = await load(tx, desk, case_id, lock=True)
    documents = await handling.not_issue(tx, desk, case, expected, order)
    return fast_json(views.moved(desk, case.row, documents, tx.now), etag=case.row["version"])


@router.post("/deliver", response_model=CaseMoved)
async def deliver(
    case_id: UUID, order: Deliver, viewer: Delivering, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Hand the result out. A certificate must be sealed."""
    case = await load(tx, desk, case_id, lock=True)
    await delivery.deliver(tx, case, expected, order)
    return fast_json(views.moved(desk, case.row, [], tx.now), etag=case.row["version"])


@router.post("/close", response_model=CaseMoved)
async def close(
    case_id: UUID, order: WithNote, viewer: Delivering, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """File a delivered case."""
    case = await load(tx, desk, case_id, lock=True)
    await delivery.close(tx, case, expected, order.note)
    return fast_json(views.moved(desk, case.row, [], tx.now), etag=case.row["version"])


@router.post("/withdraw", response_model=CaseMoved)
async def withdraw(
    case_id: UUID, order: WithReason, viewer: Withdrawing, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """The applicant takes the application back."""
    case = await load(tx, desk, case_id, lock=True)
    await handling.withdraw(tx, case, expected, order.reason)
    return fast_json(views.moved(desk, case.row, [], tx.now), etag=case.row["version"])


@router.post("/reopen", response_model=CaseMoved)
async def reopen(
    case_id: UUID, order: WithReason, viewer: Reopening, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Begin again with the first step; numbers, papers and history stay."""
    case = await load(tx, desk, case_id, lock=True)
    await handling.reopen(tx, desk, case, expected, order.reason)
    return fast_json(views.moved(desk, case.row, [], tx.now), etag=case.row["version"])
