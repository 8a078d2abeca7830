"""Requesting, approving and ending a seal use; the custodians' own part is in `opening.py`.

Loads, asks the rules, stores, announces; never commits.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Tx
from linli_kernel.errors import Conflict, Forbidden, StaleVersion
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.privacy import KeyRing
from linli_kernel.profile import SealRules
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from linli_supervision.rows import Row
from linli_supervision.seals import announce, incidents, pdf, repository, workflow
from linli_supervision.seals.errors import OtherMethod, SealNotFound, SealUseNotFound, UnusableDocument
from linli_supervision.seals.paper_tables import seal_affixing
from linli_supervision.seals.schemas import UseRequest
from linli_supervision.seals.tables import ENVELOPE, STATUTORY, seal_custodian, seal_opening, seal_signature, seal_use


class DocumentInUse(Conflict):
    code = "supervision.document_in_use"
    zh = "这份文件已有用印申请"
    en = "There is a seal use for this document already"


def place_of(tenant: str, use_id: UUID, column: str) -> dict[str, Any]:
    return {"tenant": tenant, "table": "seal_use", "column": column, "row": use_id}


def as_use(
    row: Row,
    accounts: Sequence[UUID],
    openings: Sequence[Row],
    signatures: Sequence[Row],
) -> workflow.Use:
    """Make what the rules need out of the rows of a use; rows of earlier rounds do not count."""
    done = {workflow.State.SEALED, workflow.State.AFFIXING}
    running = workflow.State(row["state"]) in workflow.TIMED | workflow.OUT | done
    opened = [o["position"] for o in openings if o["use_id"] == row["id"] and o["round"] == row["round"]]
    signed = [
        s for s in signatures if s["use_id"] == row["id"] and s["round"] == row["round"] and s["signed_at"] is not None
    ]
    return workflow.Use(
        state=workflow.State(row["state"]),
        requester=row["requester"],
        custodians=tuple(accounts),
        opening_minutes=row["opening_minutes"],
        round=row["round"],
        opened=frozenset(opened) if running else frozenset(),
        signed=len(signed) if running else 0,
        closes_at=row["closes_at"],
        paper=row["method"] == ENVELOPE,
        statutory=row["authority"] == STATUTORY,
    )


async def load_locked(tx: Tx, viewer: Viewer, use_id: UUID) -> tuple[Row, workflow.Use]:
    """Return the use for a command; nobody else changes it until the transaction ends."""
    row = await tx.one(repository.locked(viewer, use_id))
    if row is None:
        raise SealUseNotFound()
    holders = await tx.all(
        select(seal_custodian.c.account)
        .where(seal_custodian.c.tenant == row["tenant"], seal_custodian.c.seal_id == row["seal_id"])
        .order_by(seal_custodian.c.position)
    )
    openings = await tx.all(repository.openings(row["tenant"], [use_id]))
    signatures = await tx.all(repository.signatures(row["tenant"], [use_id]))
    return row, as_use(row, [holder["account"] for holder in holders], openings, signatures)


async def store(tx: Tx, row: Row, use: workflow.Use, **values: Any) -> None:
    """Write what the rules decided."""
    changed = await tx.execute(
        update(seal_use)
        .where(seal_use.c.tenant == row["tenant"], seal_use.c.id == row["id"], seal_use.c.version == row["version"])
        .values(
            state=use.state.value,
            round=use.round,
            closes_at=use.closes_at,
            version=seal_use.c.version + 1,
            **values,
        )
    )
    if changed.rowcount != 1:
        raise StaleVersion()


async def discard_signatures(tx: Tx, tenant: str, use_id: UUID) -> None:
    """A seal that was opened and not closed leaves no signature behind, nor what waits for its provider with them."""
    await tx.execute(
        seal_signature.delete().where(seal_signature.c.tenant == tenant, seal_signature.c.use_id == use_id)
    )
    await tx.execute(
        update(seal_affixing)
        .where(seal_affixing.c.tenant == tenant, seal_affixing.c.use_id == use_id)
        .values(document=b"")
    )


async def request_use(
    tx: Tx, viewer: Viewer, keyring: KeyRing, rules: SealRules, seal_id: UUID, body: UseRequest, document: bytes
) -> UUID:
    """Ask for a document to be sealed; its bytes are fixed from now on."""
    if viewer.role.value not in rules.request_roles:
        raise Forbidden()
    row = await tx.one(repository.one_seal(viewer, seal_id))
    if row is None:
        raise SealNotFound()
    if row["method"] == ENVELOPE:
        raise OtherMethod()
    try:
        if pdf.count_signatures(document):
            raise UnusableDocument()
        await pdf.rehearse(document)
    except pdf.UnreadablePdf as error:
        raise UnusableDocument() from error
    await require_free(tx, [body.document_id])
    use_id = new_id()
    said = {"case_id": body.case_id, "document_id": body.document_id, "purpose": body.purpose}
    try:
        await enter(tx, viewer, keyring, row, use_id, document, said)
    except IntegrityError as error:
        raise DocumentInUse() from error
    return use_id


async def require_free(tx: Tx, documents: Collection[UUID]) -> None:
    """Raise DocumentInUse when one of them is under another use, of an electronic seal or of one of rubber."""
    for document_id in sorted(documents):
        await tx.one(repository.hold_document(tx.tenant, document_id))
        if await tx.one(repository.alive(tx.tenant, document_id)) is not None:
            raise DocumentInUse()


async def enter(
    tx: Tx,
    viewer: Viewer,
    keyring: KeyRing,
    row: Row,
    use_id: UUID,
    document: bytes,
    said: dict[str, Any],
    papers: Sequence[UUID] = (),
) -> None:
    """Write a use of the seal `row` that was asked for, and announce it."""
    values = {
        **said,
        "tenant": row["tenant"],
        "id": use_id,
        "seal_id": row["id"],
        "division": row["division"],
        "state": workflow.State.REQUESTED.value,
        "requester": viewer.subject,
        "requester_name": viewer.name,
        "requested_at": tx.now,
        "document": keyring.encrypt_bytes(document, **place_of(row["tenant"], use_id, "document")),
        "document_sha256": pdf.fingerprint(document),
    }
    await tx.execute(insert(seal_use).values(values))
    announce.moved(
        tx,
        values | {"papers": papers},
        event=contract.SEAL_USE_REQUESTED,
        action="seal-use.request",
        state=workflow.State.REQUESTED.value,
        round_=0,
    )


def _check_version(row: Row, version: int) -> None:
    if row["version"] != version:
        raise StaleVersion()


async def approve(tx: Tx, viewer: Viewer, rules: SealRules, use_id: UUID, version: int) -> None:
    row, use = await load_locked(tx, viewer, use_id)
    if viewer.role.value not in rules.approver_roles:
        raise Forbidden()
    _check_version(row, version)
    after = workflow.approve(use, viewer.subject)
    await store(tx, row, after, approver=viewer.subject, approver_name=viewer.name, approved_at=tx.now)
    announce.moved(
        tx,
        row,
        event=contract.SEAL_USE_APPROVED,
        action="seal-use.approve",
        state=after.state.value,
        round_=after.round,
    )


async def refuse(tx: Tx, viewer: Viewer, rules: SealRules, use_id: UUID, reason: str) -> None:
    """End a use for good; whatever was signed in this opening is discarded."""
    row, use = await load_locked(tx, viewer, use_id)
    if use.position_of(viewer.subject) is None and viewer.role.value not in rules.approver_roles:
        raise Forbidden()
    after = workflow.refuse(use, viewer.subject, tx.now)
    if use.state is workflow.State.RECLOSED:
        await incidents.record(tx, row, incidents.Kind.DISPUTED, by=viewer)
    await discard_signatures(tx, row["tenant"], use_id)
    await store(tx, row, after, reason=reason, ended_at=tx.now)
    announce.moved(
        tx,
        row,
        event=contract.SEAL_USE_REFUSED,
        action="seal-use.refuse",
        state=after.state.value,
        round_=after.round,
        position=use.position_of(viewer.subject),
    )


async def end_unsigned(tx: Tx, viewer: Viewer, row: Row, use: workflow.Use, kind: incidents.Kind) -> None:
    """End a use whose record cannot be signed any more; that the envelope was opened and closed stays on record."""
    after = workflow.abandon(use)
    await incidents.record(tx, row, kind, by=viewer)
    await discard_signatures(tx, row["tenant"], row["id"])
    await store(tx, row, after, reason=kind.value, ended_at=tx.now)
    announce.moved(
        tx,
        row,
        event=contract.SEAL_USE_REFUSED,
        action="seal-use.refuse",
        state=after.state.value,
        round_=after.round,
    )


async def cancel(tx: Tx, viewer: Viewer, use_id: UUID, version: int) -> None:
    row, use = await load_locked(tx, viewer, use_id)
    _check_version(row, version)
    after = workflow.cancel(use, viewer.subject)
    await store(tx, row, after, ended_at=tx.now)
    announce.moved(
        tx,
        row,
        event=contract.SEAL_USE_CANCELLED,
        action="seal-use.cancel",
        state=after.state.value,
        round_=after.round,
    )


async def record_opening(tx: Tx, row: Row, use: workflow.Use, position: int, account: UUID) -> None:
    await tx.execute(
        insert(seal_opening).values(
            tenant=row["tenant"],
            use_id=row["id"],
            round=use.round,
            position=position,
            account=account,
            at=tx.now,
        )
    )
