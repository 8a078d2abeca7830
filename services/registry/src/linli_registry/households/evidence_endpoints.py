"""Routes of the files that life events are shown by."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, File, Request, Response, UploadFile
from linli_kernel.database import Tx
from linli_kernel.events import Act
from linli_kernel.http import ApiModel, ServiceRouter, current_tx, fast_json, file_headers, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.permissions import require
from linli_kernel.uploads import LARGEST_FILE_BYTES

from linli_registry.context import Ctx, Db
from linli_registry.households import evidence, repository, service
from linli_registry.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/registry/v1/households", tags=["households"])
CurrentTx = Annotated[Tx, Depends(current_tx)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.HOUSEHOLD_READ))]
Writer = Annotated[Viewer, Depends(require(POLICY, Permission.HOUSEHOLD_WRITE))]


class KeptFile(ApiModel):
    """Name it in `files` of the event within a day; the sum tells that it arrived whole."""

    id: UUID
    media_type: str
    size: int
    sha256: str


@router.post("/{household_id}/evidence", response_model=KeptFile, status_code=201)
async def keep_evidence(
    household_id: UUID,
    context: Ctx,
    tx: CurrentTx,
    viewer: Writer,
    file: Annotated[UploadFile, File(description="PDF or photograph, at most 10 MB")],
) -> Response:
    """Bring a file for a life event of this household."""
    home = await repository.lock(tx, viewer, household_id, None)
    content = await file.read(LARGEST_FILE_BYTES + 1)
    name = file.filename or ""
    owner = evidence.Owner("household", household_id)
    kept = await evidence.keep(tx, context.keyring, viewer, owner, home["division"], name, content)
    return fast_json(kept, status=201)


@router.get(
    "/{household_id}/evidence/{file_id}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "the file"}},
)
async def read_evidence(
    request: Request, household_id: UUID, file_id: UUID, context: Ctx, db: Db, viewer: Reader
) -> Response:
    """A file of a life event, for those who may see the household; the look is recorded."""
    shown, members = await service.show(db, context, viewer, household_id)
    owner = evidence.Owner("household", household_id)
    row, content = await evidence.read(db, context.keyring, context.display(viewer), owner, file_id)
    act = Act(
        action="household.evidence",
        object_kind="household",
        object_id=household_id,
        people=members,
        division=shown["division"],
        detail={"file": str(file_id)},
    )
    await read_audit(request, viewer, act)
    return Response(content, media_type=row["media_type"], headers=file_headers(str(file_id)))
