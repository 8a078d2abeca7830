"""Routes of witnesses: who they are, what they signed, and the two letters that they send."""

from typing import Annotated, Any

from fastapi import Depends, Path, Request, Response
from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid, StaleVersion
from linli_kernel.events import Act
from linli_kernel.http import ServiceRouter, current_db, current_tx, fast_json, match_version
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, InPart, Limit, page
from linli_kernel.permissions import public, require
from linli_kernel.problems import from_domain_error, language, request_id_of

from linli_supervision.ledger.addresses import Log, Tenant, log_named, own_log, position
from linli_supervision.ledger.errors import LogNotFound
from linli_supervision.ledger.note import COSIGNATURE, NoteError, VerifierKey
from linli_supervision.policy import POLICY, Permission
from linli_supervision.witnesses import repository, service
from linli_supervision.witnesses.domain import Witness
from linli_supervision.witnesses.errors import SplitView, WitnessNotFound, WitnessRetired
from linli_supervision.witnesses.schemas import CheckpointPage, NewWitness, WitnessList, WitnessShown

SHORT = {"Cache-Control": "public, max-age=2"}
NOTE: dict[str, Any] = {"requestBody": {"required": True, "content": {"text/plain": {"schema": {"type": "string"}}}}}

public_router = ServiceRouter(prefix="/api/public/v1/ledger", tags=["public ledger"])
router = ServiceRouter(prefix="/api/supervision/v1/ledger", tags=["ledger"])
Db = Annotated[Database, Depends(current_db)]
CurrentTx = Annotated[Tx, Depends(current_tx)]
Anybody = Depends(public(POLICY, Permission.LEDGER_PUBLIC))
Witnessing = Depends(public(POLICY, Permission.LEDGER_WITNESS))
Keeper = Annotated[Viewer, Depends(require(POLICY, Permission.WITNESS_KEEP))]


@public_router.get("/{tenant}/witnesses", response_model=WitnessList, dependencies=[Anybody])
async def list_witnesses(request: Request, tenant: Tenant, db: Db, part: InPart) -> Response:
    """Who vouches for this log from outside, and how far each has signed it."""
    now = request.app.state.linli.clock.now()
    found = await repository.list_witnesses(db, log_named(tenant))
    return fast_json(part.of([service.shown(witness, now) for witness in found]), headers=SHORT)


@public_router.get("/{tenant}/checkpoints", response_model=CheckpointPage, dependencies=[Anybody])
async def list_checkpoints(tenant: Tenant, db: Db, limit: Limit = 20, cursor: CursorParam = None) -> Response:
    """Signed checkpoints with their cosignatures, newest first."""
    log, before = log_named(tenant), Cursor.parse(cursor, position)
    rows = await repository.list_checkpoints(db, log, before[0] if before else None, limit)
    kept, following = page(rows, limit, lambda row: [row["size"]])
    signed = await repository.cosignatures(db, log, [row["size"] for row in kept])
    items = service.with_cosignatures(kept, signed)
    return fast_json({"items": items, "next_cursor": following}, headers=SHORT)


@public_router.get("/{tenant}/cosigned-checkpoint", response_class=Response, dependencies=[Anybody])
async def cosigned_checkpoint(tenant: Tenant, log: Log, db: Db) -> Response:
    """The newest checkpoint that a witness has signed: a little older than the newest one, and vouched for from outside."""
    size = await repository.newest_cosigned(db, log_named(tenant))
    if size is None:
        raise LogNotFound()
    return Response(await log.note_with_cosignatures(size), media_type="text/plain; charset=utf-8", headers=SHORT)


@public_router.post(
    "/{tenant}/cosignatures", status_code=204, response_class=Response, dependencies=[Witnessing], openapi_extra=NOTE
)
async def cosign(request: Request, tenant: Tenant, tx: CurrentTx) -> Response:
    """A witness sends a checkpoint of this log with its cosignature below it (C2SP cosignature/v1).

    409 when this log never signed that checkpoint as its own: then there are two histories, and an alarm is raised.
    """
    tx.use_tenant(log_named(tenant))
    if not await service.take(tx, log_named(tenant), await request.body()):
        # Answered, not raised: raising would roll back the alarm.
        return from_domain_error(SplitView(), language(request), request_id_of(request))
    return Response(status_code=204)


@public_router.post(
    "/{tenant}/refusals", status_code=204, response_class=Response, dependencies=[Witnessing], openapi_extra=NOTE
)
async def refuse(request: Request, tenant: Tenant, tx: CurrentTx) -> Response:
    """A witness says why it will not sign, with both checkpoints as evidence; an alarm is raised."""
    tx.use_tenant(log_named(tenant))
    await service.hear_refusal(tx, log_named(tenant), await request.body())
    return Response(status_code=204)


@router.post("/{tenant}/witnesses", response_model=WitnessShown, status_code=201)
async def register(request: Request, tenant: Tenant, body: NewWitness, tx: CurrentTx, viewer: Keeper) -> Response:
    """Take the signatures of a witness from now on: an office of the county, a township, a supervision committee."""
    log = own_log(viewer, tenant)
    try:
        key = VerifierKey.parse(body.verifier_key, COSIGNATURE)
    except NoteError as error:
        fault = FieldError("/verifier_key", "witness.key", "不是见证人公钥", "Not a witness's key")
        raise Invalid(errors=[fault]) from error
    await service.register(tx, log, key, body.title, body.kind)
    return fast_json(await _as_stored(request, tx, log, key.name), status=201)


@router.post("/{tenant}/witnesses/{witness_id}/retire", response_model=WitnessShown)
async def retire(
    request: Request,
    tenant: Tenant,
    witness_id: Annotated[str, Path(pattern="^[0-9a-f]{8}$", description="key id of the witness")],
    tx: CurrentTx,
    viewer: Keeper,
    version: Annotated[int, Depends(match_version)],
) -> Response:
    """Take no more signatures of a witness; what it signed stays."""
    log = own_log(viewer, tenant)
    known = await repository.list_witnesses(tx.database, log)
    ids = {VerifierKey.parse(one.key, COSIGNATURE).id.hex(): one for one in known}
    if witness_id not in ids:
        raise WitnessNotFound()
    witness = ids[witness_id]
    if witness.retired_at is not None:
        raise WitnessRetired()
    if not await repository.retire(tx, log, witness.name, version):
        raise StaleVersion()
    tx.record(Act(action="witness.retire", object_kind="witness", object_id=witness.name))
    return fast_json(await _as_stored(request, tx, log, witness.name))


async def _as_stored(request: Request, tx: Tx, log: str, name: str) -> dict[str, Any]:
    row = await repository.find(tx, log, name)
    if row is None:
        raise WitnessNotFound()
    stored = {column: row[column] for column in ("name", "key", "title", "kind", "since", "retired_at", "version")}
    witness = Witness(**stored, size=None, signed_at=None, signature=None, note=None, waiting_since=None)
    return service.shown(witness, request.app.state.linli.clock.now())
