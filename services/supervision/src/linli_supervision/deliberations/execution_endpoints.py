"""Routes of the carrying out: plan, reports, postponement, acceptance."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from linli_kernel.http import ServiceRouter
from linli_kernel.identity import Viewer
from linli_kernel.permissions import require
from starlette.responses import Response

from linli_supervision.deliberations import executing, schemas
from linli_supervision.deliberations.endpoints import Leader, Writer, answer
from linli_supervision.disclosures.place import Command, Version, profile_of
from linli_supervision.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/supervision/v1/deliberations", tags=["deliberations"])
Acceptor = Annotated[Viewer, Depends(require(POLICY, Permission.DELIBERATION_ACCEPT))]


@router.post("/{deliberation_id}/plan", response_model=schemas.FullDeliberation)
async def plan(
    request: Request, deliberation_id: UUID, said: schemas.Plan, viewer: Leader, version: Version, tx: Command
) -> Response:
    """Plan the carrying out: who answers for it, and the milestones with their days in order."""
    await executing.plan(tx, viewer, profile_of(request, viewer.tenant), deliberation_id, version, said)
    return await answer(request, tx, viewer, deliberation_id)


@router.post("/{deliberation_id}/report", response_model=schemas.FullDeliberation)
async def report(
    request: Request, deliberation_id: UUID, said: schemas.Progress, viewer: Writer, version: Version, tx: Command
) -> Response:
    """Tell how far the next milestone is. It is reached with a photograph or a paper, attached before."""
    await executing.report(tx, viewer, profile_of(request, viewer.tenant), deliberation_id, version, said)
    return await answer(request, tx, viewer, deliberation_id)


@router.post("/{deliberation_id}/postpone", response_model=schemas.FullDeliberation)
async def postpone(
    request: Request, deliberation_id: UUID, said: schemas.Delay, viewer: Leader, version: Version, tx: Command
) -> Response:
    """Move the day of the next milestone back, saying why; the first day stays on record."""
    await executing.postpone(tx, viewer, profile_of(request, viewer.tenant), deliberation_id, version, said)
    return await answer(request, tx, viewer, deliberation_id)


@router.post("/{deliberation_id}/complete", response_model=schemas.FullDeliberation)
async def complete(
    request: Request, deliberation_id: UUID, said: schemas.Completion, viewer: Leader, version: Version, tx: Command
) -> Response:
    """Bring what was carried out before the supervision committee, with its cost where the procedure asks for it."""
    await executing.complete(tx, viewer, profile_of(request, viewer.tenant), deliberation_id, version, said)
    return await answer(request, tx, viewer, deliberation_id)


@router.post("/{deliberation_id}/accept", response_model=schemas.FullDeliberation)
async def accept(
    request: Request, deliberation_id: UUID, said: schemas.Judgement, viewer: Acceptor, version: Version, tx: Command
) -> Response:
    """The supervision committee accepts what was carried out; the publication of the result comes next."""
    await executing.accept(tx, viewer, profile_of(request, viewer.tenant), deliberation_id, version, said)
    return await answer(request, tx, viewer, deliberation_id)


@router.post("/{deliberation_id}/send-back", response_model=schemas.FullDeliberation)
async def send_back(
    request: Request, deliberation_id: UUID, said: schemas.SentBack, viewer: Acceptor, version: Version, tx: Command
) -> Response:
    """The supervision committee says what has to be put right and by when."""
    await executing.send_back(tx, viewer, profile_of(request, viewer.tenant), deliberation_id, version, said)
    return await answer(request, tx, viewer, deliberation_id)
