"""Routes of former names and further phones."""

from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Request, Response
from linli_kernel.database import Tx
from linli_kernel.events import Act
from linli_kernel.given import GivenDay
from linli_kernel.http import ApiModel, ServiceRouter, current_tx, fast_json, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.pagination import InPart
from linli_kernel.permissions import require

from linli_registry.context import Ctx, Db
from linli_registry.policy import POLICY, Permission
from linli_registry.residents import also_known, repository, service
from linli_registry.residents.schemas import Name, Number, ResidentPatch
from linli_registry.residents.values import checked_name, checked_phone

router = ServiceRouter(prefix="/api/registry/v1/residents", tags=["residents"])
CurrentTx = Annotated[Tx, Depends(current_tx)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_READ))]
Writer = Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_WRITE))]


class FormerName(ApiModel):
    id: UUID
    name: str
    until: date | None


class FormerNames(ApiModel):
    items: list[FormerName]
    next_cursor: str | None = None


class NewFormerName(ApiModel):
    name: Name
    until: GivenDay | None = None


class Phone(ApiModel):
    id: UUID
    kind: str
    phone_masked: str
    recorded_at: datetime


class Phones(ApiModel):
    items: list[Phone]
    next_cursor: str | None = None


class NewPhone(ApiModel):
    phone: Number
    kind: Literal["own", "family", "work", "other"] = "own"


class Added(ApiModel):
    id: UUID


@router.get("/{resident_id}/former-names", response_model=FormerNames)
async def former_names(
    request: Request, resident_id: UUID, context: Ctx, db: Db, viewer: Reader, part: InPart
) -> Response:
    """Names a person had before; masked for whom the present name is."""
    display = context.display(viewer)
    hidden = display.hides(await service.found(db, viewer, resident_id))
    rows = await also_known.former_names(db, viewer, resident_id)
    items = [
        {"id": r["id"], "name": display.mask("name", r["name"]) if hidden else r["name"], "until": r["until"]}
        for r in rows
    ]
    act = Act(action="resident.read", object_kind="resident", object_id=resident_id, people=[resident_id])
    await read_audit(request, viewer, act)
    return fast_json(part.of(items))


@router.post("/{resident_id}/former-names", response_model=Added, status_code=201)
async def add_former_name(
    resident_id: UUID, body: NewFormerName, context: Ctx, tx: CurrentTx, viewer: Writer
) -> Response:
    """Record a name from before the registration; a changed name is kept by itself."""
    row = await repository.locked(tx, viewer, resident_id)
    key = await also_known.keep_former_name(tx, viewer, resident_id, checked_name(body.name), body.until)
    tx.record(_act("resident.former_name_added", resident_id, row["division"]))
    return fast_json({"id": key}, status=201)


@router.delete("/{resident_id}/former-names/{item_id}", status_code=204)
async def remove_former_name(resident_id: UUID, item_id: UUID, tx: CurrentTx, viewer: Writer) -> Response:
    """Take back a former name that was wrong."""
    row = await repository.locked(tx, viewer, resident_id)
    table = also_known.former_name
    await also_known.remove(tx, viewer, table, resident_id, item_id, division=row["division"])
    return Response(status_code=204)


@router.get("/{resident_id}/phones", response_model=Phones)
async def further_phones(
    request: Request, resident_id: UUID, context: Ctx, db: Db, viewer: Reader, part: InPart
) -> Response:
    """Phones beside the first, masked; they are revealed as `other_phones`."""
    await service.found(db, viewer, resident_id)
    rows = await also_known.phones(db, viewer, resident_id)
    act = Act(action="resident.read", object_kind="resident", object_id=resident_id, people=[resident_id])
    await read_audit(request, viewer, act)
    masks = context.profile(viewer).registry.masking
    return fast_json(part.of(also_known.shown_phones(rows, context.keys(viewer), masks)))


@router.post("/{resident_id}/phones", response_model=Added, status_code=201)
async def add_phone(resident_id: UUID, body: NewPhone, context: Ctx, tx: CurrentTx, viewer: Writer) -> Response:
    """Add a phone: own, of the family, at work."""
    row = await repository.locked(tx, viewer, resident_id)
    phone = checked_phone(body.phone)
    key = await also_known.keep_phone(tx, context.keys(viewer), viewer, resident_id, body.kind, phone)
    tx.record(_act("resident.phone_added", resident_id, row["division"]))
    return fast_json({"id": key}, status=201)


@router.post("/{resident_id}/phones/{item_id}/first", response_model=Added, status_code=201)
async def reach_first(resident_id: UUID, item_id: UUID, context: Ctx, tx: CurrentTx, viewer: Writer) -> Response:
    """Make a further phone the one that is called first; the first becomes a further one."""
    row = await repository.locked(tx, viewer, resident_id)
    keys, table = context.keys(viewer), also_known.further_phone
    phone = keys.open_phone(await also_known.stored_phone(tx, viewer, resident_id, item_id), item_id)
    former = keys.open("phone", row["phone"], resident_id)
    await also_known.remove(tx, viewer, table, resident_id, item_id, division=row["division"])
    key = item_id
    if former is not None and former != phone:
        with suppress(also_known.PhoneKnown):
            key = await also_known.keep_phone(tx, keys, viewer, resident_id, "own", former)
    await service.change(tx, context, viewer, resident_id, row["version"], ResidentPatch(phone=phone))
    return fast_json({"id": key}, status=201)


@router.delete("/{resident_id}/phones/{item_id}", status_code=204)
async def remove_phone(resident_id: UUID, item_id: UUID, tx: CurrentTx, viewer: Writer) -> Response:
    """Take back a phone that is no longer in use."""
    row = await repository.locked(tx, viewer, resident_id)
    table = also_known.further_phone
    await also_known.remove(tx, viewer, table, resident_id, item_id, division=row["division"])
    return Response(status_code=204)


def _act(action: str, key: UUID, division: str) -> Act:
    return Act(action=action, object_kind="resident", object_id=key, people=[key], division=division)
