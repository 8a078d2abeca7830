"""Keeps signatures as they were drawn, and gives the receipt the one that was made before it was issued."""

import asyncio
import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid, TooLarge
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.uploads import sniff
from sqlalchemy import Select, insert, select

from linli_services_desk.cases.repository import visible
from linli_services_desk.cases.tables import desk_case
from linli_services_desk.context import Desk
from linli_services_desk.signatures.png import is_whole_png
from linli_services_desk.signatures.tables import signature

# Strokes on white; a photograph is no signature.
LARGEST_BYTES = 300 * 1024
_SIGNED = signature.join(
    desk_case, (desk_case.c.tenant == signature.c.tenant) & (desk_case.c.id == signature.c.case_id)
)


@dataclass(frozen=True, slots=True)
class Witness:
    """Who asked for the signature and saw it being made."""

    id: UUID
    name: str


async def keep(
    tx: Tx, desk: Desk, case: Mapping[str, Any], content: bytes, witness: Witness, *, pad_id: UUID | None = None
) -> dict[str, Any]:
    if len(content) > LARGEST_BYTES:
        raise TooLarge
    if sniff(content) != "image/png":
        raise Invalid(errors=[FieldError("/file", "desk.signature_type", "签名应为 PNG 图片", "A signature is a PNG")])
    # Unpacking some megabytes of points takes milliseconds; the loop serves others meanwhile.
    if not await asyncio.to_thread(is_whole_png, content):
        told = "签名图片不完整，请重新签名", "The picture of the signature is not whole; please sign again"
        raise Invalid(errors=[FieldError("/file", "desk.signature_broken", *told)])
    signature_id = new_id()
    row = {
        "tenant": tx.tenant,
        "id": signature_id,
        "division": case["division"],
        "case_id": case["id"],
        "content": desk.vault.seal_file(content, tx.tenant, "signature", "content", signature_id),
        "sha256": hashlib.sha256(content).hexdigest(),
        "witness": witness.id,
        "witness_name": witness.name,
        "pad_id": pad_id,
        "signed_at": tx.now,
    }
    await tx.execute(insert(signature).values(row))
    tx.record(
        Act(
            action="signature.keep",
            object_kind="case",
            object_id=case["id"],
            people=[case["resident_id"]] if case["resident_id"] else [],
            division=case["division"],
            case_id=case["id"],
            detail={"signature": str(signature_id), "sha256": row["sha256"], "witness": str(witness.id)},
        )
    )
    return row


def of_case(viewer: Viewer, case_id: UUID) -> Select[Any]:
    """The signatures of a visible case without their drawings, the first one first."""
    columns = (column for column in signature.c if column.name != "content")
    wanted = (visible(viewer), signature.c.case_id == case_id)
    return select(*columns).select_from(_SIGNED).where(*wanted).order_by(signature.c.id).limit(50)


def one(viewer: Viewer, case_id: UUID, signature_id: UUID) -> Select[Any]:
    wanted = (visible(viewer), signature.c.case_id == case_id, signature.c.id == signature_id)
    return select(signature, desk_case.c.resident_id).select_from(_SIGNED).where(*wanted)


async def on_paper(database: Database, desk: Desk, tenant: str, case_id: UUID, at: datetime) -> dict[str, str]:
    """The last signature made up to `at`, as the typesetter takes it; nothing when there is none."""
    row = await database.fetch_one(
        select(signature)
        .where(signature.c.tenant == tenant, signature.c.case_id == case_id, signature.c.signed_at <= at)
        .order_by(signature.c.id.desc())
        .limit(1)
    )
    if row is None:
        return {}
    png = base64.b64encode(desk.vault.open_file(row["content"], tenant, "signature", "content", row["id"])).decode()
    drawing = f'<image width="600" height="200" href="data:image/png;base64,{png}"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200" width="600" height="200">{drawing}</svg>'
    return {"signature": svg}
