"""Hands out papers: sets the PDF when it is first asked for, shows a draft before the seal, takes the sealed one in.

The digest that `verifications` shows is of the bytes that were handed out; they are set once and never again.
"""

import hashlib
from typing import Any
from uuid import UUID

import msgspec
from linli_kernel.contracts import desk as contract
from linli_kernel.database import Database, Tx
from linli_kernel.errors import Conflict, NotFound
from linli_kernel.events import Act, Event
from linli_kernel.identity import Role, Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import Select, and_, literal, or_, select, update

from linli_services_desk.cases.repository import visible
from linli_services_desk.cases.tables import desk_case
from linli_services_desk.context import Desk
from linli_services_desk.documents.papers import DocumentKind, SealState
from linli_services_desk.documents.render import PAPERS, desk_compiler, render_in_thread
from linli_services_desk.documents.tables import AWAITING_SEAL, BY_HAND, BY_HAND_AGAIN, STAMPED, VOID, document
from linli_services_desk.documents.wording import worded
from linli_services_desk.signatures import service as signatures


class SealedBytesDiffer(Conflict):
    code = "desk.sealed_bytes_differ"
    zh = "取回的已用印文件与用印记录不符"
    en = "The sealed file is not the one that was announced"


def one(viewer: Viewer, document_id: UUID) -> Select[Any]:
    """A paper of a case that the viewer may see, or a note of a hall of theirs."""
    joined = document.outerjoin(
        desk_case, (desk_case.c.tenant == document.c.tenant) & (desk_case.c.id == document.c.case_id)
    )
    own = in_scope(viewer, document.c.tenant, document.c.division)
    # Notes are the hall's: a department has its cases only.
    note = and_(own, document.c.case_id.is_(None), literal(viewer.role is not Role.DEPARTMENT_OFFICER))
    return (
        select(document, desk_case.c.resident_id)
        .select_from(joined)
        .where(or_(visible(viewer), note), document.c.tenant == viewer.tenant, document.c.id == document_id)
    )


def of_case(viewer: Viewer, case_id: UUID) -> Select[Any]:
    joined = document.join(
        desk_case, (desk_case.c.tenant == document.c.tenant) & (desk_case.c.id == document.c.case_id)
    )
    return (
        select(document, desk_case.c.resident_id)
        .select_from(joined)
        .where(visible(viewer), document.c.case_id == case_id)
        .order_by(document.c.id)
    )


async def final_pdf(database: Database, desk: Desk, row: Any) -> bytes:
    """Return the PDF as it counts: sealed if it is sealed, else set once and kept."""
    tenant, document_id = row["tenant"], row["id"]
    if row["sealed_content"] is not None:
        return desk.vault.open_file(row["sealed_content"], tenant, "document", "sealed_content", document_id)
    if row["content"] is not None:
        return desk.vault.open_file(row["content"], tenant, "document", "content", document_id)
    pdf = await _set(database, desk, row)
    values = {
        "content": desk.vault.seal_file(pdf, tenant, "document", "content", document_id),
        "sha256": hashlib.sha256(pdf).hexdigest(),
    }
    async with database.transaction(tenant) as tx:
        kept = await tx.one(
            update(document)
            .where(document.c.tenant == tenant, document.c.id == document_id, document.c.content.is_(None))
            .values(values)
            .returning(document.c.id)
        )
        if kept is None:
            # Another request set it first: its bytes are the ones whose digest was published.
            first = await tx.one(
                select(document.c.content).where(document.c.tenant == tenant, document.c.id == document_id)
            )
            if first is None:
                raise NotFound
            pdf = desk.vault.open_file(first["content"], tenant, "document", "content", document_id)
    return pdf


async def shown_pdf(database: Database, desk: Desk, row: Any) -> bytes:
    """Return what staff may see: what is not sealed only as a draft without the seal's picture."""
    if row["state"] == STAMPED or (row["state"] == AWAITING_SEAL and row["seal_state"] in (BY_HAND, BY_HAND_AGAIN)):
        # To be stamped, or stamped, on paper: with a place for the seal, never with the seal's picture.
        return await _set(database, desk, row, seal=SealState.PLACE)
    if row["state"] in (AWAITING_SEAL, VOID):
        return await _set(database, desk, row, seal=SealState.DRAFT)
    return await final_pdf(database, desk, row)


async def slip(database: Database, desk: Desk, row: Any) -> bytes:
    """The receipt on an 80 mm printer: the same facts in another format."""
    return await _set(database, desk, row, kind=DocumentKind.RECEIPT_SLIP)


async def take_sealed(tx: Tx, desk: Desk, payload: dict[str, Any], pdf: bytes) -> None:
    """Store the sealed PDF and open the way to delivery; doing it again changes nothing."""
    digest = hashlib.sha256(pdf).hexdigest()
    if digest != payload["sha256"]:
        raise SealedBytesDiffer
    document_id = UUID(payload["document_id"])
    row = await tx.one(
        update(document)
        .where(document.c.tenant == tx.tenant, document.c.id == document_id, document.c.state == "awaiting_seal")
        .values(
            state="sealed",
            sealed_content=desk.vault.seal_file(pdf, tx.tenant, "document", "sealed_content", document_id),
            sealed_sha256=digest,
            seal_use_id=UUID(payload["use_id"]),
            signers=payload.get("signers", []),
            sealed_at=tx.now,
            version=document.c.version + 1,
        )
        .returning(document.c.id, document.c.case_id, document.c.division, document.c.kind, document.c.number)
    )
    if row is None:
        return
    tx.announce(
        Event(
            type=contract.DOCUMENT_SEALED,
            subject=str(document_id),
            data=contract.DocumentIssued(
                document_id=str(document_id),
                case_id=str(row["case_id"]),
                division=row["division"],
                kind=row["kind"],
                number=row["number"],
                state="sealed",
                sha256=digest,
            ),
        )
    )
    tx.record(
        Act(
            action="document.seal",
            object_kind="document",
            object_id=document_id,
            division=row["division"],
            case_id=row["case_id"],
            detail={"use": payload["use_id"], "sha256": digest},
        )
    )


async def _set(
    database: Database, desk: Desk, row: Any, *, seal: SealState | None = None, kind: DocumentKind | None = None
) -> bytes:
    stored = DocumentKind(row["kind"])
    facts = desk.vault.open(row["facts"], row["tenant"], "document", "facts", row["id"])
    # A paper that was issued before its words were kept takes them now.
    paper = worded(stored, msgspec.convert(facts, PAPERS[stored]), desk.profile(row["tenant"]).desk.papers)
    if seal is not None and paper.seal is not None:
        paper = msgspec.structs.replace(paper, seal=msgspec.structs.replace(paper.seal, state=seal))
    signed: dict[str, str] = {}
    if stored is DocumentKind.RECEIPT:
        signed = await signatures.on_paper(database, desk, row["tenant"], row["case_id"], row["issued_at"])
    return await render_in_thread(kind or stored, paper, compiler=desk_compiler(desk.font_dir), images=signed)
