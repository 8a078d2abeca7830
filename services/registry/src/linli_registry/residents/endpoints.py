"""Resident routes. Personal data travels in bodies only, never in a URL."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from linli_kernel.database import Tx
from linli_kernel.events import Act
from linli_kernel.hot import hot
from linli_kernel.http import ServiceRouter, current_tx, fast_json, match_version, read_audit, reads
from linli_kernel.identity import Viewer
from linli_kernel.permissions import require
from linli_kernel.problems import language

from linli_registry.context import Ctx, Db
from linli_registry.policy import POLICY, Permission
from linli_registry.residents import repository, service
from linli_registry.residents.display import warned
from linli_registry.residents.keys import ResidentKeys
from linli_registry.residents.recognise import NotRecognised, by_phone
from linli_registry.residents.schemas import (
    ByPhone,
    NewResident,
    PhoneOwners,
    PrefillRequest,
    PrefillValues,
    Resident,
    ResidentPage,
    ResidentPatch,
    RevealedValues,
    RevealRequest,
    Search,
)

router = ServiceRouter(prefix="/api/registry/v1/residents", tags=["residents"])
internal = ServiceRouter(prefix="/internal/v1/residents", tags=["internal"], include_in_schema=False)
CurrentTx = Annotated[Tx, Depends(current_tx)]


@router.post("/search", response_model=ResidentPage)
@reads
@hot
async def search_residents(
    request: Request,
    body: Search,
    context: Ctx,
    db: Db,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_SEARCH))],
) -> Response:
    """Find people in your area by one field that is recognised, or by named fields.

    `q` takes a name or part of one, pinyin in full or initials, a whole identity number (18 or 15 digits, or the text
    of a card reader), its last four digits with or without the name, a phone or an address. In an area wider than a
    village an address begins with the village's name, and one character is looked for at the beginning of names only.
    Names that begin with the query come first.
    """
    found, act = await service.find(db, context, viewer, body)
    await read_audit(request, viewer, act)
    return fast_json(found)


@router.get("/{resident_id}", response_model=Resident)
@hot
async def get_resident(
    request: Request,
    resident_id: UUID,
    context: Ctx,
    db: Db,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_READ))],
) -> Response:
    """One person with household, masked. `ETag` is the version for changes."""
    shown = await service.show(db, context, viewer, resident_id)
    act = Act(action="resident.read", object_kind="resident", object_id=resident_id, people=[resident_id])
    await read_audit(request, viewer, act)
    return fast_json(shown, etag=shown["version"])


@router.post("/{resident_id}/reveal", response_model=RevealedValues)
async def reveal_resident(
    resident_id: UUID,
    body: RevealRequest,
    context: Ctx,
    tx: CurrentTx,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_REVEAL))],
) -> Response:
    """Whole values for a stated purpose. They may be shown for `expires_in` seconds; who looked and why is recorded."""
    # The answer holds whole values: it is never kept for a retry.
    tx.before_first_statement = None
    revealed = await service.reveal(tx, context, viewer, resident_id, body)
    return fast_json(revealed, headers={"Cache-Control": "no-store"})


@router.post("/{resident_id}/prefill", response_model=PrefillValues)
@reads
@hot
async def prefill_form(
    request: Request,
    resident_id: UUID,
    body: PrefillRequest,
    context: Ctx,
    db: Db,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_PREFILL))],
) -> Response:
    """Whole values of the named fields for a form of a matter; recorded with the matter and the case."""
    filled, people = await service.prefill(db, context, viewer, resident_id, body.fields)
    act = Act(
        action="resident.prefill",
        object_kind="resident",
        object_id=resident_id,
        people=people,
        purpose="handle_case",
        case_id=body.case_id,
        detail={"fields": body.fields, "matter": body.matter_code},
    )
    await read_audit(request, viewer, act)
    return fast_json(filled, headers={"Cache-Control": "no-store"})


@router.post("", response_model=Resident, status_code=201)
async def register_resident(
    request: Request,
    body: NewResident,
    context: Ctx,
    tx: CurrentTx,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_WRITE))],
) -> Response:
    """Register a person in a village of your area. `warnings` name what is strange but accepted."""
    key, checked = await service.register(tx, context, viewer, body, source=body.source)
    shown = await service.show_in(tx, context, viewer, key)
    shown["warnings"] = warned(checked.warnings, language(request))
    location = {"Location": f"/api/registry/v1/residents/{key}"}
    return fast_json(shown, status=201, etag=shown["version"], headers=location)


@router.patch("/{resident_id}", response_model=Resident)
async def change_resident(
    request: Request,
    resident_id: UUID,
    body: ResidentPatch,
    context: Ctx,
    tx: CurrentTx,
    version: Annotated[int, Depends(match_version)],
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_WRITE))],
) -> Response:
    """Change or confirm a person's record. Death, moves and household changes are life events of the household."""
    warnings = await service.change(tx, context, viewer, resident_id, version, body)
    shown = await service.show_in(tx, context, viewer, resident_id)
    shown["warnings"] = warned(warnings, language(request))
    return fast_json(shown, etag=shown["version"])


@internal.post("/by-phone", response_model=PhoneOwners)
@reads
async def residents_by_phone(
    body: ByPhone,
    context: Ctx,
    db: Db,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_BY_PHONE))],
) -> Response:
    """Whose phone this is, for signing in residents; services only."""
    try:
        phone = by_phone(body.phone).phone
    except NotRecognised:
        return fast_json({"items": []})
    keys = ResidentKeys(context.keyring, "")
    tail = None if body.identity_tail is None else keys.tail_index(body.identity_tail.upper())
    rows: list[dict[str, Any]] = [
        {
            "tenant": row["tenant"],
            "person": bytes(row["number_index"]).hex()[:16] if row["number_index"] else str(row["id"]),
            "resident": str(row["id"]),
            "division": row["division"],
        }
        for row in await repository.by_phone(db, keys.phone_index(phone), tail, body.tenant)
    ]
    return fast_json({"items": rows})
