"""What people do with transfers: ask at the origin, accept or refuse at the destination. Nothing here commits."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.privacy import KeyRing
from sqlalchemy import RowMapping

from linli_registry.context import Context
from linli_registry.history.repository import briefs, division_names
from linli_registry.households import commands as c
from linli_registry.households import repository as households
from linli_registry.households.domain import decide
from linli_registry.households.draft import living
from linli_registry.households.errors import AlreadyAway, EventInFuture
from linli_registry.households.evidence import Owner, take_along
from linli_registry.households.facts import Effect, Household, Link, Presence, Register, SetFact, State, Tie
from linli_registry.households.gone import in_no_household
from linli_registry.households.service import commit_event, place
from linli_registry.metadata import Row
from linli_registry.residents import service as residents
from linli_registry.residents.display import Display, relation_name
from linli_registry.residents.repository import division_is_open
from linli_registry.residents.schemas import NewResident, ResidentPatch
from linli_registry.transfers import errors, papers, repository
from linli_registry.transfers.package import Package, Traveller, unseal
from linli_registry.transfers.schemas import Accept, Close, NewTransfer
from linli_registry.transfers.workflow import ALLOWED, SIDE_OF
from linli_registry.transfers.workflow import State as At


async def ask(tx: Tx, context: Context, viewer: Viewer, asked: NewTransfer) -> UUID:
    """Ask the destination to take people; the move out is tried first, so that only what can close is asked."""
    county = asked.to_division[:6]
    if county == viewer.tenant:
        raise errors.SameCounty
    if county not in {tenant.key for tenant in context.profiles.tenants()}:
        raise errors.CountyNotConnected
    people = list(dict.fromkeys(asked.people))
    division = await _leaving(tx, context, viewer, asked, people)
    if await repository.somebody_moves(tx, viewer.tenant, people):
        raise errors.AlreadyMoving
    if not await division_is_open(tx, asked.to_division):
        fault = "没有这个村（社区）", "There is no such village"
        raise Invalid(errors=[FieldError("/to_division", "registry.division_unknown", *fault)])
    key = new_id()
    row = {"id": key, "side": "origin", "state": At.REQUESTED, "division": division, "other_tenant": county}
    row |= {"other_division": asked.to_division, "household": asked.household_id, "new_head": asked.new_head_id}
    row |= {"people": [str(p) for p in people], "reason": asked.reason, "evidence": list(asked.evidence)}
    await repository.add(tx, row | {"actor": viewer.subject})
    owner = Owner("household", asked.household_id) if asked.household_id else Owner("resident", people[0])
    await take_along(tx, viewer, owner, key, asked.files)
    _record(tx, "transfer.ask", key, people, division, {"to": county, "files": len(set(asked.files))})
    return key


async def _leaving(tx: Tx, context: Context, viewer: Viewer, asked: NewTransfer, people: list[UUID]) -> str:
    """Return the village they leave, or raise what would keep them from it today."""
    if asked.household_id is not None:
        named = {*people, *([asked.new_head_id] if asked.new_head_id else [])}
        home = await households.lock(tx, viewer, asked.household_id, None, people=named)
        state = await households.load_state(tx, viewer, [asked.household_id], named)
        trial = c.MoveOut(
            household=asked.household_id, day=context.today, members=tuple(people), new_head=asked.new_head_id
        )
        decide(state, trial, context.today, new_id)
        return str(home["division"])
    if len(people) > 1:
        fault = "不在任何户内的人请逐个申请", "People who are in no household are asked for one by one"
        raise Invalid(errors=[FieldError("/people", "registry.one_by_one", *fault)])
    state = await households.load_state(tx, viewer, (), people)
    in_no_household(state, people[0], context.today)
    person = living(state, people[0], context.today)
    if person.presence == Presence.MOVED_OUT:
        raise AlreadyAway
    return person.division


async def _allowed(tx: Tx, viewer: Viewer, key: UUID, version: int, command: str) -> RowMapping:
    row = await repository.locked(tx, viewer, key, version)
    if row["side"] != SIDE_OF[command] or row["state"] not in ALLOWED[command]:
        raise errors.NotInThisState
    return row


async def refuse(tx: Tx, viewer: Viewer, key: UUID, version: int, reason: str) -> None:
    row = await _allowed(tx, viewer, key, version, "refuse")
    await repository.change(tx, key, [At.WAITING], state=At.REFUSED, answer=reason, package=None)
    await papers.drop(tx, key)
    _record(tx, "transfer.refuse", key, [], row["division"], {})


async def cancel(tx: Tx, viewer: Viewer, key: UUID, version: int) -> None:
    row = await _allowed(tx, viewer, key, version, "cancel")
    await repository.change(tx, key, sorted(ALLOWED["cancel"]), state=At.CANCELLING)
    _record(tx, "transfer.cancel", key, _ids(row), row["division"], {})


async def close(tx: Tx, viewer: Viewer, key: UUID, version: int, asked: Close) -> None:
    """Let a blocked transfer try again, with what was missing."""
    row = await _allowed(tx, viewer, key, version, "close")
    head = asked.new_head_id or row["new_head"]
    await repository.change(tx, key, [At.BLOCKED], state=At.WAITING, new_head=head, problem=None)
    _record(tx, "transfer.retry", key, _ids(row), row["division"], {})


async def accept(tx: Tx, context: Context, viewer: Viewer, key: UUID, version: int, asked: Accept) -> None:
    """Register the people here, or find those who are, and let them enter a household."""
    row = await _allowed(tx, viewer, key, version, "accept")
    if asked.date > context.today:
        raise EventInFuture
    package = unseal(row["package"], context.keyring, viewer.tenant, key)
    if package.since is not None and asked.date < package.since:
        raise errors.LivedThereThen(since=package.since)
    found = {one.id: await _resident(tx, context, viewer, row, one) for one in package.people}
    own = {key: resident for key, (resident, _) in found.items()}
    made = tuple(Register(resident) for resident, new in found.values() if new)
    home, event = await _enter(tx, context, viewer, row, package, own, made, asked)
    await papers.file_with(tx, row["id"], event, household=home)
    entered = {"household": home, "event": event, "people": [str(p) for p in own.values()], "problem": None}
    await repository.change(tx, key, [At.WAITING], state=At.ACCEPTED, moved_on=asked.date, **entered)
    _record(tx, "transfer.accept", key, list(own.values()), row["division"], {"from": row["other_tenant"]})


async def _resident(tx: Tx, context: Context, viewer: Viewer, row: RowMapping, one: Traveller) -> tuple[UUID, bool]:
    """Who lives here already, or came from here, is not registered twice; True of who is new."""
    given = {name: value for name, value in one.values().items() if value is not None}
    known = await _own_record(tx, context, viewer, one)
    if known is not None:
        if not viewer.covers(known["division"]):
            raise errors.KnownInAnotherVillage(name=one.name)
        if known["presence"] == Presence.MOVED_OUT:
            # Whoever comes back is as the other county knew them last.
            newest = ResidentPatch(**given, reason=row["reason"], source="exchange")
            await residents.change(tx, context, viewer, known["id"], known["version"], newest)
        return known["id"], False
    new = NewResident(
        division=row["division"],
        hukou_division=row["division"],
        reason=row["reason"],
        **given,
    )
    registered, _ = await residents.register(tx, context, viewer, new, source="exchange")
    return registered, True


async def _own_record(tx: Tx, context: Context, viewer: Viewer, one: Traveller) -> RowMapping | None:
    """Find somebody's record by the number, or without one by the transfer that led them away from here."""
    if one.identity_number:
        index = context.keys(viewer).number_index(one.identity_number)
        if (known := await repository.by_number(tx, viewer.tenant, index)) is not None:
            return known
    return None if one.known_as is None else await repository.by_id(tx, viewer.tenant, one.known_as)


async def _enter(
    tx: Tx,
    context: Context,
    viewer: Viewer,
    row: RowMapping,
    package: Package,
    own: dict[UUID, UUID],
    made: tuple[Effect, ...],
    asked: Accept,
) -> tuple[UUID, UUID]:
    homes = [asked.household_id] if asked.household_id else []
    state = await households.load_state(tx, viewer, homes, own.values())
    ties = [Tie(Link(new_id(), t.kind, *_pair(t.kind, own[t.a], own[t.b]), asked.date)) for t in package.ties]
    effects: tuple[Effect, ...] = (*made, *(tie for tie in ties if not _known(state, tie)))
    tied = state.apply(effects)
    extra: dict[str, Any] = {}
    if asked.household_id is None:
        extra, grid = await place(
            tx, viewer, row["division"], asked.dwelling_id, asked.address, asked.grid_id, asked.household_number
        )
        home = Household(new_id(), row["division"], asked.date, grid)
        command: c.Command = _found(package, own, home, asked)
    else:
        home = state.households[asked.household_id]
        here = {m.resident for m in state.open_members(home.id)}
        coming = tuple(person for person in own.values() if person not in here)
        effects += tuple(_registered_now(state, person) for person in own.values() if person in here)
        command = c.MoveIn(household=home.id, day=asked.date, members=coming)
    if not (isinstance(command, c.MoveIn) and not command.members):
        effects += decide(tied, command, context.today, new_id)
    where = (home.id, row["division"], row["reason"], list(row["evidence"]))
    event = await commit_event(tx, viewer, "transfer_in", command, effects, state, extra, *where, source="exchange")
    return home.id, event


def _pair(kind: str, a: UUID, b: UUID) -> tuple[UUID, UUID]:
    return (b, a) if kind == "spouse" and b < a else (a, b)


def _known(state: State, tie: Tie) -> bool:
    link = tie.link
    return any((x.kind, x.a, x.b) == (link.kind, link.a, link.b) for x in state.links.values() if x.until is None)


def _registered_now(state: State, person: UUID) -> SetFact:
    return SetFact(person, "presence", state.people[person].presence, Presence.REGISTERED_HERE.value)


def _found(package: Package, own: dict[UUID, UUID], home: Household, asked: Accept) -> c.Found:
    """The head comes along, or the eldest heads; relations hold only while the head is the same."""
    oldest = sorted(package.people, key=lambda one: (one.birth_date is None, one.birth_date))
    head = next((one for one in package.people if one.relation == "02"), oldest[0])
    relations = {own[one.id]: one.relation for one in package.people if one.relation and one is not head}
    others = tuple(own[one.id] for one in package.people if one is not head)
    kept = relations if head.relation == "02" else {}
    return c.Found(household=home.id, day=asked.date, new=home, head=own[head.id], members=others, relations=kept)


def _ids(row: RowMapping) -> list[UUID]:
    return [UUID(person) for person in row["people"]]


def _record(tx: Tx, action: str, key: UUID, people: list[UUID], division: str, detail: dict[str, Any]) -> None:
    act = Act(action=action, object_kind="transfer", object_id=key, people=people, division=division, detail=detail)
    tx.record(act)


async def show(db: Database, context: Context, viewer: Viewer, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return sides of transfers with their people, masked."""
    codes = {code for row in rows for code in (row["division"], row["other_division"])}
    names = await division_names(db, codes)
    wanted = {UUID(person) for row in rows for person in row["people"]}
    known = {one["id"]: one for one in await briefs(db, viewer.tenant, wanted)} if wanted else {}
    display = context.display(viewer)
    files = await papers.of_transfers(db, context.keyring, display, [row["id"] for row in rows])
    return [
        _side(row, names, _people(row, known, display, context.keyring)) | {"files": files.get(row["id"], [])}
        for row in rows
    ]


def _side(row: Row, names: Mapping[str, str], people: list[dict[str, Any]]) -> dict[str, Any]:
    shown = {name: row[name] for name in ("id", "side", "state", "division", "other_tenant", "other_division")}
    shown |= {name: row[name] for name in ("reason", "evidence", "answer", "moved_on", "problem", "version")}
    shown |= {"created_at": row["created_at"].isoformat(), "changed_at": row["changed_at"].isoformat()}
    shown |= {"household_id": row["household"], "division_name": names.get(row["division"])}
    shown["other_division_name"] = names.get(row["other_division"])
    return shown | {"people": people, "count": len(people)}


def _people(row: Row, known: Mapping[UUID, Row], display: Display, ring: KeyRing) -> list[dict[str, Any]]:
    if row["package"] is not None and not row["people"]:
        package = unseal(row["package"], ring, display.viewer.tenant, row["id"])
        return [_traveller(one, display) for one in package.people]
    wanted = ("id", "name", "sex", "birth_date", "identity_masked", "relation", "relation_name")
    people = (known[key] for key in map(UUID, row["people"]) if key in known)
    return [{name: brief[name] for name in wanted} for brief in map(display.brief, people)]


def _traveller(one: Traveller, display: Display) -> dict[str, Any]:
    hidden = display.hides({"birth_date": one.birth_date})
    shown: dict[str, Any] = {"id": one.id, "name": display.mask("name", one.name) if hidden else one.name}
    shown |= {"sex": one.facts.get("sex") or "0", "birth_date": None if hidden else one.birth_date}
    shown["identity_masked"] = display.mask("identity_number", one.identity_number)
    return shown | {"relation": one.relation, "relation_name": relation_name(one.relation)}
