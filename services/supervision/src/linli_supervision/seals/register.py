"""The register of seals: founding one, a custodian's successor, a key that is lost.

Who can open a seal is never one person's decision: township or county writes down what was resolved, the village's own
supervision committee confirms it, and before that nothing changes. A lost key alone is dead at once; a new one is
certified when somebody else has made sure of its owner, and so is the first one of an account that others could sign in to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import FieldError, Invalid, NotFound, StaleVersion
from linli_kernel.events import Act
from linli_kernel.identity import Role, Viewer
from linli_kernel.ids import new_id
from linli_kernel.profile import SealRules
from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from linli_supervision.clients.gateway import Holder, PasswordSetting
from linli_supervision.rows import Row
from linli_supervision.seals import incidents, opening, repository, resolving, service, takeover, workflow
from linli_supervision.seals.errors import (
    AlreadyCustodian,
    ChangeWaiting,
    DecidesOnOneself,
    KeyInUse,
    NotACustodian,
    NotWaiting,
    SealExists,
    SealNotFound,
)
from linli_supervision.seals.schemas import Founding, KeyLoss, Succession
from linli_supervision.seals.tables import ENVELOPE, STATUTORY, custodian_key, seal, seal_change, seal_custodian


class Kind(StrEnum):
    FOUNDED = "founded"
    CUSTODIAN = "custodian"
    LOST = "lost"
    IDENTITY = "identity"


DECIDED_BY: Mapping[Kind, frozenset[Role]] = {
    Kind.FOUNDED: frozenset({Role.SUPERVISOR}),
    Kind.CUSTODIAN: frozenset({Role.SUPERVISOR}),
    Kind.LOST: frozenset({Role.SUPERVISOR, Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN}),
    Kind.IDENTITY: frozenset({Role.SUPERVISOR, Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN}),
}
IN_PERSON = frozenset({Kind.LOST, Kind.IDENTITY})
"""Confirmed by meeting the custodian, or not at all."""
CHANGED = "custodian_changed"
"""Why a predecessor's key is dead."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who holds a piece, or is to."""

    position: int
    account: UUID
    title: str

    def plain(self) -> dict[str, Any]:
        return {"position": self.position, "account": str(self.account), "title": self.title}


def candidates(holders: Sequence[Holder], rules: SealRules) -> dict[UUID, Holder]:
    """Return who may hold a piece: a custodian's post, and none that approves the use of the seal."""
    approvers = {holder.id for holder in holders if holder.role in rules.approver_roles}
    return {h.id: h for h in holders if h.role in rules.custodian_roles and h.id not in approvers}


def _no_candidate(pointer: str) -> Invalid:
    zh, en = "此人没有本村的印章保管人岗位，或同时可以审批用印", "No custodian's post here, or may approve uses as well"
    return Invalid(errors=[FieldError(pointer, "supervision.no_candidate", zh, en)])


async def found(
    tx: Tx, viewer: Viewer, body: Founding, rules: SealRules, known: Mapping[UUID, Holder], *, statutory: bool
) -> dict[str, Any]:
    """Propose a seal with its custodians; `statutory`: whether a provider of statutory seals is connected."""
    if len(body.custodians) != rules.pieces:
        zh, en = f"本地印章分 {rules.pieces} 片保管", f"Here a seal has {rules.pieces} pieces"
        raise Invalid(errors=[FieldError("/custodians", "supervision.pieces", zh, en)])
    people = []
    for n, account in enumerate(body.custodians):
        if account in body.custodians[:n]:
            zh, en = "一人只能保管一片", "Nobody holds two pieces"
            raise Invalid(errors=[FieldError(f"/custodians/{n}", "supervision.two_pieces", zh, en)])
        if account not in known:
            raise _no_candidate(f"/custodians/{n}")
        people.append(Person(n + 1, account, _title(known[account], body.name, n + 1)))
    same = (seal.c.tenant == tx.tenant, seal.c.division == body.division, seal.c.name == body.name)
    if await tx.one(select(seal.c.id).where(*same)) is not None:
        raise SealExists()
    if body.method not in rules.methods:
        zh, en = "本地没有这种保管方式", "Seals are not kept this way here"
        raise Invalid(errors=[FieldError("/method", "supervision.method", zh, en)])
    place = {"seal_id": new_id(), "division": body.division, "seal_name": body.name, "method": body.method}
    if body.statutory_code is not None:
        if body.method == ENVELOPE or not statutory:
            zh, en = (
                "本系统没有接入法定电子印章，或这不是电子印章",
                "No provider of statutory e-seals is connected, or this is no e-seal",
            )
            raise Invalid(errors=[FieldError("/statutory_code", "supervision.statutory_seal", zh, en)])
        place |= {"authority": STATUTORY, "statutory_code": body.statutory_code}
    named = await resolving.said(tx, body.division, body)
    return await _propose(tx, viewer, Kind.FOUNDED, 0, people, place, **named)


def _title(holder: Holder, name: str, position: int) -> str:
    return holder.title or f"{name}第 {position} 片保管人"


async def _seal(tx: Tx, viewer: Viewer, seal_id: UUID) -> tuple[Row, list[Person]]:
    """Return the seal and its custodians, held until the transaction ends."""
    row = await tx.one(repository.one_seal(viewer, seal_id).with_for_update(of=seal))
    if row is None:
        raise SealNotFound()
    holders = await tx.all(repository.custodians(row["tenant"], [seal_id]))
    return row, [Person(h["position"], h["account"], h["title"]) for h in holders]


def _at(people: Sequence[Person], position: int) -> Person:
    found = next((person for person in people if person.position == position), None)
    if found is None:
        raise SealNotFound()
    return found


def _place(row: Row) -> dict[str, Any]:
    return {"seal_id": row["id"], "division": row["division"], "seal_name": row["name"]}


async def succeed(
    tx: Tx, viewer: Viewer, seal_id: UUID, position: int, body: Succession, known: Mapping[UUID, Holder]
) -> dict[str, Any]:
    """Propose who follows the custodian of a piece."""
    row, people = await _seal(tx, viewer, seal_id)
    _at(people, position)
    if any(person.account == body.account for person in people):
        raise AlreadyCustodian()
    if body.account not in known:
        raise _no_candidate("/account")
    person = Person(position, body.account, _title(known[body.account], row["name"], position))
    named = await resolving.said(tx, row["division"], body)
    return await _propose(tx, viewer, Kind.CUSTODIAN, position, [person], _place(row), **named)


async def report_lost(tx: Tx, viewer: Viewer, seal_id: UUID, position: int, body: KeyLoss) -> dict[str, Any]:
    """End a key at once; what it was signing is opened anew. A custodian reports the own key only."""
    row, owner = await _own_piece(tx, viewer, seal_id, position)
    await _stop_openings(tx, viewer, row["tenant"], seal_id)
    await end_key(tx, row["tenant"], seal_id, position, revoked=body.reason)
    return await _propose(tx, viewer, Kind.LOST, position, [owner], _place(row), reason=body.reason)


async def ask_to_be_met(tx: Tx, viewer: Viewer, seal_id: UUID, position: int) -> dict[str, Any]:
    """Ask a third person to make sure of a custodian whose password somebody else set. A custodian asks for itself only."""
    row, owner = await _own_piece(tx, viewer, seal_id, position)
    return await _propose(tx, viewer, Kind.IDENTITY, position, [owner], _place(row))


async def _own_piece(tx: Tx, viewer: Viewer, seal_id: UUID, position: int) -> tuple[Row, Person]:
    row, people = await _seal(tx, viewer, seal_id)
    owner = _at(people, position)
    if viewer.role is Role.CUSTODIAN and owner.account != viewer.subject:
        raise NotACustodian()
    return row, owner


async def _stop_openings(tx: Tx, viewer: Viewer, tenant: str, seal_id: UUID) -> None:
    for found in await tx.all(repository.running_uses_of(tenant, seal_id)):
        row, use = await service.load_locked(tx, opening.system_viewer(tenant), found["id"])
        if use.state in workflow.TIMED:
            await service.store(tx, row, await opening.lapse_now(tx, row, use))
        elif use.state is workflow.State.RECLOSED:
            # The seal lies in its envelope, but this record will never bear all signatures.
            await service.end_unsigned(tx, viewer, row, use, incidents.Kind.KEY_LOST)


async def end_key(tx: Tx, tenant: str, seal_id: UUID, position: int, *, revoked: str | None = None) -> None:
    """The key of a piece signs no more; with `revoked` it stands on the county's revocation list."""
    await tx.execute(
        update(custodian_key)
        .where(
            custodian_key.c.tenant == tenant,
            custodian_key.c.seal_id == seal_id,
            custodian_key.c.position == position,
            custodian_key.c.replaced_at.is_(None),
        )
        .values(replaced_at=tx.now, revoked=revoked)
    )


async def _propose(
    tx: Tx, viewer: Viewer, kind: Kind, position: int, people: Sequence[Person], place: Mapping[str, Any], **said: Any
) -> dict[str, Any]:
    values = {
        "resolution": None,
        "deliberation_id": None,
        **place,
        **said,
        "tenant": tx.tenant,
        "id": new_id(),
        "kind": kind.value,
        "position": position,
        "people": [person.plain() for person in people],
        "state": "waiting",
        "by": viewer.subject,
        "by_name": viewer.name,
        "at": tx.now,
    }
    try:
        async with tx.part():
            await tx.execute(insert(seal_change).values(values))
    except IntegrityError:
        raise ChangeWaiting() from None
    _record(tx, "seal-change.propose", values)
    return await _read(tx, viewer, values["id"])


async def _read(tx: Tx, viewer: Viewer, change_id: UUID) -> dict[str, Any]:
    row = await tx.one(repository.changes(viewer).where(seal_change.c.id == change_id))
    if row is None:
        raise NotFound
    return view(row, viewer)


def _record(tx: Tx, action: str, change: Row) -> None:
    detail = {"kind": change["kind"], "position": change["position"], "change": str(change["id"])}
    if change["resolution"]:
        detail["deliberation"] = str(change["deliberation_id"] or "before_installation")
    tx.record(
        Act(
            action=action,
            object_kind="seal",
            object_id=change["seal_id"],
            division=change["division"],
            detail=detail,
        )
    )


async def decide(
    tx: Tx,
    viewer: Viewer,
    change_id: UUID,
    version: int,
    rules: SealRules,
    profile: str,
    heard: Sequence[PasswordSetting] = (),
    *,
    refusal: str | None = None,
    in_person: bool = False,
) -> dict[str, Any]:
    """Confirm what was proposed, and it takes effect; with `refusal` it does not. `in_person`: its custodians were met."""
    row = await tx.one(repository.changes(viewer).where(seal_change.c.id == change_id).with_for_update(of=seal_change))
    if row is None:
        raise NotFound
    if row["version"] != version:
        raise StaleVersion()
    if row["state"] != "waiting":
        raise NotWaiting()
    await _check_decider(tx, viewer, row)
    met = refusal is None and (in_person or row["kind"] in IN_PERSON)
    if met:
        people = [UUID(person["account"]) for person in row["people"]]
        await takeover.require_third_person(tx, row["tenant"], row["seal_id"], people, viewer.subject, heard)
    if refusal is None:
        await resolving.require_standing(tx, row)
        await _take_effect(tx, row, rules, profile)
    await tx.execute(
        update(seal_change)
        .where(seal_change.c.tenant == row["tenant"], seal_change.c.id == change_id)
        .values(
            state="confirmed" if refusal is None else "refused", refusal=refusal, decided_by=viewer.subject,
            decided_by_name=viewer.name, decided_at=tx.now, in_person=met, version=seal_change.c.version + 1,
        )
    )  # fmt: skip
    _record(tx, "seal-change.confirm" if refusal is None else "seal-change.refuse", row)
    return await _read(tx, viewer, change_id)


def may_decide(viewer: Viewer, row: Row) -> bool:
    """Whether the post may decide at all and is not concerned; that it holds no piece is seen to by the command."""
    concerned = {row["by"], *(UUID(person["account"]) for person in row["people"])}
    return viewer.role in DECIDED_BY[Kind(row["kind"])] and viewer.subject not in concerned


async def _check_decider(tx: Tx, viewer: Viewer, row: Row) -> None:
    holders = await tx.all(repository.custodians(row["tenant"], [row["seal_id"]]))
    if not may_decide(viewer, row) or viewer.subject in {holder["account"] for holder in holders}:
        raise DecidesOnOneself()


async def _take_effect(tx: Tx, row: Row, rules: SealRules, profile: str) -> None:
    people = [Person(p["position"], UUID(p["account"]), p["title"]) for p in row["people"]]
    if row["kind"] == Kind.FOUNDED:
        await _open_seal(tx, row, people, rules, profile)
    elif row["kind"] == Kind.CUSTODIAN:
        await _hand_over(tx, row, people[0])


async def _open_seal(tx: Tx, row: Row, people: Sequence[Person], rules: SealRules, profile: str) -> None:
    made = await tx.execute(
        upsert(seal)
        .values(
            tenant=row["tenant"], id=row["seal_id"], division=row["division"], name=row["seal_name"],
            pieces=len(people), opening_minutes=rules.opening_minutes, profile=profile, created_at=tx.now,
            method=row["method"], reclose_minutes=rules.reclose_minutes, authority=row["authority"],
            statutory_code=row["statutory_code"],
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    if made.rowcount != 1:
        raise SealExists()
    place = {"tenant": row["tenant"], "seal_id": row["seal_id"], "since": tx.now}
    pieces = [place | {"position": p.position, "account": p.account, "title": p.title} for p in people]
    await tx.execute(insert(seal_custodian).values(pieces))


async def _hand_over(tx: Tx, row: Row, successor: Person) -> None:
    tenant, seal_id = row["tenant"], row["seal_id"]
    await tx.one(select(seal.c.id).where(seal.c.tenant == tenant, seal.c.id == seal_id).with_for_update())
    if await tx.all(repository.running_uses_of(tenant, seal_id)):
        raise KeyInUse()
    holders = await tx.all(repository.custodians(tenant, [seal_id]))
    if any(holder["account"] == successor.account for holder in holders):
        raise AlreadyCustodian()
    await end_key(tx, tenant, seal_id, successor.position, revoked=CHANGED)
    piece = (
        seal_custodian.c.tenant == tenant,
        seal_custodian.c.seal_id == seal_id,
        seal_custodian.c.position == successor.position,
    )
    await tx.execute(
        update(seal_custodian).where(*piece).values(account=successor.account, title=successor.title, since=tx.now)
    )
    bump = update(seal).where(seal.c.tenant == tenant, seal.c.id == seal_id).values(version=seal.c.version + 1)
    await tx.execute(bump)


def view(row: Row, viewer: Viewer) -> dict[str, Any]:
    """One change as the viewer sees it."""
    waiting = row["state"] == "waiting"
    return {
        **{name: row[name] for name in ("id", "seal_id", "division", "seal_name", "kind", "position", "reason")},
        **{name: row[name] for name in ("resolution", "deliberation_id", "resolved_on", "state", "at", "decided_at")},
        **{name: row[name] for name in ("method", "authority", "statutory_code", "refusal", "in_person", "version")},
        "titles": [person["title"] for person in row["people"]],
        "by": {"id": row["by"], "name": row["by_name"]},
        "decided_by": {"id": row["decided_by"], "name": row["decided_by_name"]} if row["decided_by"] else None,
        "my_actions": ["confirm", "refuse"] if waiting and may_decide(viewer, row) else [],
    }
