"""The custodians' part: opening together, signing in turn, closing; and what happens when the window closes first."""

import base64
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Database, HotQuery, Tx
from linli_kernel.identity import Role, Viewer
from linli_kernel.privacy import KeyRing
from sqlalchemy import bindparam, insert, select, update

from linli_supervision.rows import Row
from linli_supervision.seals import affixing, announce, incidents, paper_repository, pdf, repository, service, workflow
from linli_supervision.seals.authority import authority_of
from linli_supervision.seals.errors import (
    CustodianKeyMissing,
    NotACustodian,
    NotYourTurn,
    OpeningLapsed,
    SealUseNotFound,
    WrongSealSignature,
    WrongState,
)
from linli_supervision.seals.tables import ENVELOPE, custodian_key, seal_authority, seal_signature, seal_use


def _place(tenant: str, use_id: UUID, round_: int, position: int) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "table": "seal_signature",
        "column": "prepared",
        "row": f"{use_id}:{round_}:{position}",
    }


async def _holder(tx: Tx, row: Row, position: int) -> Row:
    """Return the custodian of a piece with a key that is valid now."""
    for holder in await tx.all(repository.custodians(row["tenant"], [row["seal_id"]])):
        if holder["position"] == position and holder["key_id"] is not None and holder["not_after"] > tx.now:
            return holder
    raise CustodianKeyMissing(position=position)


def _signing(row: Row, title: str, position: int, certificate: bytes, issuer: bytes) -> pdf.Signing:
    return pdf.Signing(
        field=f"LinliSeal{position}",
        certificate=certificate,
        issuer=issuer,
        name=title,
        reason=f"{row['seal_name']}用印",
        place=row["division"],
    )


async def prepare(tx: Tx, keyring: KeyRing, row: Row, use: workflow.Use, position: int, document: bytes) -> None:
    """Lay out what the custodian of `position` will sign."""
    holder = await _holder(tx, row, position)
    authority = await authority_of(tx, keyring)
    ready = await pdf.prepare(
        document, _signing(row, holder["title"], position, holder["certificate"], authority.certificate)
    )
    sealed = keyring.encrypt_bytes(ready.document, **_place(row["tenant"], row["id"], use.round, position))
    await tx.execute(
        insert(seal_signature).values(
            tenant=row["tenant"],
            use_id=row["id"],
            round=use.round,
            position=position,
            account=holder["account"],
            key_id=holder["key_id"],
            title=holder["title"],
            prepared=sealed,
            digest=ready.digest,
            region_start=ready.region_start,
            region_end=ready.region_end,
            attributes=ready.attributes,
            prepared_at=tx.now,
        )
    )


async def _original(tx: Tx, keyring: KeyRing, row: Row) -> bytes:
    stored = await tx.scalar(
        select(seal_use.c.document).where(seal_use.c.tenant == row["tenant"], seal_use.c.id == row["id"])
    )
    return keyring.decrypt_bytes(stored, **service.place_of(row["tenant"], row["id"], "document"))


async def lapse_now(tx: Tx, row: Row, use: workflow.Use) -> workflow.Use:
    """Close a window that has run out: the use is approved again and nothing of the opening is left."""
    after = workflow.lapse(use)
    await service.discard_signatures(tx, row["tenant"], row["id"])
    announce.moved(
        tx,
        row,
        event=contract.SEAL_USE_LAPSED,
        action="seal-use.lapse",
        state=after.state.value,
        round_=after.round,
    )
    return after


async def confirm_opening(tx: Tx, viewer: Viewer, keyring: KeyRing, use_id: UUID) -> None:
    """One custodian opens (同启). The last one's confirmation lays out the first signature."""
    row, use = await service.load_locked(tx, viewer, use_id)
    if workflow.has_lapsed(use, tx.now):
        use = await lapse_now(tx, row, use)
    after = workflow.confirm_opening(use, viewer.subject, tx.now)
    position = use.position_of(viewer.subject)
    if position is None:
        raise NotACustodian()
    await _holder(tx, row, position)
    await service.record_opening(tx, row, after, position, viewer.subject)
    if after.next_position is not None:
        await prepare(tx, keyring, row, after, after.next_position, await _original(tx, keyring, row))
    await service.store(tx, row, after)
    announce.moved(
        tx,
        row,
        event=contract.SEAL_USE_OPENED,
        action="seal-use.open",
        state=after.state.value,
        round_=after.round,
        position=position,
    )


async def to_be_signed(database: Database, viewer: Viewer, use_id: UUID, now: datetime) -> dict[str, Any]:
    """Return the bytes that the viewer's own device signs, when it is the viewer's turn."""
    row = await database.fetch_one(repository.one_use(viewer, use_id))
    if row is None:
        raise SealUseNotFound()
    state = workflow.State(row["state"])
    if state not in workflow.SIGNABLE:
        raise WrongState(state=row["state"], step="sign")
    if state in workflow.TIMED and (row["closes_at"] is None or now >= row["closes_at"]):
        raise OpeningLapsed()
    waiting = [
        signature
        for signature in await database.fetch_all(repository.signatures(row["tenant"], [use_id]))
        if signature["round"] == row["round"] and signature["signed_at"] is None
    ]
    if not waiting or waiting[0]["account"] != viewer.subject:
        raise NotYourTurn(position=waiting[0]["position"] if waiting else 0)
    signature = await database.fetch_one(
        repository.prepared(row["tenant"], use_id, row["round"], waiting[0]["position"])
    )
    if signature is None:
        raise OpeningLapsed()
    attributes = bytes(signature["attributes"])
    return {
        "position": signature["position"],
        "round": signature["round"],
        "data": base64.b64encode(attributes).decode(),
        "digest": sha256(attributes).hexdigest(),
        "document_digest": bytes(signature["digest"]).hex(),
        "key_thumbprint": waiting[0]["thumbprint"],
        "closes_at": row["closes_at"],
    }


def decode_base64(text: str) -> bytes:
    """Read base64 in either alphabet, padded or not; raises ValueError."""
    plain = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


async def sign(tx: Tx, viewer: Viewer, keyring: KeyRing, use_id: UUID, text: str) -> None:
    """Embed a custodian's signature (同签); the last one closes the seal (同封)."""
    row, use = await service.load_locked(tx, viewer, use_id)
    after = workflow.sign(use, viewer.subject, tx.now)
    position = after.signed
    waiting = await tx.one(repository.prepared(row["tenant"], use_id, use.round, position))
    if waiting is None:
        raise OpeningLapsed()
    try:
        signature = decode_base64(text)
    except ValueError as error:
        raise WrongSealSignature() from error
    document = await _embed(tx, keyring, row, waiting, signature)
    if after.state is workflow.State.SEALED:
        await close(tx, keyring, row, after, document)
    elif after.state is workflow.State.AFFIXING:
        await affixing.hand_over(tx, keyring, row, document)
        await service.store(tx, row, after)
    else:
        await prepare(tx, keyring, row, after, position + 1, document)
        await service.store(tx, row, after)
    announce.moved(
        tx,
        row,
        event=contract.SEAL_USE_SIGNED,
        action="seal-use.sign",
        state=after.state.value,
        round_=after.round,
        position=position,
    )
    if after.state is workflow.State.SEALED:
        await announce_sealed(tx, row, document)


async def announce_sealed(tx: Tx, row: Row, document: bytes) -> None:
    signatures = await tx.all(repository.signatures(row["tenant"], [row["id"]]))
    stamped = await tx.all(paper_repository.stamped(row["tenant"], [row["id"]])) if row["method"] == ENVELOPE else []
    announce.sealed(tx, row, pdf.fingerprint(document), signatures, stamped)


async def _embed(tx: Tx, keyring: KeyRing, row: Row, waiting: Row, signature: bytes) -> bytes:
    tenant, use_id, position = row["tenant"], row["id"], waiting["position"]
    key = await tx.one(
        select(custodian_key.c.certificate).where(
            custodian_key.c.tenant == tenant, custodian_key.c.id == waiting["key_id"]
        )
    )
    issuer = await tx.scalar(select(seal_authority.c.certificate).where(seal_authority.c.tenant == tenant))
    if key is None:
        raise CustodianKeyMissing(position=position)
    ready = pdf.Prepared(
        document=keyring.decrypt_bytes(waiting["prepared"], **_place(tenant, use_id, waiting["round"], position)),
        digest=waiting["digest"],
        region_start=waiting["region_start"],
        region_end=waiting["region_end"],
        attributes=waiting["attributes"],
    )
    try:
        signed = await pdf.embed(
            ready, _signing(row, waiting["title"], position, key["certificate"], issuer), signature
        )
    except pdf.WrongSignature as error:
        raise WrongSealSignature() from error
    # The signed document lives on in the next revision or as the sealed one: this copy is not kept.
    await tx.execute(
        update(seal_signature)
        .where(
            seal_signature.c.tenant == tenant,
            seal_signature.c.use_id == use_id,
            seal_signature.c.round == waiting["round"],
            seal_signature.c.position == position,
        )
        .values(signature=pdf.der_signature(signature), signed_at=tx.now, prepared=b"")
    )
    return signed


async def close(tx: Tx, keyring: KeyRing, row: Row, after: workflow.Use, document: bytes) -> None:
    await service.store(
        tx,
        row,
        after,
        ended_at=tx.now,
        sealed_document=keyring.encrypt_bytes(
            document, **service.place_of(row["tenant"], row["id"], "sealed_document")
        ),
        sealed_sha256=pdf.fingerprint(document),
    )


_DUE = (
    select(seal_use.c.tenant, seal_use.c.id)
    .where(seal_use.c.closes_at <= bindparam("now"))
    .order_by(seal_use.c.closes_at)
    .limit(100)
)


async def lapse_due(database: Database) -> int:
    """Close every window that has run out, or record that a seal is out for too long; each in a transaction of its own."""
    due = await database.fetch_all(HotQuery(_DUE), {"now": database.clock.now()})
    lapsed = 0
    for found in due:
        async with database.transaction(found["tenant"]) as tx:
            row, use = await service.load_locked(tx, system_viewer(found["tenant"]), found["id"])
            if workflow.has_lapsed(use, tx.now):
                after = await lapse_now(tx, row, use)
                await service.store(tx, row, after)
                lapsed += 1
            elif workflow.is_overdue(use, tx.now):
                await incidents.record(tx, row, incidents.Kind.OVERDUE)
                await service.store(tx, row, replace(use, closes_at=None))
                lapsed += 1
    return lapsed


def system_viewer(tenant: str) -> Viewer:
    """The clock itself as a viewer: it closes windows in the whole county and does nothing else."""
    return Viewer(UUID(int=0), "", tenant, Role.SERVICE, ("",))
