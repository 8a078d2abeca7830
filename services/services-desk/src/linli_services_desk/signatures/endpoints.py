"""Signatures of a case: drawn on the counter's own screen, listed, and looked at."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, File, Request, Response, UploadFile
from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound
from linli_kernel.events import Act
from linli_kernel.http import ApiModel, ServiceRouter, current_db, current_tx, fast_json, file_headers, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import InPart
from linli_kernel.permissions import require

from linli_services_desk.cases.hand import load
from linli_services_desk.cases.reading import row_of
from linli_services_desk.context import CurrentDesk
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.signatures import service

router = ServiceRouter(prefix="/api/desk/v1/cases/{case_id}/signatures", tags=["signatures"])
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.CASE_READ))]
CurrentDb = Annotated[Database, Depends(current_db)]


class Signature(ApiModel):
    """`on_pad`: drawn on the pad of a window, not on the witness's own screen."""

    id: UUID
    signed_at: datetime
    witness_name: str
    on_pad: bool


class SignatureList(ApiModel):
    items: list[Signature]
    next_cursor: str | None = None


@router.get("", response_model=SignatureList)
async def list_signatures(case_id: UUID, viewer: Reader, database: CurrentDb, part: InPart) -> Response:
    """When the applicant or agent signed, and who saw it."""
    await row_of(database, viewer, case_id)
    rows = await database.fetch_all(service.of_case(viewer, case_id))
    return fast_json(part.of([_shown(row) for row in rows]))


@router.post("", status_code=201, response_model=Signature)
async def sign(
    case_id: UUID,
    file: Annotated[UploadFile, File(description="PNG of the strokes, at most 300 KB")],
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.CASE_EDIT))],
    tx: Annotated[Tx, Depends(current_tx)],
    desk: CurrentDesk,
) -> Response:
    """Keep a signature drawn on the counter's own screen; the caller is its witness."""
    case = await load(tx, desk, case_id)
    content = await file.read(service.LARGEST_BYTES + 1)
    row = await service.keep(tx, desk, case.row, content, service.Witness(viewer.subject, viewer.name))
    return fast_json(_shown(row), status=201)


@router.get(
    "/{signature_id}",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}, "description": "the drawing"}},
)
async def get_signature(
    request: Request, case_id: UUID, signature_id: UUID, viewer: Reader, database: CurrentDb, desk: CurrentDesk
) -> Response:
    """The drawing, for those who may see the case; the look is recorded."""
    row = await database.fetch_one(service.one(viewer, case_id, signature_id))
    if row is None:
        raise NotFound
    people = [row["resident_id"]] if row["resident_id"] else []
    look = Act(
        action="signature.read",
        object_kind="case",
        object_id=case_id,
        people=people,
        division=row["division"],
        case_id=case_id,
    )
    await read_audit(request, viewer, look)
    content = desk.vault.open_file(row["content"], row["tenant"], "signature", "content", signature_id)
    return Response(content, media_type="image/png", headers=file_headers(f"{signature_id}.png"))


def _shown(row: object) -> dict[str, object]:
    found = dict(row)  # type: ignore[call-overload]
    shown = {name: found[name] for name in ("id", "signed_at", "witness_name")}
    return {**shown, "on_pad": found["pad_id"] is not None}
