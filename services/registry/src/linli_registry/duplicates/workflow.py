"""A merge and its undoing as changes of rows: who lived where, who is whose kin.

A merge changes rows and never deletes one; each is remembered as it was before and after. Undoing is a three-way rule,
cell by cell: what still is as the merge left it becomes again what it was, what was edited later stays as it is. Before
and after either, nobody lives in two households on a day and every household with members has one head.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from linli_registry.duplicates.errors import MergeOfRelatives
from linli_registry.households.commands import Command
from linli_registry.households.draft import Draft
from linli_registry.households.facts import HEAD, Household, Kin, Link, Membership, State
from linli_registry.households.kin import RELATION_CODES, relation_to

Row = TypeVar("Row", Membership, Link, Household)
_set = msgspec.structs.replace
Changes = dict[str, dict[UUID, tuple[Any, Any]]]
"""{"memberships" | "links" | "households": {id: (before or None when new, after)}}"""
TABLES: dict[str, type[Any]] = {"memberships": Membership, "links": Link, "households": Household}


def merge(state: State, kept: UUID, absorbed: UUID, home: UUID, day: date, new_id: Callable[[], UUID]) -> State:
    """Return the state in which `kept` has the stays and the kin of both; `home` is whose household counts."""
    stays = _fold_stays(state, kept, absorbed, home)
    links = _fold_links(state, kept, absorbed)
    folded = replace(state, memberships={**state.memberships, **stays}, links={**state.links, **links})
    return _settle(folded, _homes_of(state, (kept, absorbed)), day, new_id)


def _homes_of(state: State, people: Iterable[UUID]) -> set[UUID]:
    wanted = set(people)
    return {m.household for m in state.memberships.values() if m.resident in wanted and m.open}


def real_home(state: State, kept: UUID, absorbed: UUID, asked: UUID) -> UUID:
    """The record whose household counts: the one that has a present household, else the one asked for."""
    settled = [person for person in (kept, absorbed) if state.open_stay(person)]
    return settled[0] if len(settled) == 1 else asked


def _fold_stays(state: State, kept: UUID, absorbed: UUID, home: UUID) -> dict[UUID, Membership]:
    """The stays of `home` stand; the other record's are cut where they begin to overlap, or voided."""
    other = absorbed if home == kept else kept
    firm = state.stays(home)
    made = {stay.id: _set(stay, resident=kept) for stay in firm}
    for stay in state.stays(other):
        until = _until_overlap(stay, firm)
        if until == stay.since:
            made[stay.id] = _set(stay, until=until)
        else:
            made[stay.id] = _set(stay, resident=kept, until=until)
        same = next((s for s in firm if s.open and stay.open and s.household == stay.household), None)
        if same is not None and stay.relation == HEAD:
            made[same.id] = _set(made[same.id], relation=HEAD)
    return made


def _until_overlap(stay: Membership, firm: Iterable[Membership]) -> date | None:
    starts = [max(other.since, stay.since) for other in firm if stay.overlaps(other.since, other.until)]
    return min(starts) if starts else stay.until


def _fold_links(state: State, kept: UUID, absorbed: UUID) -> dict[UUID, Link]:
    made: dict[UUID, Link] = {}
    standing = {(x.kind, x.a, x.b) for x in state.links.values() if x.until is None and absorbed not in (x.a, x.b)}
    married = any(x.kind is Kin.SPOUSE and x.until is None and kept in (x.a, x.b) for x in state.links.values())
    for link in sorted(state.links.values(), key=lambda x: x.id):
        if absorbed not in (link.a, link.b) or link.until == link.since:
            continue
        a, b = (kept if end == absorbed else end for end in (link.a, link.b))
        if a == b:
            raise MergeOfRelatives
        if link.kind is Kin.SPOUSE and b < a:
            a, b = b, a
        key = (link.kind, a, b)
        if link.until is None and (key in standing or (married and link.kind is Kin.SPOUSE)):
            # Said twice, or against the kept record: it stays with the absorbed one, void.
            made[link.id] = _set(link, until=link.since)
            continue
        made[link.id] = _set(link, a=a, b=b)
        standing.add(key)
    return made


def _settle(state: State, homes: Iterable[UUID], day: date, new_id: Callable[[], UUID]) -> State:
    """Give every household with members one head and close an empty one."""
    for key in sorted(homes):
        home = state.households.get(key)
        if home is None:
            continue
        members = state.open_members(key)
        if members and home.closed_on is not None:
            state = replace(state, households={**state.households, key: _set(home, closed_on=None)})
        if home.closed_on is None and not members:
            last = max((m.until for m in state.memberships.values() if m.household == key and m.until), default=day)
            state = replace(
                state, households={**state.households, key: _set(home, closed_on=max(last, home.opened_on))}
            )
        if members and state.head(key) is None:
            draft = Draft(state, Command(household=key, day=day), new_id)
            draft.settle(key, None, voluntary=False)
            state = draft.state
    return state


def changes(before: State, after: State) -> Changes:
    """Return every row that differs."""
    found: Changes = {}
    for table in TABLES:
        old, new = getattr(before, table), getattr(after, table)
        found[table] = {key: (old.get(key), row) for key, row in new.items() if old.get(key) != row}
    return found


def undo(state: State, done: Changes, absorbed: UUID, day: date, new_id: Callable[[], UUID]) -> State:
    """Return the state as if the merge had not been, with what was edited since."""
    links, households = dict(state.links), dict(state.households)
    for table, rows in (("links", links), ("households", households)):
        for key, (old, new) in done.get(table, {}).items():
            if key in rows:
                rows[key] = _three_way(old, new, rows[key])
    stays = {k: m for k, m in state.memberships.items() if k not in done["memberships"]}
    for key, (old, new) in done["memberships"].items():
        if key in state.memberships and old is not None and old.resident != new.resident:
            for piece in _rest_of(stays, new, state.memberships[key]):
                stays[piece.id] = _set(piece, resident=old.resident)
    restored = [
        _three_way(old, new, state.memberships[key])
        for key, (old, new) in done["memberships"].items()
        if key in state.memberships
    ]
    # Rows that were edited since weigh more than rows that come back.
    changed = {stay.id: stay == done["memberships"][stay.id][0] for stay in restored}
    for stay in sorted(restored, key=lambda s: (changed[s.id], s.since, s.id)):
        firm = [m for m in stays.values() if m.resident == stay.resident and m.until != m.since]
        stays[stay.id] = stay if stay.until == stay.since else _set(stay, until=_until_overlap(stay, firm))
    state = replace(state, memberships=stays, links=links, households=households)
    homes = {m.household for pair in done["memberships"].values() for m in pair if m is not None}
    state = _one_head(state, homes & state.households.keys(), absorbed, new_id)
    return _settle(state, homes, day, new_id)


def _rest_of(stays: Mapping[UUID, Membership], moved: Membership, now: Membership) -> list[Membership]:
    """What later events made of the rest of a past stay: they end its row and go on with another one from that day.

    Of a present one it cannot be told: who comes back on the day of leaving leaves the same rows.
    """
    found: list[Membership] = []
    end = now.until
    while moved.until is not None and end is not None and end < moved.until:
        here = (m for m in stays.values() if m.resident == moved.resident and m.household == moved.household)
        piece = next((m for m in here if m.since == end and m.until is not None and end < m.until <= moved.until), None)
        if piece is None:
            break
        found.append(piece)
        end = piece.until
    return found


def _three_way(before: Row | None, after: Row, now: Row) -> Row:
    if before is None:
        if now != after:
            return now
        # A row made by the merge: rows are never deleted, so it ends as it began.
        return _set(now, until=now.since) if isinstance(now, Membership | Link) else now
    cells: Mapping[str, Any] = {
        name: getattr(before, name) if getattr(now, name) == getattr(after, name) else getattr(now, name)
        for name in now.__struct_fields__
    }
    return type(now)(**cells)


def _one_head(state: State, homes: Iterable[UUID], absorbed: UUID, new_id: Callable[[], UUID]) -> State:
    """Where a household has a new head by now, a head who comes back is a member from the new head's day."""
    stays = dict(state.memberships)
    for home in sorted(homes):
        heads = [m for m in stays.values() if m.household == home and m.open and m.relation == HEAD]
        if len(heads) < 2:
            continue
        ruling = max(heads, key=lambda m: (m.resident != absorbed, m.since, m.id))
        for old in heads:
            if old.id == ruling.id:
                continue
            since = max(old.since, ruling.since)
            stays[old.id] = _set(old, until=since)
            code = relation_to(state, ruling.resident, old.resident)
            code = code if code in RELATION_CODES and code != HEAD else "97"
            fresh = Membership(new_id(), home, old.resident, code, since)
            stays[fresh.id] = fresh
    return replace(state, memberships=stays)
