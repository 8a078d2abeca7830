"""Asks the provider of statutory seals for what waits, and closes the use when its signature holds.

The layout is stored before the provider is asked: after a crash it is asked for the same digest under the same number, and
answers the same. Nothing is sealed by an answer that cannot be verified; it is asked for again, later each time.
"""

from datetime import timedelta

from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Database, Tx
from linli_kernel.errors import DomainError
from linli_kernel.eseal import SealCertificate, SealProvider, SealRefused
from linli_kernel.privacy import KeyRing
from sqlalchemy import Select, select, update

from linli_supervision.rows import Row
from linli_supervision.seals import announce, opening, pdf, service, workflow
from linli_supervision.seals.affixing import place_of
from linli_supervision.seals.paper_tables import seal_affixing
from linli_supervision.seals.tables import seal, seal_use

AT_ONCE = 20
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)
REFUSED = "statutory_refused"


def _pause(attempts: int) -> timedelta:
    # Doubling ends at the longest pause: beyond that exponents only overflow.
    return min(FIRST_PAUSE * (1 << min(attempts, 12)), LONGEST_PAUSE)


def _due(now: object) -> Select[tuple[object, ...]]:
    """What waits in all counties: the provider is the installation's, and each row names its tenant."""
    joined = seal_affixing.join(
        seal_use, (seal_use.c.tenant == seal_affixing.c.tenant) & (seal_use.c.id == seal_affixing.c.use_id)
    ).join(seal, (seal.c.tenant == seal_use.c.tenant) & (seal.c.id == seal_use.c.seal_id))
    return (
        select(seal_affixing, seal.c.name, seal.c.statutory_code, seal_use.c.division)
        .select_from(joined)
        .where(seal_affixing.c.affixed_at.is_(None), seal_affixing.c.next_at <= now, seal_use.c.state == "affixing")
        .order_by(seal_affixing.c.next_at)
        .limit(AT_ONCE)
    )


async def affix_due(database: Database, keyring: KeyRing, provider: SealProvider) -> int:
    """Return how many documents were sealed."""
    sealed = 0
    for row in await database.fetch_all(_due(database.clock.now())):
        try:
            await _affix(database, keyring, provider, row)
            sealed += 1
        except SealRefused:
            await _turn_down(database, row)
        except (DomainError, pdf.WrongSignature) as error:
            await _later(database, row, getattr(error, "code", "wrong_signature"))
    return sealed


def _signing(row: Row, known: SealCertificate) -> pdf.Signing:
    return pdf.Signing("LinliStatutory", known.certificate, known.issuer, row["name"], "法定电子印章", row["division"])


async def _laid_out(database: Database, keyring: KeyRing, provider: SealProvider, row: Row) -> tuple[SealCertificate, pdf.Prepared]:  # fmt: skip
    """The document with the provider's place in it: laid out now, or as it was the first time."""
    tenant, use_id = row["tenant"], row["use_id"]
    document = keyring.decrypt_bytes(bytes(row["document"]), **place_of(tenant, use_id))
    if row["attributes"] is not None:
        known = SealCertificate(bytes(row["certificate"]), bytes(row["issuer"]))
        ready = pdf.Prepared(
            document, bytes(row["digest"]), row["region_start"], row["region_end"], bytes(row["attributes"])
        )
        return known, ready
    known = await provider.certificate(row["statutory_code"])
    ready = await pdf.prepare(document, _signing(row, known))
    values = {
        "document": keyring.encrypt_bytes(ready.document, **place_of(tenant, use_id)), "digest": ready.digest,
        "region_start": ready.region_start, "region_end": ready.region_end, "attributes": ready.attributes,
        "certificate": known.certificate, "issuer": known.issuer, "serial": known.serial,
    }  # fmt: skip
    async with database.transaction(tenant) as tx:
        await _note(tx, row, **values)
    return known, ready


async def _note(tx: Tx, row: Row, **values: object) -> None:
    own = (seal_affixing.c.tenant == row["tenant"], seal_affixing.c.use_id == row["use_id"])
    await tx.execute(update(seal_affixing).where(*own).values(**values))


async def _affix(database: Database, keyring: KeyRing, provider: SealProvider, row: Row) -> None:
    known, ready = await _laid_out(database, keyring, provider, row)
    signature = await provider.sign(str(row["use_id"]), row["statutory_code"], ready.attributes, known)
    document = await pdf.embed(ready, _signing(row, known), signature)
    async with database.transaction(row["tenant"]) as tx:
        use_row, use = await service.load_locked(tx, opening.system_viewer(row["tenant"]), row["use_id"])
        if use.state is not workflow.State.AFFIXING:
            return
        await opening.close(tx, keyring, use_row, workflow.affix(use), document)
        # The sealed document holds it all: this copy is not kept.
        await _note(tx, row, affixed_at=tx.now, document=b"", problem="")
        await opening.announce_sealed(tx, use_row, document)


async def _later(database: Database, row: Row, problem: str) -> None:
    async with database.transaction(row["tenant"]) as tx:
        attempts = row["attempts"] + 1
        await _note(tx, row, attempts=attempts, next_at=tx.now + _pause(attempts), problem=problem[:60])


async def _turn_down(database: Database, row: Row) -> None:
    """The provider refuses for good: the use ends, and what the custodians signed is discarded."""
    async with database.transaction(row["tenant"]) as tx:
        use_row, use = await service.load_locked(tx, opening.system_viewer(row["tenant"]), row["use_id"])
        if use.state is not workflow.State.AFFIXING:
            return
        after = workflow.turn_down(use)
        await service.discard_signatures(tx, row["tenant"], row["use_id"])
        await service.store(tx, use_row, after, reason=REFUSED, ended_at=tx.now)
        await _note(tx, row, problem=REFUSED)
        state, event = after.state.value, contract.SEAL_USE_REFUSED
        announce.moved(tx, use_row, event=event, action="seal-use.refuse", state=state, round_=after.round)
