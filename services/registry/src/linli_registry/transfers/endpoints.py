"""Transfer routes: each county sees and moves its own side."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from linli_kernel.app import Linli
from linli_kernel.database import Tx
from linli_kernel.events import Act
from linli_kernel.http import ServiceRouter, current_tx, fast_json, file_headers, match_version, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require

from linli_registry.context import Ctx, Db
from linli_registry.policy import POLICY, Permission
from linli_registry.transfers import papers, repository, service
from linli_registry.transfers.schemas import (
    Accept,
    Close,
    NewTransfer,
    Refuse,
    Side,
    TransferPage,
    TransferState,
    TransferView,
)

router = ServiceRouter(prefix="/api/registry/v1/transfers", tags=["transfers"])
CurrentTx = Annotated[Tx, Depends(current_tx)]
Version = Annotated[int, Depends(match_version)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.TRANSFER_READ))]
Writer = Annotated[Viewer, Depends(require(POLICY, Permission.TRANSFER_WRITE))]


def _moved(request: Request, tx: Tx, key: UUID, status: int = 200) -> Response:
    linli: Linli = request.app.state.linli
    tx.after_commit(linli.extra["transfers"].poke)
    return fast_json({"id": key}, status=status, headers={"Location": f"/api/registry/v1/transfers/{key}"})


@router.post("", response_model=dict[str, UUID], status_code=201)
async def ask_for_transfer(
    request: Request, body: NewTransfer, context: Ctx, tx: CurrentTx, viewer: Writer
) -> Response:
    """Ask another county to take people of a household; they stay here until it has accepted."""
    return _moved(request, tx, await service.ask(tx, context, viewer, body), 201)


@router.get("", response_model=TransferPage)
async def list_transfers(
    request: Request,
    context: Ctx,
    db: Db,
    viewer: Reader,
    side: Annotated[Side | None, Query()] = None,
    state: Annotated[TransferState | None, Query()] = None,
    resident_id: UUID | None = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Transfers from and to your area, newest first; those to decide have side `destination`, state `waiting`."""
    after = Cursor.parse(cursor, UUID)
    rows = await repository.find_page(db, viewer, side, state, resident_id, after[0] if after else None, limit + 1)
    kept, following = page(rows, limit, lambda row: (row["id"],))
    people = sorted({UUID(person) for row in kept for person in row["people"]})
    act = Act(action="transfer.list", object_kind="transfer", object_id="", people=people)
    await read_audit(request, viewer, act)
    items = await service.show(db, context, viewer, kept)
    return fast_json({"items": items, "next_cursor": following})


@router.get("/{transfer_id}", response_model=TransferView)
async def get_transfer(request: Request, transfer_id: UUID, context: Ctx, db: Db, viewer: Reader) -> Response:
    """Your side of a transfer with its people, masked."""
    row = await repository.find_one(db, viewer, transfer_id)
    people = [UUID(person) for person in row["people"]]
    act = Act(action="transfer.read", object_kind="transfer", object_id=transfer_id, people=people)
    await read_audit(request, viewer, act)
    return fast_json((await service.show(db, context, viewer, [row]))[0], etag=row["version"])


@router.get(
    "/{transfer_id}/evidence/{file_id}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "the file"}},
)
async def read_transfer_evidence(
    request: Request, transfer_id: UUID, file_id: UUID, context: Ctx, db: Db, viewer: Reader
) -> Response:
    """A paper of a transfer, on either side of it; the look is recorded."""
    row = await repository.find_one(db, viewer, transfer_id)
    file, content = await papers.read(db, context.keyring, context.display(viewer), transfer_id, file_id)
    who = {"people": [UUID(person) for person in row["people"]], "division": row["division"]}
    detail = {"file": str(file_id)}
    act = Act(action="transfer.evidence", object_kind="transfer", object_id=transfer_id, detail=detail, **who)
    await read_audit(request, viewer, act)
    return Response(content, media_type=file["media_type"], headers=file_headers(str(file_id)))


@router.post("/{transfer_id}/accept", response_model=dict[str, UUID])
async def accept_transfer(
    request: Request, transfer_id: UUID, body: Accept, context: Ctx, tx: CurrentTx, version: Version, viewer: Writer
) -> Response:
    """Take the people in from a day on; the origin then closes them by itself."""
    await service.accept(tx, context, viewer, transfer_id, version, body)
    return _moved(request, tx, transfer_id)


@router.post("/{transfer_id}/refuse", response_model=dict[str, UUID])
async def refuse_transfer(
    request: Request, transfer_id: UUID, body: Refuse, tx: CurrentTx, version: Version, viewer: Writer
) -> Response:
    """Refuse with a reason; everything stays as it was at the origin."""
    await service.refuse(tx, viewer, transfer_id, version, body.reason)
    return _moved(request, tx, transfer_id)


@router.post("/{transfer_id}/cancel", response_model=dict[str, UUID])
async def cancel_transfer(
    request: Request, transfer_id: UUID, tx: CurrentTx, version: Version, viewer: Writer
) -> Response:
    """Take a request back; if the destination accepted first, the transfer is completed instead."""
    await service.cancel(tx, viewer, transfer_id, version)
    return _moved(request, tx, transfer_id)


@router.post("/{transfer_id}/close", response_model=dict[str, UUID])
async def close_transfer(
    request: Request, transfer_id: UUID, body: Close, tx: CurrentTx, version: Version, viewer: Writer
) -> Response:
    """Let a blocked transfer close at the origin, naming the head of those who stay if that was missing."""
    await service.close(tx, viewer, transfer_id, version, body)
    return _moved(request, tx, transfer_id)
