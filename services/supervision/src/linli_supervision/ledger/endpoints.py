"""Routes of the log: what anybody may check, and what supervisors and auditors may read."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from linli_kernel.database import Database
from linli_kernel.events import Act
from linli_kernel.given import GivenMoment
from linli_kernel.http import ServiceRouter, current_db, fast_json, read_audit
from linli_kernel.identity import ANY_TENANT, Role, Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import public, require
from starlette.responses import Response

from linli_supervision.clients.gateway import GatewayClient
from linli_supervision.ledger import repository, service
from linli_supervision.ledger.errors import EntryNotFound, LogNotFound
from linli_supervision.ledger.reader import LogReader, Proof, text_of
from linli_supervision.ledger.schemas import ConsistencyProof, EntryFull, EntryPage, InclusionProof, LogKey
from linli_supervision.policy import POLICY, Permission

MAX_INDEX = 2**53
"""Indexes travel as JSON numbers; beyond this a browser cannot tell them apart."""
SHORT = "public, max-age=2"
"""A checkpoint may be kept for a few seconds. Source: c2sp.org/tlog-tiles."""
FOREVER = "public, max-age=31536000, immutable"

Tenant = Annotated[str, Path(pattern="^[a-z0-9]{2,20}$", description="county, such as 421202, or `system`")]
SYSTEM = "system"
"""How the log of acts that belong to no county (tenant `*`) is called in addresses."""
READERS_OF_SYSTEM = {Role.SYSTEM_ADMIN, Role.AUDITOR}
Index = Annotated[int, Path(ge=0, lt=MAX_INDEX)]
Size = Annotated[int | None, Query(ge=1, lt=MAX_INDEX, description="tree size; the newest checkpoint by default")]
EntryName = Annotated[str, Query(pattern="^([a-z-]{1,40}:)?[0-9]{1,15}$", description="index, or `<source>:<number>`")]


def _log_named(name: str) -> str:
    return ANY_TENANT if name == SYSTEM else name


async def log_reader(tenant: Tenant, database: Annotated[Database, Depends(current_db)]) -> LogReader:
    return LogReader(database, _log_named(tenant))


Log = Annotated[LogReader, Depends(log_reader)]


def _proof(proof: Proof, **more: object) -> dict[str, object]:
    return {
        "proof": [text_of(digest) for digest in proof.hashes],
        "root": text_of(proof.root),
        "size": proof.size,
        "checkpoint": proof.note.decode() if proof.note is not None else None,
        **more,
    }


async def get_checkpoint(log: Log) -> Response:
    """The newest signed checkpoint, a C2SP note."""
    newest = await log.newest()
    return Response(newest.note, media_type="text/plain; charset=utf-8", headers={"Cache-Control": SHORT})


async def get_tile(log: Log, path: Annotated[str, Path(max_length=200)]) -> Response:
    """A hash tile of C2SP tlog-tiles: `<level>/<number>[.p/<width>]`."""
    content = await log.public_tile(path)
    return Response(content, media_type="application/octet-stream", headers={"Cache-Control": FOREVER})


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


def _position(text: str) -> int:
    index = int(text)
    if not 0 <= index < MAX_INDEX:
        raise ValueError(text)
    return index


def _own_log(viewer: Viewer, name: str) -> str:
    """Return the log if the viewer may read it: the own county's, and the system's for those who watch the system."""
    tenant = _log_named(name)
    if tenant == ANY_TENANT:
        if viewer.role not in READERS_OF_SYSTEM:
            raise LogNotFound()
    elif tenant != viewer.tenant:
        raise LogNotFound()
    return tenant


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
    tenant = _own_log(viewer, tenant)
    before = Cursor.parse(cursor, _position)
    wanted = repository.EntryFilter(
        person, actor, object_id, case, action, repository.aware(since, "from"), repository.aware(until, "to")
    )
    rows = await repository.list_entries(database, viewer, tenant, wanted, before[0] if before else None, limit)
    kept, next_cursor = page(rows, limit, lambda row: [row["index"]])
    size = (await log.newest()).size
    items = [service.describe(row, size) for row in kept]
    await service.name_actors(_gateway(request), items)
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
    tenant = _own_log(viewer, tenant)
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
