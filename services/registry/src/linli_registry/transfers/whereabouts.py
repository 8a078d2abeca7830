"""Where transfers between counties have led somebody, and what keeps a former county from having them again.

A transfer ties a record of one county to a record of the other. Who is taken in again other than by a transfer back must be
held by nobody whom such ties lead to, today or on a day of the stay; of the other county nothing is told but its name.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import Conflict, FieldError, Invalid
from sqlalchemy import Select, Text, and_, cast, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

from linli_registry.divisions.tables import division
from linli_registry.households.errors import PersonDead
from linli_registry.households.facts import Membership, Presence, State
from linli_registry.households.tables import membership
from linli_registry.metadata import Row
from linli_registry.residents.tables import resident
from linli_registry.transfers.errors import LeftThereToo, LivedElsewhereThen, TransferredAway
from linli_registry.transfers.tables import transfer

_t, _o, _r, _m = transfer.c, transfer.alias("other").c, resident.c, membership.c
_there = _o.id.table
Who = tuple[str, UUID]
"""A record: its county and its id."""
NOT_HERE = (Presence.MOVED_OUT, Presence.VOID)


@dataclass(frozen=True)
class Move:
    """One person's part in a transfer that was accepted, from the side of the record it was asked for."""

    away: bool
    county: str
    county_name: str
    arrival: date
    other: UUID
    closed: bool
    """Whether the origin has let them go; until it does, its record counts for nothing."""


def naming(tenant: str, people: Collection[UUID]) -> Select[Any]:
    """Select both sides of the accepted transfers that name one of these records, the latest arrival last."""
    named = _t.people.op("?|")(cast([str(one) for one in people], ARRAY(Text)))
    county = division.c.code == func.rpad(_t.other_tenant, 12, "0")
    accepted = or_(
        and_(_t.side == "destination", _t.state.in_(("accepted", "done"))), _o.state.in_(("accepted", "done"))
    )
    columns = (_t.side, _t.state, _t.people, _o.state.label("other_state"), _o.people.label("other_people"))
    arrival = func.coalesce(_t.moved_on, _o.moved_on)
    return (
        select(*columns, _t.other_tenant, func.coalesce(division.c.name, _t.other_tenant).label("county"))
        .add_columns(arrival.label("arrival"))
        .select_from(
            transfer.join(_there, and_(_o.tenant == _t.other_tenant, _o.id == _t.id)).outerjoin(division, county)
        )
        .where(_t.tenant == tenant, named, accepted, _t.side != _o.side)
        .order_by(arrival, _t.id)
    )


def _moves(rows: Collection[Row], person: UUID) -> Iterator[Move]:
    for row in rows:
        own, others = row["people"], row["other_people"]
        if str(person) not in own:
            continue
        away = row["side"] == "origin"
        # The destination keeps its people in the order of the ids that the origin has.
        mine, theirs = (sorted(own), others) if away else (own, sorted(others))
        other = UUID(theirs[mine.index(str(person))])
        closed = row["state" if away else "other_state"] == "done"
        yield Move(away, row["other_tenant"], row["county"], row["arrival"], other, closed)


async def last_moves(tx: Tx, tenant: str, people: Collection[UUID]) -> dict[UUID, Move]:
    """Return how each of these last came or went by a transfer, of those who ever did."""
    rows = await tx.all(naming(tenant, people)) if people else []
    return {one: moves[-1] for one in people if (moves := list(_moves(rows, one)))}


async def _tied(tx: Tx, who: Who) -> dict[Who, str]:
    """Return the records of other counties that transfers tie this one to, each with the name of its county.

    The transfers are locked: of two counties that take somebody back at once, the second sees what the first did.
    """
    found: dict[Who, str] = {}
    leaving: set[Who] = set()
    seen, waiting = {who}, [who]
    while waiting:
        tenant, person = waiting.pop()
        rows = await tx.all(naming(tenant, [person]).with_for_update(of=[transfer, _there]))
        for move in _moves(rows, person):
            other = (move.county, move.other)
            found.setdefault(other, move.county_name)
            if not move.away and not move.closed:
                leaving.add(other)
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return {one: name for one, name in found.items() if one[0] != who[0] and one not in leaving}


async def _kept_from(tx: Tx, tied: dict[Who, str]) -> Conflict | None:
    """Return what keeps them there: the county that has them today, or that they died."""
    counts = and_(_r.presence != Presence.VOID, or_(_r.presence != Presence.MOVED_OUT, _r.death_date.is_not(None)))
    own = tuple_(_r.tenant, _r.id).in_(list(tied))
    statement = select(_r.tenant, _r.id, _r.death_date).where(own, counts).order_by(_r.death_date.nulls_last())
    row = await tx.one(statement.limit(1)) if tied else None
    if row is None:
        return None
    return TransferredAway(county=tied[row["tenant"], row["id"]]) if row["death_date"] is None else PersonDead()


async def held_elsewhere(tx: Tx, tenant: str, person: UUID) -> bool:
    """Whether another county has somebody whom transfers tie to this record."""
    return await _kept_from(tx, await _tied(tx, (tenant, person))) is not None


async def refusal(tx: Tx, tenant: str, person: UUID) -> Conflict | None:
    """Why somebody who left this county is not simply registered again; None of who did not leave by a transfer."""
    kept = await _kept_from(tx, await _tied(tx, (tenant, person)))
    if kept is not None:
        return kept
    last = (await last_moves(tx, tenant, [person])).get(person)
    return LeftThereToo(county=last.county_name) if last is not None and last.away else None


async def may_return(tx: Tx, before: State, after: State, *, shown: bool) -> None:
    """See that nobody is taken in again whom another county has; `shown` tells that papers say where they come from."""
    for person in _returning(before, after):
        who = (tx.tenant, person)
        tied = await _tied(tx, who)
        if (kept := await _kept_from(tx, tied)) is not None:
            raise kept
        gained = [stay for stay in after.stays(person) if not _covered(before, stay)]
        await _lived_there(tx, tied, gained)
        last = (await last_moves(tx, tx.tenant, [person])).get(person)
        if last is not None and last.away and not shown:
            fault = "此人曾转往外县，迁回须附凭据", "They were transferred away: a return needs papers"
            raise Invalid(errors=[FieldError("/evidence", "registry.return_needs_papers", *fault)])


def _returning(before: State, after: State) -> list[UUID]:
    was = before.people
    return sorted(
        key
        for key, now in after.people.items()
        if key in was and was[key].presence == Presence.MOVED_OUT and now.presence not in NOT_HERE
    )


def _covered(before: State, stay: Membership) -> bool:
    known = before.memberships.get(stay.id)
    return known is not None and known.since <= stay.since and known.until == stay.until


async def _lived_there(tx: Tx, tied: dict[Who, str], gained: list[Membership]) -> None:
    if not tied or not gained:
        return
    since, ends = min(stay.since for stay in gained), [stay.until for stay in gained]
    until = None if None in ends else max(end for end in ends if end)
    overlapping = and_(
        tuple_(_m.tenant, _m.resident).in_(list(tied)),
        or_(_m.until.is_(None), and_(_m.until > since, _m.until != _m.since)),
        literal(True) if until is None else _m.since < until,
    )
    for row in await tx.all(select(_m.tenant, _m.resident, _m.since, _m.until).where(overlapping)):
        there = Membership(row["resident"], row["resident"], row["resident"], "", row["since"], row["until"])
        if any(stay.overlaps(there.since, there.until) for stay in gained):
            raise LivedElsewhereThen(
                county=tied[row["tenant"], row["resident"]], since=there.since, until=there.until or "—"
            )
