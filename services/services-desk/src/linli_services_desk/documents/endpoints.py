"""Papers of a case, the unsealed certificate for supervision, and the page that verifies any paper."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response
from linli_kernel import public_tokens as tokens
from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid, NotFound
from linli_kernel.events import Act
from linli_kernel.http import (
    ApiModel,
    ServiceRouter,
    current_db,
    current_tx,
    fast_json,
    file_headers,
    read_audit,
    reads,
)
from linli_kernel.identity import Viewer
from linli_kernel.pagination import InPart
from linli_kernel.permissions import public, require
from pydantic import Field
from sqlalchemy import select

from linli_services_desk.cases.reading import row_of
from linli_services_desk.cases.schemas import DocumentBrief, DocumentList
from linli_services_desk.context import CurrentDesk
from linli_services_desk.documents import refusing, service
from linli_services_desk.documents.issuing import brief
from linli_services_desk.documents.tables import STAMPED, document
from linli_services_desk.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/desk/v1", tags=["documents"])
internal_router = ServiceRouter(prefix="/internal/v1", include_in_schema=False)
public_router = ServiceRouter(
    prefix="/api/public/v1", tags=["public"], dependencies=[Depends(public(POLICY, Permission.PUBLIC_VERIFICATION))]
)
CurrentDb = Annotated[Database, Depends(current_db)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.DOCUMENT_READ))]
PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}, "description": "the paper"}}


class Verification(ApiModel):
    """What a paper is and whether it is sealed, stamped by hand on paper, or void since its seal was refused. `matches` answers a sent digest; nothing here names the holder."""

    kind: str
    title: str
    number: str
    issuer: str
    issued_at: str
    state: Literal["issued", "awaiting_seal", "sealed", "stamped", "void"]
    sha256: str | None
    sealed_at: str | None
    signers: list[dict[str, Any]]
    matches: bool | None = None


class RefusedOrder(ApiModel):
    """`matter_id` is a `refused` entry of the catalogue, `name` whoever asked, as it is to stand on the note."""

    matter_id: UUID
    name: Annotated[str, Field(min_length=1, max_length=50)]
    division: Annotated[str | None, Field(pattern="^[0-9]{12}$", description="village; default: the viewer's own")] = (
        None
    )


class FileDigest(ApiModel):
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


@router.get("/cases/{case_id}/documents", response_model=DocumentList, responses=PDF)
async def case_documents(
    request: Request,
    case_id: UUID,
    viewer: Reader,
    database: CurrentDb,
    desk: CurrentDesk,
    part: InPart,
    kind: Annotated[str | None, Query(max_length=40, description="answers the newest paper of this kind")] = None,
    accept: Annotated[str | None, Header()] = None,
) -> Response:
    """The papers of a case as a list; with `kind` or `Accept: application/pdf` the newest as PDF."""
    row = await row_of(database, viewer, case_id)
    rows = await database.fetch_all(service.of_case(viewer, case_id))
    if kind is None and (accept or "").split(",")[0].split(";")[0].strip() != "application/pdf":
        return fast_json(part.of([brief(item) for item in rows]), etag=row["version"])
    chosen = [item for item in rows if kind in (None, item["kind"])]
    if not chosen:
        raise NotFound
    return await _shown(request, database, desk, viewer, chosen[-1])


@router.get("/documents/{document_id}", response_class=Response, responses=PDF)
async def get_document(
    request: Request,
    document_id: UUID,
    viewer: Reader,
    database: CurrentDb,
    desk: CurrentDesk,
    layout: Annotated[Literal["a4", "slip"], Query(description="`slip`: a receipt for an 80 mm printer")] = "a4",
) -> Response:
    """The paper as PDF. A certificate that waits for its seal comes as a draft; one that is stamped by hand, with a place for it."""
    row = await database.fetch_one(service.one(viewer, document_id))
    if row is None:
        raise NotFound
    if layout == "slip":
        if row["kind"] != "receipt":
            raise Invalid(errors=[FieldError("/layout", "desk.no_slip", "只有回执有小票", "Only receipts have a slip")])
        await _read(request, viewer, row)
        return _pdf(await service.slip(database, desk, row), row)
    return await _shown(request, database, desk, viewer, row)


@router.post("/refusal-notes", status_code=201, response_model=DocumentBrief)
async def refuse_certificate(
    order: RefusedOrder,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.CERTIFICATE_REFUSE))],
    tx: Annotated[Tx, Depends(current_tx)],
    desk: CurrentDesk,
) -> Response:
    """A note for somebody who asked for a certificate that the village must not issue: who issues it, and the remedy."""
    paper = await refusing.hand_out(tx, desk, order.matter_id, order.name, order.division)
    return fast_json(paper, status=201, headers={"Location": paper["href"]})


@internal_router.get("/documents/{document_id}", response_class=Response)
async def fetch_for_seal(
    request: Request,
    document_id: UUID,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.DOCUMENT_FETCH))],
    database: CurrentDb,
    desk: CurrentDesk,
    tenant: Annotated[str, Header(alias="X-Linli-Tenant", max_length=32)],
) -> Response:
    """The very bytes that the custodians sign (service tokens only)."""
    row = await database.fetch_one(select(document).where(document.c.tenant == tenant, document.c.id == document_id))
    if row is None:
        raise NotFound
    act = Act(
        action="document.fetch",
        object_kind="document",
        object_id=document_id,
        division=row["division"],
        case_id=row["case_id"],
    )
    await read_audit(request, viewer, act, tenant)
    return _pdf(await service.final_pdf(database, desk, row), row)


@public_router.get("/verifications/{token}", response_model=Verification)
async def verify(token: str, database: CurrentDb) -> Response:
    """What this paper is: its kind, number, issuer and day, its digest, and who sealed it."""
    return fast_json(_verification(await _by_token(database, token)))


@public_router.post("/verifications/{token}", response_model=Verification)
@reads
async def verify_file(token: str, sent: FileDigest, database: CurrentDb) -> Response:
    """Compare the SHA-256 of a file at hand with that of the paper."""
    row = await _by_token(database, token)
    known = row["sealed_sha256"] if row["state"] in ("sealed", STAMPED) else row["sha256"]
    return fast_json({**_verification(row), "matches": known is not None and known == sent.sha256})


async def _by_token(database: Database, text: str) -> Any:
    token = tokens.parse(text)
    row = None
    if token is not None:
        row = await database.fetch_one(
            select(document).where(document.c.tenant == token.tenant, document.c.token == token.secret)
        )
    if row is None:
        raise NotFound
    return row


def _verification(row: Any) -> dict[str, Any]:
    return {
        "kind": row["kind"],
        "title": row["title"],
        "number": row["number"],
        "issuer": row["issuer"],
        "issued_at": row["issued_at"],
        "state": row["state"],
        # What was stamped is the paper: no file of it counts.
        "sha256": None if row["state"] == STAMPED else row["sealed_sha256"] or row["sha256"],
        "sealed_at": row["sealed_at"],
        "signers": row["signers"],
        "matches": None,
    }


async def _shown(request: Request, database: Database, desk: CurrentDesk, viewer: Viewer, row: Any) -> Response:
    await _read(request, viewer, row)
    return _pdf(await service.shown_pdf(database, desk, row), row)


async def _read(request: Request, viewer: Viewer, row: Any) -> None:
    act = Act(
        action="document.read",
        object_kind="document",
        object_id=row["id"],
        people=[row["resident_id"]] if row["resident_id"] else [],
        division=row["division"],
        case_id=row["case_id"],
        detail={"kind": row["kind"], "number": row["number"]},
    )
    await read_audit(request, viewer, act)


def _pdf(content: bytes, row: Any) -> Response:
    return Response(content, media_type="application/pdf", headers=file_headers(f"{row['kind']}-{row['id']}.pdf"))
