"""The commands on a whistle. Each takes `If-Match` and answers with the whistle as it stands now."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from linli_kernel.http import ServiceRouter
from linli_kernel.identity import Viewer
from linli_kernel.permissions import require

from linli_services_desk.cases.schemas import WithNote, WithReason
from linli_services_desk.context import CurrentDesk
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.whistles import handling, reporting
from linli_services_desk.whistles.endpoints import CurrentTx, Expected, whole
from linli_services_desk.whistles.hand import load
from linli_services_desk.whistles.schemas import (
    AssignDepartments,
    CallDepartments,
    DepartmentAnswer,
    JoinInto,
    SendWhistleBack,
    Whistle,
)

router = ServiceRouter(prefix="/api/desk/v1/whistles/{whistle_id}", tags=["whistles"])
Checking = Annotated[Viewer, Depends(require(POLICY, Permission.WHISTLE_CHECK))]
Sorting = Annotated[Viewer, Depends(require(POLICY, Permission.WHISTLE_SORT))]
Whistling = Annotated[Viewer, Depends(require(POLICY, Permission.WHISTLE_BLOW))]
Handling = Annotated[Viewer, Depends(require(POLICY, Permission.WHISTLE_HANDLE))]


@router.post("/call", response_model=Whistle)
async def call(
    whistle_id: UUID, order: WithNote, viewer: Checking, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """The village checked a resident's report and calls the township."""
    await handling.call_township(tx, desk, await load(tx, desk, whistle_id), expected, order.note)
    return await whole(tx, desk, viewer, whistle_id)


@router.post("/dismiss", response_model=Whistle)
async def dismiss(
    whistle_id: UUID, order: WithReason, viewer: Sorting, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """No matter for departments; the resident reads the reason. By the village before its call, by the township after it."""
    await handling.dismiss(tx, desk, await load(tx, desk, whistle_id), expected, order.reason)
    return await whole(tx, desk, viewer, whistle_id)


@router.post("/join", response_model=Whistle)
async def join(
    whistle_id: UUID, order: JoinInto, viewer: Sorting, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Join to another open whistle of the village; its reporters follow and rate that one."""
    await reporting.join(tx, desk, await load(tx, desk, whistle_id), expected, order.into_id)
    return await whole(tx, desk, viewer, whistle_id)


@router.post("/whistle", response_model=Whistle)
async def blow(
    whistle_id: UUID, order: CallDepartments, viewer: Whistling, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """The township whistles for one or several departments; their clocks run from now."""
    await handling.whistle(tx, desk, await load(tx, desk, whistle_id), expected, order)
    return await whole(tx, desk, viewer, whistle_id)


@router.post("/assign", response_model=Whistle)
async def assign(
    whistle_id: UUID, order: AssignDepartments, viewer: Whistling, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Call further departments, or a new lead after the first declined."""
    await handling.assign_more(tx, desk, await load(tx, desk, whistle_id), expected, order.departments)
    return await whole(tx, desk, viewer, whistle_id)


@router.post("/report-in", response_model=Whistle)
async def report_in(
    whistle_id: UUID, order: WithNote, viewer: Handling, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """报到: the department has come."""
    await handling.report_in(tx, desk, await load(tx, desk, whistle_id), expected, order.note)
    return await whole(tx, desk, viewer, whistle_id)


@router.post("/decline", response_model=Whistle)
async def decline(
    whistle_id: UUID, order: WithReason, viewer: Handling, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """退单: not this department's task, with the reason; only before reporting in."""
    await handling.decline(tx, desk, await load(tx, desk, whistle_id), expected, order.reason)
    return await whole(tx, desk, viewer, whistle_id)


@router.post("/solve", response_model=Whistle)
async def solve(
    whistle_id: UUID, order: DepartmentAnswer, viewer: Handling, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """The department's answer; the lead's comes last."""
    await handling.solve(tx, desk, await load(tx, desk, whistle_id), expected, order.answer)
    return await whole(tx, desk, viewer, whistle_id)


@router.post("/close", response_model=Whistle)
async def close(
    whistle_id: UUID, order: WithNote, viewer: Whistling, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """销哨: only the whistler."""
    await handling.close(tx, desk, await load(tx, desk, whistle_id), expected, order.note)
    return await whole(tx, desk, viewer, whistle_id)


@router.post("/send-back", response_model=Whistle)
async def send_back(
    whistle_id: UUID, order: SendWhistleBack, viewer: Whistling, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Not solved: back to the departments with the reason; only the whistler."""
    await handling.send_back(tx, desk, await load(tx, desk, whistle_id), expected, order)
    return await whole(tx, desk, viewer, whistle_id)


@router.post("/take-over", response_model=Whistle)
async def take_over(
    whistle_id: UUID, order: WithReason, viewer: Whistling, expected: Expected, tx: CurrentTx, desk: CurrentDesk
) -> Response:
    """Another officer of the township becomes the whistler, with the reason."""
    await handling.take_over(tx, desk, await load(tx, desk, whistle_id), expected, order.reason)
    return await whole(tx, desk, viewer, whistle_id)
