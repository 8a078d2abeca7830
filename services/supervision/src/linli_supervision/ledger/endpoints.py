"""Routes of the log: what anybody may check, and what supervisors and auditors may read."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from linli_kernel.database import Database
from linli_kernel.events import Act
from linli_kernel.given import GivenMoment
from linli_kernel.http import ServiceRouter, current_db, fast_json, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import public, require
from starlette.responses import Response

from linli_supervision.clients.gateway import GatewayClient
from linli_supervision.ledger import repository, service
from linli_supervision.ledger.addresses import MAX_INDEX, Index, Log, Tenant, log_viewer, own_log, position
from linli_supervision.ledger.errors import EntryNotFound
from linli_supervision.ledger.reader import Proof, text_of
from linli_supervision.ledger.schemas import ConsistencyProof, EntryFull, EntryPage, InclusionProof, LogKey
from linli_supervision.ledger.tiles import WIDTH
from linli_supervision.policy import POLICY, Permission

SHORT = "public, max-age=2"
"""A checkpoint may be kept for a few seconds. Source: c2sp.org/tlog-tiles."""
BRIEF = "public, max-age=60"
"""A partial tile never changes either, but soon nobody asks for it: a cache shall not keep one for every growth."""
FOREVER = "public, max-age=31536000, immutable"

Size = Annotated[int | None, Query(ge=1, lt=MAX_INDEX, description="tree size; the newest checkpoint by default")]
EntryName = Annotated[str, Query(pattern="^([a-z-]{1,40}:)?[0-9]{1,15}$", description="index, or `<source>:<number>`")]


def _proof(proof: Proof, **more: object) -> dict[str, object]:
    return {
        "proof": [text_of(digest) for digest in proof.hashes],
        "root": text_of(proof.root),
        "size": proof.size,
        "checkpoint": proof.note.decode() if proof.note is not None else None,
        **more,
    }


async def get_checkpoint(log: Log) -> Response:
    """The newest signed checkpoint, a C2SP note, with the cosignatures that it has by now."""
    newest = await log.newest()
    return Response(
        await log.cosigned(newest.size, newest.note),
        media_type="text/plain; charset=utf-8",
        headers={"Cache-Control": SHORT},
    )


async def get_tile(log: Log, path: Annotated[str, Path(max_length=200)]) -> Response:
    """A hash tile of C2SP tlog-tiles: `<level>/<number>[.p/<width>]`."""
    tile, content = await log.public_tile(path)
    kept = FOREVER if tile.width == WIDTH else BRIEF
    return Response(content, media_type="application/octet-stream", headers={"Cache-Control": kept})


async def get_key(log: Log) -> Response:
    """The log's public key."""
    key = await log.key()
    return fast_json(
        {
            "origin": key.name,
            "key_id": key.id.hex(),
            "public_key": text_of(key.public_key),
            "verifier_key": str(key),
        }
    )


async def prove_inclusion(log: Log, entry: EntryName, size: Size = None) -> Response:
    """Prove that an entry is in the log."""
    index = await log.index_of(entry)
    proof, leaf_hash = await log.inclusion(index, size)
    return fast_json(_proof(proof, index=index, leaf_hash=text_of(leaf_hash)))


async def prove_consistency(
    log: Log,
    first: Annotated[int, Query(alias="from", ge=0, lt=MAX_INDEX)],
    second: Annotated[int | None, Query(alias="to", ge=0, lt=MAX_INDEX)] = None,
) -> Response:
    """Prove that the log of `from` entries is the beginning of the log of `to` entries."""
    return fast_json(_proof(await log.consistency(first, second), first=first))


def _log_routes(router: APIRouter, prefix: str) -> None:
    plain: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {}}}}
    binary: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}}}
    router.add_api_route(f"{prefix}/checkpoint", get_checkpoint, response_class=Response, responses=plain)
    router.add_api_route(f"{prefix}/tile/{{path:path}}", get_tile, response_class=Response, responses=binary)
    router.add_api_route(f"{prefix}/key", get_key, response_model=LogKey)
    router.add_api_route(f"{prefix}/proofs/inclusion", prove_inclusion, response_model=InclusionProof)
    router.add_api_route(f"{prefix}/proofs/consistency", prove_consistency, response_model=ConsistencyProof)


public_router = ServiceRouter(
    prefix="/api/public/v1/ledger",
    tags=["public ledger"],
    dependencies=[Depends(public(POLICY, Permission.LEDGER_PUBLIC))],
)
_log_routes(public_router, "/{tenant}")

proof_router = ServiceRouter(
    prefix="/api/supervision/v1/ledger",
    tags=["ledger"],
    dependencies=[Depends(require(POLICY, Permission.LEDGER_PROVE))],
)
_log_routes(proof_router, "/{tenant}")

router = ServiceRouter(prefix="/api/supervision/v1/ledger", tags=["ledger"])
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.LEDGER_READ))]


def _gateway(request: Request) -> GatewayClient:
    gateway: GatewayClient = request.app.state.linli.extra["gateway"]
    return gateway


@router.get("/{tenant}/entries", response_model=EntryPage)
async def list_entries(
    request: Request,
    viewer: Reader,
    tenant: Tenant,
    database: Annotated[Database, Depends(current_db)],
    log: Log,
    person: Annotated[UUID | None, Query(description="resident: who looked, who acted")] = None,
    actor: Annotated[UUID | None, Query(description="account that acted")] = None,
    object_id: Annotated[str | None, Query(alias="object", max_length=100, description="id of the object")] = None,
    case: Annotated[UUID | None, Query(description="case")] = None,
    action: Annotated[str | None, Query(max_length=100, description="such as `resident.reveal`")] = None,
    since: Annotated[GivenMoment | None, Query(alias="from", description="RFC 3339 with offset")] = None,
    until: Annotated[GivenMoment | None, Query(alias="to", description="RFC 3339 with offset, exclusive")] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Acts and events in your area, newest first."""
    viewer = log_viewer(request, viewer, tenant)
    tenant = own_log(viewer, tenant)
    before = Cursor.parse(cursor, position)
    wanted = repository.EntryFilter(person, actor, object_id, case, action, since, until)
    rows = await repository.list_entries(database, viewer, tenant, wanted, before[0] if before else None, limit)
    kept, next_cursor = page(rows, limit, lambda row: [row["index"]])
    size = (await log.newest()).size
    items = await service.shown(_gateway(request), kept, size)
    await read_audit(
        request,
        viewer,
        Act(
            action="ledger.search",
            object_kind="ledger",
            object_id=tenant,
            people=[person] if person else [],
            case_id=case,
            detail={"found": len(items)},
        ),
    )
    return fast_json({"items": items, "next_cursor": next_cursor, "size": size})


@router.get("/{tenant}/entries/{index}", response_model=EntryFull)
async def get_entry(
    request: Request,
    viewer: Reader,
    tenant: Tenant,
    index: Index,
    database: Annotated[Database, Depends(current_db)],
    log: Log,
) -> Response:
    """One entry with the bytes its leaf hash is computed from."""
    viewer = log_viewer(request, viewer, tenant)
    tenant = own_log(viewer, tenant)
    row = await repository.find_entry(database, viewer, tenant, index)
    if row is None:
        raise EntryNotFound()
    entry = service.with_bytes(row, (await log.newest()).size)
    await service.name_actors(_gateway(request), [entry])
    await read_audit(
        request,
        viewer,
        Act(action="ledger.read", object_kind="ledger-entry", object_id=entry["id"], division=row["division"]),
    )
    return fast_json(entry)
