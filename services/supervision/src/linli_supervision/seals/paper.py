"""The seal of rubber in its numbered envelope: asked for, found whole and opened, stamped with, closed into the next one.

Approval, opening together and signing are those of every seal (`service`, `opening`); the record of each opening is the
document that all custodians sign. Only a use closes the envelope that follows the one it opened; after an incident
somebody who holds no piece closes it anew.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Tx
from linli_kernel.errors import FieldError, Forbidden, Invalid
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.privacy import KeyRing
from linli_kernel.profile import Profile
from msgspec import Struct
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from linli_supervision.attachments import NotTaken, kept
from linli_supervision.disclosures.personal import Gate
from linli_supervision.rows import Row
from linli_supervision.seals import (
    announce,
    incidents,
    opening,
    paper_pdf,
    paper_repository,
    paper_rules,
    paper_views,
    pdf,
    repository,
    service,
    workflow,
)
from linli_supervision.seals.errors import (
    EnvelopeNotReady,
    EnvelopeNumberUsed,
    NotACustodian,
    OtherMethod,
    PhotographMissing,
    SealNotFound,
    TooManyPhotographs,
    WrongState,
)
from linli_supervision.seals.paper_schemas import PaperRequest, Reclosing, Unsealing
from linli_supervision.seals.paper_tables import seal_envelope, seal_photograph, seal_stamped
from linli_supervision.seals.tables import ENVELOPE, seal


class Place(Struct, frozen=True):
    """What the commands need of the running service."""

    keyring: KeyRing
    profile: Profile
    public_url: str
    font_dir: Path | None


_PHOTOGRAPHED = {workflow.State.PRESENT: paper_rules.OPENING, workflow.State.UNSEALED: paper_rules.CLOSING}
"""What a photograph shows by the state in which it is taken."""


async def _held_seal(tx: Tx, viewer: Viewer, seal_id: UUID) -> Row:
    """Return a seal of rubber, held until the transaction ends: its envelopes follow one another."""
    row = await tx.one(repository.one_seal(viewer, seal_id).with_for_update(of=seal))
    if row is None:
        raise SealNotFound()
    if row["method"] != ENVELOPE:
        raise OtherMethod()
    return row


def _clean(profile: Profile, body: PaperRequest, known: Mapping[UUID, str]) -> tuple[str, list[str]]:
    """Purpose and titles as they may be kept: numbers of people in them are refused. `known`: titles of papers of cases."""
    gate = Gate(profile.registry.masking, mask=False)
    titles = [
        known[one.document_id] if one.document_id else gate.text(f"/documents/{n}/title", one.title or "")
        for n, one in enumerate(body.documents)
    ]
    purpose = gate.text("/purpose", body.purpose)
    gate.close()
    return purpose, titles


async def request_use(
    tx: Tx, viewer: Viewer, place: Place, seal_id: UUID, body: PaperRequest, known: Mapping[UUID, str]
) -> UUID:
    """Ask for documents to be stamped; which and how many is fixed from now on. `known`: papers that wait for a seal, with
    their titles, as the desk told them to this viewer."""
    if viewer.role.value not in place.profile.supervision.seal.request_roles:
        raise Forbidden
    row = await _held_seal(tx, viewer, seal_id)
    if row["envelope_state"] not in ("closed", "open"):
        raise EnvelopeNotReady(state=row["envelope_state"])
    purpose, titles = _clean(place.profile, body, known)
    await service.require_free(tx, known)
    use_id = new_id()
    lines = [
        {
            "tenant": row["tenant"], "use_id": use_id, "line": n + 1, "title": titles[n],
            "case_id": one.case_id, "document_id": one.document_id, "copies": one.copies, "impressions": one.impressions,
            "copies_made": None, "impressions_made": None, "void_at": None,
        }
        for n, one in enumerate(body.documents)
    ]  # fmt: skip
    cases = {one.case_id for one in body.documents}
    said = {"case_id": cases.pop() if len(cases) == 1 else None, "document_id": use_id, "purpose": purpose}
    who = {"requester_name": viewer.name, "requested_at": tx.now, "approver_name": None, "approved_at": None}
    asked = {"id": use_id, "seal_name": row["name"], "unsealed_at": None, **who, **said}
    made = paper_pdf.sheet(asked, lines, [], [], envelopes=("", ""), now=tx.now, public_url=place.public_url)
    await service.enter(
        tx, viewer, place.keyring, row, use_id, await paper_pdf.pdf(made, place.font_dir), said, sorted(known)
    )
    await tx.execute(insert(seal_stamped).values(lines))
    return use_id


async def _custodians_use(tx: Tx, viewer: Viewer, use_id: UUID) -> tuple[Row, workflow.Use]:
    """Return a use of a seal of rubber for one of its custodians."""
    row, use = await service.load_locked(tx, viewer, use_id)
    if not use.paper:
        raise OtherMethod()
    if use.position_of(viewer.subject) is None:
        raise NotACustodian()
    return row, use


async def photograph(tx: Tx, viewer: Viewer, place: Place, use_id: UUID, name: str, body: bytes) -> None:
    """Keep a photograph of the envelope: before it is opened, or after it was closed."""
    row, use = await _custodians_use(tx, viewer, use_id)
    if workflow.has_lapsed(use, tx.now) or use.state not in _PHOTOGRAPHED:
        raise WrongState(state=use.state.value, step="photograph")
    moment = _PHOTOGRAPHED[use.state]
    if len(await _photographs(tx, row, use, moment)) >= paper_rules.MOST_PHOTOGRAPHS:
        raise TooManyPhotographs(most=paper_rules.MOST_PHOTOGRAPHS)
    taken = await _keep(tx, viewer, place, row["seal_id"], use_id, use.round, moment, name, body)
    _record(tx, "seal-use.photograph", row, moment=moment, photograph=str(taken["id"]), sha256=taken["sha256"])


async def _keep(
    tx: Tx, viewer: Viewer, place: Place, seal_id: UUID, use_id: UUID | None, round_: int, moment: str, name: str, body: bytes
) -> dict[str, Any]:  # fmt: skip
    found = await kept(place.profile, name, body)
    if found["media_type"] == "application/pdf":
        zh, en = "这里只接受照片（JPEG、PNG、WebP）", "Only photographs (JPEG, PNG, WebP) are taken here"
        raise NotTaken(errors=[FieldError("/file", NotTaken.code, zh, en)])
    photograph_id = new_id()
    taken = {name: found[name] for name in ("media_type", "size", "sha256")} | {"id": photograph_id}
    await tx.execute(
        insert(seal_photograph).values(
            tenant=tx.tenant, seal_id=seal_id, use_id=use_id, round=round_, moment=moment, **taken,
            content=place.keyring.encrypt_bytes(found["content"], **place_of(tx.tenant, photograph_id)),
            by_name=viewer.name, at=tx.now,
        )
    )  # fmt: skip
    return taken


def place_of(tenant: str, photograph_id: UUID) -> dict[str, Any]:
    return {"tenant": tenant, "table": "seal_photograph", "column": "content", "row": photograph_id}


async def _photographs(tx: Tx, row: Row, use: workflow.Use, moment: str) -> list[Row]:
    found = await tx.all(paper_repository.photographs(row["tenant"], [row["id"]]))
    return [one for one in found if one["round"] == use.round and one["moment"] == moment]


async def unseal(tx: Tx, viewer: Viewer, use_id: UUID, body: Unsealing) -> None:
    """Open the envelope that was closed last; any other finding ends the use and is an incident."""
    row, use = await _custodians_use(tx, viewer, use_id)
    held = await _held_seal(tx, viewer, row["seal_id"])
    envelope = await tx.one(paper_repository.one(row["tenant"], row["seal_id"], held["envelope"]))
    wrong = paper_rules.wrong(body.condition, body.number or "", envelope["number"] if envelope else "")
    after = workflow.unseal(
        use, viewer.subject, tx.now, as_closed=wrong is None, reclose_minutes=held["reclose_minutes"]
    )
    if held["envelope_state"] != "closed" or envelope is None:
        raise EnvelopeNotReady(state=held["envelope_state"])
    if body.condition != paper_rules.GONE and not await _photographs(tx, row, use, paper_rules.OPENING):
        raise PhotographMissing()
    if wrong is not None:
        await _found_wrong(tx, viewer, row, after, wrong, envelope["number"], body.number or "")
        return
    of = (seal_envelope.c.tenant == row["tenant"], seal_envelope.c.seal_id == row["seal_id"])
    await tx.execute(
        update(seal_envelope)
        .where(*of, seal_envelope.c.sequence == envelope["sequence"])
        .values(opened_by=use_id, opened_at=tx.now)
    )
    await _set_seal(tx, row, envelope_state="open")
    said = {"unsealed_at": tx.now, "unsealed_envelope": envelope["sequence"], "reclose_by": after.closes_at}
    await service.store(tx, row, after, **said)
    _announce(tx, row, after, contract.SEAL_USE_UNSEALED, "seal-use.unseal", viewer)


async def _found_wrong(
    tx: Tx, viewer: Viewer, row: Row, after: workflow.Use, wrong: incidents.Kind, expected: str, found: str
) -> None:
    await incidents.record(tx, row, wrong, expected=expected, found=paper_rules.plain(found)[:40], by=viewer)
    await _set_seal(tx, row, envelope_state="doubtful")
    await service.store(tx, row, after, reason=wrong.value, ended_at=tx.now)
    _announce(tx, row, after, contract.SEAL_USE_REFUSED, "seal-use.refuse", viewer)


async def _set_seal(tx: Tx, use: Row, **values: Any) -> None:
    own = (seal.c.tenant == use["tenant"], seal.c.id == use["seal_id"])
    await tx.execute(update(seal).where(*own).values(version=seal.c.version + 1, **values))


def _announce(tx: Tx, row: Row, after: workflow.Use, event: str, action: str, viewer: Viewer) -> None:
    position = after.position_of(viewer.subject)
    announce.moved(
        tx, row, event=event, action=action, state=after.state.value, round_=after.round, position=position
    )  # fmt: skip


def _record(tx: Tx, action: str, use: Row, **detail: Any) -> None:
    tx.record(
        Act(
            action=action,
            object_kind="seal-use",
            object_id=use["id"],
            division=use["division"],
            case_id=use["case_id"],
            detail=detail,
        )
    )


def _made(lines: Sequence[Row], body: Reclosing) -> list[paper_rules.Made]:
    """What was stamped, once for every line of the request."""
    if sorted(one.line for one in body.documents) != [one["line"] for one in lines]:
        zh, en = "每份文书填一次实盖份数和印数", "Say once for every document what was stamped"
        raise Invalid(errors=[FieldError("/documents", "supervision.stamped_lines", zh, en)])
    return [paper_rules.Made(one.line, one.copies, one.impressions) for one in body.documents]


async def reclose(tx: Tx, viewer: Viewer, place: Place, use_id: UUID, body: Reclosing) -> None:
    """Close the seal into its next envelope and lay out the record for the first custodian to sign."""
    row, use = await _custodians_use(tx, viewer, use_id)
    after = workflow.reclose(use, viewer.subject)
    held = await _held_seal(tx, viewer, row["seal_id"])
    lines = await tx.all(paper_repository.stamped(row["tenant"], [use_id]))
    made = _made(lines, body)
    shown = await _photographs(tx, row, use, paper_rules.CLOSING)
    if not shown:
        raise PhotographMissing()
    number = paper_rules.plain(body.number)
    await _next_envelope(tx, viewer, held, number, paper_rules.USE, shown[-1]["id"], use_id)
    for one in made:
        own = (seal_stamped.c.tenant == row["tenant"], seal_stamped.c.use_id == use_id, seal_stamped.c.line == one.line)
        counts = {"copies_made": one.copies, "impressions_made": one.impressions}
        await tx.execute(update(seal_stamped).where(*own).values(counts))
    if paper_rules.exceeds(lines, made):
        await incidents.record(tx, row, incidents.Kind.EXCESS, by=viewer)
    record = await _record_of(tx, place, row, number)
    await opening.prepare(tx, place.keyring, row, after, 1, record)
    kept_as = service.place_of(row["tenant"], use_id, "document")
    await service.store(
        tx, row, after, reclosed_at=tx.now, document=place.keyring.encrypt_bytes(record, **kept_as),
        document_sha256=pdf.fingerprint(record),
    )  # fmt: skip
    _announce(tx, row, after, contract.SEAL_USE_RECLOSED, "seal-use.reclose", viewer)


async def _record_of(tx: Tx, place: Place, row: Row, number: str) -> bytes:
    """The sheet of a finished opening: what its custodians sign."""
    tenant, use_id = row["tenant"], row["id"]
    opened = await tx.one(paper_repository.one(tenant, row["seal_id"], row["unsealed_envelope"]))
    photographs = await tx.all(paper_repository.photographs(tenant, [use_id]))
    made = paper_pdf.sheet(
        row,
        await tx.all(paper_repository.stamped(tenant, [use_id])),
        [one for one in photographs if one["round"] == row["round"]],
        [one["title"] for one in await tx.all(repository.custodians(tenant, [row["seal_id"]]))],
        envelopes=(opened["number"] if opened else "", number),
        now=tx.now,
        public_url=place.public_url,
    )
    return await paper_pdf.pdf(made, place.font_dir)


async def _next_envelope(
    tx: Tx, viewer: Viewer, held: Row, number: str, cause: str, photograph_id: UUID, use_id: UUID | None
) -> None:
    values = {
        "tenant": held["tenant"], "seal_id": held["id"], "sequence": held["envelope"] + 1, "number": number, "cause": cause,
        "closed_by": use_id, "closed_at": tx.now, "by_name": viewer.name, "photograph_id": photograph_id,
    }  # fmt: skip
    try:
        async with tx.part():
            await tx.execute(insert(seal_envelope).values(values))
    except IntegrityError:
        raise EnvelopeNumberUsed() from None
    place = {"tenant": held["tenant"], "seal_id": held["id"]}
    await _set_seal(tx, place, envelope=held["envelope"] + 1, envelope_state="closed")


async def close_in(tx: Tx, viewer: Viewer, place: Place, seal_id: UUID, number: str, name: str, body: bytes) -> None:
    """Close a seal into its first envelope, or anew after an incident; never by one of its custodians."""
    held = await _held_seal(tx, viewer, seal_id)
    holders = await tx.all(repository.custodians(held["tenant"], [seal_id]))
    if not paper_views.may_close(viewer, [holder["account"] for holder in holders]):
        raise Forbidden
    if held["envelope_state"] not in paper_views.CLOSABLE:
        raise EnvelopeNotReady(state=held["envelope_state"])
    taken = await _keep(tx, viewer, place, seal_id, None, 0, paper_rules.ANEW, name, body)
    cause = paper_rules.ANEW if held["envelope"] else paper_rules.FIRST
    await _next_envelope(tx, viewer, held, paper_rules.plain(number), cause, taken["id"], None)
    detail = {"sequence": held["envelope"] + 1, "cause": cause, "sha256": taken["sha256"]}
    tx.record(
        Act(action="seal.enclose", object_kind="seal", object_id=seal_id, division=held["division"], detail=detail)
    )
