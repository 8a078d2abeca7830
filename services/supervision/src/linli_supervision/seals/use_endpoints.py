"""Routes of one seal use, reachable below its seal and by its own id alike."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from linli_kernel.database import Database, Tx
from linli_kernel.errors import Forbidden, Invalid
from linli_kernel.http import ServiceRouter, current_db, current_tx, fast_json, file_headers, match_version
from linli_kernel.identity import Role, Viewer
from linli_kernel.permissions import require, viewer_of
from starlette.responses import Response

from linli_supervision.policy import POLICY, Permission
from linli_supervision.seals import announce, endpoints, opening, persons, repository, service
from linli_supervision.seals.endpoints import PDF_ANSWER, linli_of, rules_of
from linli_supervision.seals.errors import DocumentNotFound, SealUseNotFound
from linli_supervision.seals.schemas import Refusal, SealUse, Signature, ToBeSigned

Db = Annotated[Database, Depends(current_db)]
Command = Annotated[Tx, Depends(current_tx)]
Version = Annotated[int, Depends(match_version)]
commands = ServiceRouter()


async def use_of_seal(request: Request, seal_id: UUID, use_id: UUID, database: Db) -> None:
    """A use is found below its own seal only."""
    row = await database.fetch_one(repository.seal_of_use(viewer_of(request), use_id))
    if row is not None and row["seal_id"] != seal_id:
        raise SealUseNotFound()


@commands.get("", response_model=SealUse)
async def get_use(
    request: Request,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_READ))],
    use_id: UUID,
    database: Db,
) -> Response:
    """One seal use: who opened, who signed, whose turn it is."""
    return await endpoints.answer(database, request, viewer, use_id)


@commands.get("/document", response_class=Response, responses=PDF_ANSWER)
async def get_document(
    request: Request,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_DOCUMENT))],
    use_id: UUID,
    database: Db,
) -> Response:
    """The PDF that is to be sealed, or the sealed one."""
    return await endpoints.document(request, viewer, database, use_id)


@commands.post("/approve", response_model=SealUse)
async def approve(
    request: Request,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_APPROVE))],
    use_id: UUID,
    version: Version,
    database: Db,
    tx: Command,
) -> Response:
    """Approve a use. Neither a custodian nor the requester may, under whatever account."""
    await persons.require_a_third_approver(linli_of(request).extra["registry"], database, viewer, use_id)
    await service.approve(tx, viewer, rules_of(request, viewer), use_id, version)
    return await endpoints.answer_in(tx, request, viewer, use_id)


@commands.post("/refuse", response_model=SealUse)
async def refuse(
    request: Request,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_REFUSE))],
    use_id: UUID,
    body: Refusal,
    tx: Command,
) -> Response:
    """Refuse a use with a reason: a custodian at any time, an approver while it is requested."""
    await service.refuse(tx, viewer, rules_of(request, viewer), use_id, body.reason)
    return await endpoints.answer_in(tx, request, viewer, use_id)


@commands.post("/cancel", response_model=SealUse)
async def cancel(
    request: Request,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_CANCEL))],
    use_id: UUID,
    version: Version,
    tx: Command,
) -> Response:
    """Take back your own request before the seal is opened."""
    await service.cancel(tx, viewer, use_id, version)
    return await endpoints.answer_in(tx, request, viewer, use_id)


@commands.post("/open", response_model=SealUse)
async def confirm_opening(
    request: Request,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_OPEN))],
    use_id: UUID,
    tx: Command,
) -> Response:
    """Open the seal together (同启): every custodian within the window that the first one starts."""
    await opening.confirm_opening(tx, viewer, linli_of(request).keyring, use_id)
    return await endpoints.answer_in(tx, request, viewer, use_id)


@commands.get("/to-be-signed", response_model=ToBeSigned)
async def to_be_signed(
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_SIGN))],
    use_id: UUID,
    database: Db,
) -> Response:
    """The bytes that your own device signs, when it is your turn."""
    return fast_json(
        await opening.to_be_signed(database, viewer, use_id, database.clock.now()),
        headers={"Cache-Control": "no-store"},
    )


@commands.post("/sign", response_model=SealUse)
async def sign(
    request: Request,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_SIGN))],
    use_id: UUID,
    body: Signature,
    tx: Command,
) -> Response:
    """Sign (同签); after the last custodian the seal is closed by itself (同封)."""
    await opening.sign(tx, viewer, linli_of(request).keyring, use_id, body.signature)
    return await endpoints.answer_in(tx, request, viewer, use_id)


def _below(prefix: str, *dependencies: Any) -> APIRouter:
    """The commands under a prefix of their own, flat: a router inside a router hides its routes from whoever lists them."""
    made = ServiceRouter(prefix=prefix, tags=["seals"], dependencies=dependencies)
    for route in commands.routes:
        if isinstance(route, APIRoute):
            made.add_api_route(
                route.path,
                route.endpoint,
                methods=sorted(route.methods or ()),
                response_model=route.response_model,
                response_class=route.response_class,
                responses=route.responses,
            )
    return made


def routers() -> list[APIRouter]:
    """The commands below the seal, and below the use's own id."""
    return [
        _below("/api/supervision/v1/seals/{seal_id}/uses/{use_id}", Depends(use_of_seal)),
        _below("/api/supervision/v1/uses/{use_id}"),
    ]


internal = ServiceRouter(prefix="/internal/v1/seal-uses", include_in_schema=False)
ServiceCaller = Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_FETCH))]


def _tenant(request: Request, viewer: Viewer) -> Viewer:
    """The calling service, bound to the tenant that its header names."""
    if viewer.role is not Role.SERVICE:
        raise Forbidden()
    tenant = request.headers.get("x-linli-tenant", "")
    if not tenant:
        raise Invalid()
    return opening.system_viewer(tenant)


@internal.get("/{use_id}")
async def get_sealed_use(request: Request, caller: ServiceCaller, use_id: UUID, database: Db) -> Response:
    """State, digest and signers of a use, for the desk's verification page."""
    viewer = _tenant(request, caller)
    row = await database.fetch_one(repository.one_use(viewer, use_id))
    if row is None:
        raise SealUseNotFound()
    signatures = await database.fetch_all(repository.signatures(viewer.tenant, [use_id]))
    return fast_json(
        {
            "use_id": use_id,
            "seal_name": row["seal_name"],
            "state": row["state"],
            "sha256": row["sealed_sha256"],
            "sealed_at": row["ended_at"] if row["state"] == "sealed" else None,
            "signers": announce.signers(signatures),
        }
    )


@internal.get("/{use_id}/document")
async def get_sealed_document(request: Request, caller: ServiceCaller, use_id: UUID, database: Db) -> Response:
    """The sealed PDF, for the desk."""
    viewer = _tenant(request, caller)
    row = await database.fetch_one(repository.document_of(viewer, use_id))
    if row is None or row["sealed_document"] is None:
        raise DocumentNotFound()
    place = service.place_of(viewer.tenant, use_id, "sealed_document")
    content = linli_of(request).keyring.decrypt_bytes(bytes(row["sealed_document"]), **place)
    return Response(content, media_type="application/pdf", headers=file_headers(f"{use_id}.pdf"))
