"""Routes of the register: founding, successors, lost keys, their confirmation; the authority's certificate and revocation list."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Query, Request
from linli_kernel.database import Database, Tx
from linli_kernel.errors import Forbidden
from linli_kernel.http import ServiceRouter, current_db, current_tx, fast_json, match_version
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import public, require
from starlette.responses import Response

from linli_supervision.clients.gateway import GatewayClient, Holder
from linli_supervision.clients.registry import RegistryClient
from linli_supervision.policy import POLICY, Permission
from linli_supervision.seals import persons, register, repository, resolving, takeover
from linli_supervision.seals.authority import authority_of, certificate_of
from linli_supervision.seals.endpoints import linli_of, rules_of
from linli_supervision.seals.errors import SealNotFound
from linli_supervision.seals.revocation import revocation_list
from linli_supervision.seals.schemas import (
    CandidateList,
    ChangeState,
    ChoosableResolutions,
    Confirmation,
    Founding,
    KeyLoss,
    Refusal,
    SealChange,
    SealChangePage,
    Succession,
)
from linli_supervision.seals.tables import seal_change

Db = Annotated[Database, Depends(current_db)]
Command = Annotated[Tx, Depends(current_tx)]
Version = Annotated[int, Depends(match_version)]
Proposer = Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_PROPOSE))]
Decider = Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_CONFIRM))]
Division = Annotated[str, Query(pattern="^[0-9]{12}$")]
County = Annotated[str, Path(pattern="^[0-9]{6}$")]
Position = Annotated[int, Path(ge=1, le=9)]
A_DAY = "public, max-age=86400"
AN_HOUR = "public, max-age=3600"

router = ServiceRouter(prefix="/api/supervision/v1", tags=["seals"])
public_router = ServiceRouter(prefix="/api/public/v1/seals", tags=["seals"], dependencies=[Depends(public(POLICY, Permission.SEAL_PUBLIC))])  # fmt: skip


async def _known(request: Request, viewer: Viewer, division: str) -> list[Holder]:
    """Who has a custodian's or an approver's post in the village; asked before any lock is taken."""
    if not viewer.covers(division):
        raise Forbidden
    gateway: GatewayClient = linli_of(request).extra["gateway"]
    rules = rules_of(request, viewer)
    return await gateway.holders(viewer.tenant, division, {*rules.custodian_roles, *rules.approver_roles})


async def _must_be_others(request: Request, viewer: Viewer, custodians: list[UUID], known: list[Holder]) -> None:
    """The custodians are different people, and none of them approves uses under another account."""
    approvers = {holder.id for holder in known if holder.role in rules_of(request, viewer).approver_roles}
    registry: RegistryClient = linli_of(request).extra["registry"]
    await persons.require_different(registry, viewer.tenant, custodians, approvers)


@router.get("/seal-candidates", response_model=CandidateList)
async def list_candidates(request: Request, viewer: Proposer, division: Division) -> Response:
    """What a new seal of a village can be: who may hold a piece, how many there are, how it is kept."""
    rules = rules_of(request, viewer)
    found = register.candidates(await _known(request, viewer, division), rules).values()
    items = [{"id": one.id, "name": one.name, "title": one.title} for one in found]
    statutory = linli_of(request).extra["eseal"] is not None
    return fast_json({"pieces": rules.pieces, "methods": rules.methods, "statutory": statutory, "items": items})


@router.get("/seal-resolutions", response_model=ChoosableResolutions)
async def list_resolutions(
    viewer: Proposer, database: Db, division: Division, limit: Limit = 50, cursor: CursorParam = None
) -> Response:
    """The resolutions of a village that can name custodians, newest first; a page may hold fewer than it looked at."""
    after = Cursor.parse(cursor, UUID)
    found, following = await resolving.choosable(database, viewer, division, after[0] if after else None, limit)
    items = [
        {"deliberation_id": one.deliberation_id, "title": one.title, "number": one.number, "day": one.day}
        for one in found
    ]
    return fast_json({"items": items, "next_cursor": Cursor.encode([following]) if following else None})


@router.post("/seals", status_code=201, response_model=SealChange)
async def found_seal(request: Request, viewer: Proposer, body: Founding, tx: Command) -> Response:
    """Propose a new seal and its custodians; it exists once the supervision committee confirms it."""
    rules = rules_of(request, viewer)
    holders = await _known(request, viewer, body.division)
    known = register.candidates(holders, rules)
    await _must_be_others(request, viewer, body.custodians, holders)
    statutory = linli_of(request).extra["eseal"] is not None
    made = await register.found(tx, viewer, body, rules, known, statutory=statutory)
    return fast_json(made, status=201, etag=made["version"])


@router.post("/seals/{seal_id}/custodians/{position}/successor", status_code=201, response_model=SealChange)
async def propose_successor(
    request: Request, viewer: Proposer, seal_id: UUID, position: Position, body: Succession, database: Db, tx: Command
) -> Response:  # fmt: skip
    """Propose who follows the custodian of a piece, by resolution."""
    row = await database.fetch_one(repository.one_seal(viewer, seal_id))
    if row is None:
        raise SealNotFound()
    rules = rules_of(request, viewer)
    holders = await _known(request, viewer, row["division"])
    known = register.candidates(holders, rules)
    held = await database.fetch_all(repository.custodians(row["tenant"], [seal_id]))
    staying = [holder["account"] for holder in held if holder["position"] != position]
    await _must_be_others(request, viewer, [*staying, body.account], holders)
    made = await register.succeed(tx, viewer, seal_id, position, body, known)
    return fast_json(made, status=201, etag=made["version"])


@router.post("/seals/{seal_id}/custodians/{position}/key/lost", status_code=201, response_model=SealChange)
async def report_lost(
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_LOST))],
    seal_id: UUID, position: Position, body: KeyLoss, tx: Command,
) -> Response:  # fmt: skip
    """Report a key lost: it signs no more, a running opening begins anew, the certificate is revoked."""
    made = await register.report_lost(tx, viewer, seal_id, position, body)
    return fast_json(made, status=201, etag=made["version"])


@router.post("/seals/{seal_id}/custodians/{position}/identity", status_code=201, response_model=SealChange)
async def ask_to_be_met(
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_LOST))],
    seal_id: UUID, position: Position, tx: Command,
) -> Response:  # fmt: skip
    """Ask a third person to make sure of a custodian: somebody else set the password, so no key is made before."""
    made = await register.ask_to_be_met(tx, viewer, seal_id, position)
    return fast_json(made, status=201, etag=made["version"])


@router.get("/seal-changes", response_model=SealChangePage)
async def list_changes(
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.SEAL_READ))],
    database: Db,
    seal_id: Annotated[UUID | None, Query()] = None,
    state: Annotated[ChangeState | None, Query()] = None,
    deliberation_id: Annotated[UUID | None, Query(description="whose resolution it rests upon")] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """The register's changes in your area, newest first."""
    query = repository.changes(viewer)
    c = seal_change.c
    for column, value in ((c.seal_id, seal_id), (c.state, state), (c.deliberation_id, deliberation_id)):
        if value is not None:
            query = query.where(column == value)
    if (after := Cursor.parse(cursor, UUID)) is not None:
        query = query.where(seal_change.c.id < after[0])
    rows = await database.fetch_all(query.order_by(seal_change.c.id.desc()).limit(limit + 1))
    kept, following = page(rows, limit, lambda row: [row["id"]])
    return fast_json({"items": [register.view(row, viewer) for row in kept], "next_cursor": following})


@router.post("/seal-changes/{change_id}/confirm", response_model=SealChange)
async def confirm(
    request: Request, viewer: Decider, change_id: UUID, version: Version, database: Db, tx: Command,
    body: Confirmation | None = None,
) -> Response:  # fmt: skip
    """Confirm a change: it takes effect. Of a lost key and an identity: the custodian is who it says, and may make a key."""
    heard = await takeover.heard_of_change(linli_of(request).extra["gateway"], database, viewer, change_id)
    met = body is not None and body.in_person
    made = await _decide(request, viewer, change_id, version, tx, heard=heard, in_person=met)
    return fast_json(made, etag=made["version"])


@router.post("/seal-changes/{change_id}/refuse", response_model=SealChange)
async def refuse(
    request: Request, viewer: Decider, change_id: UUID, body: Refusal, version: Version, tx: Command
) -> Response:
    """Refuse a change: everything stays as it is."""
    made = await _decide(request, viewer, change_id, version, tx, refusal=body.reason)
    return fast_json(made, etag=made["version"])


async def _decide(
    request: Request, viewer: Viewer, change_id: UUID, version: int, tx: Tx, **said: Any
) -> dict[str, Any]:
    place = linli_of(request).profiles.for_tenant(viewer.tenant)
    profile = f"{place.id}@{place.version}"
    return await register.decide(tx, viewer, change_id, version, rules_of(request, viewer), profile, **said)


@public_router.get("/{county}/authority.cer", response_class=Response)
async def get_authority(database: Db, county: County) -> Response:
    """The certificate (DER) that custodians' certificates of a county are checked with."""
    content = await certificate_of(database, county)
    return Response(content, media_type="application/pkix-cert", headers={"Cache-Control": A_DAY})


@public_router.get("/{county}/revoked.crl", response_class=Response)
async def get_revoked(request: Request, database: Db, county: County) -> Response:
    """The revocation list (DER) of a county's custodians, signed by its authority."""
    await certificate_of(database, county)
    async with database.transaction(county) as tx:
        authority = await authority_of(tx, linli_of(request).keyring)
        content = revocation_list(authority, await tx.all(repository.revoked(county)), tx.now)
    return Response(content, media_type="application/pkix-crl", headers={"Cache-Control": AN_HOUR})
