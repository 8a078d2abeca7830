"""Decides what a household of rows would do to the register: nothing here reads or writes.

A household goes in whole or not at all. People are matched by number (or by the record id of an export), those without
a number by village, name and birth date. The rules of registration and of life events are the registry's own; an
existing household, its head and its relations are never changed by a file, only filled up.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.errors import DomainError, Invalid
from linli_kernel.ids import new_id
from linli_kernel.privacy import mask_name
from sqlalchemy import RowMapping

from linli_registry.households import commands
from linli_registry.households.domain import decide
from linli_registry.households.errors import AlreadyInHousehold, PersonDead
from linli_registry.households.facts import (
    HEAD,
    Effect,
    Enter,
    Household,
    Kin,
    Link,
    Person,
    Presence,
    SetFact,
    State,
    Tie,
)
from linli_registry.imports.findings import Finding, is_error, warning
from linli_registry.imports.known import SHORTEST_OWN_NUMBER, Known
from linli_registry.imports.rows import Row, cleaned_address
from linli_registry.imports.setting import Setting
from linli_registry.residents.values import check, differences, needed, number_lacks
from linli_registry.transfers.errors import TransferredAway

OTHER_RELATIVE = "97"
_SPOUSES = frozenset({"10", "11", "12"})
_CHILDREN = frozenset({"20", "21", "22", "23", "24", "25", "26", "30", "31", "32", "33", "34", "35", "36"})
_PARENTS = frozenset({"50", "51", "52"})


@dataclass
class PersonPlan:
    """One row: who it is, the values to store (in the clear), what the list changes, and what the event of its household changes."""

    row: Row
    person: UUID
    old: RowMapping | None = None
    values: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    moves: dict[str, Any] = field(default_factory=dict)
    outcome: str = "error"

    @property
    def changed(self) -> set[str]:
        return {*self.changes, *self.moves}


@dataclass
class HouseholdPlan:
    """One household of rows. `effects` is empty when nobody enters a household."""

    people: list[PersonPlan]
    village: str = ""
    home: Household | None = None
    new_home: bool = False
    number: str = ""
    dwelling: UUID | None = None
    new_address: str = ""
    kind: str = ""
    effects: tuple[Effect, ...] = ()

    @property
    def faulty(self) -> bool:
        return any(plan.row.faulty for plan in self.people)

    @property
    def first_row(self) -> int:
        return self.people[0].row.number


def plan_household(rows: Sequence[Row], known: Known, setting: Setting) -> HouseholdPlan:
    """Plan one household; its findings are added to its rows."""
    plan = HouseholdPlan([_person(row, known, setting) for row in rows])
    first = rows[0]
    village = setting.village_of(first)
    if village is None:
        first.find(
            Finding("import.village_unknown", "没有这个村（社区），或不在您的辖区", "No such village in your area"),
            "division",
        )
    else:
        plan.village = village
        _same_person_twice(plan)
        _place(plan, known, setting)
    if not plan.faulty:
        _household(plan, known, setting)
    _outcomes(plan)
    return plan


def _person(row: Row, known: Known, setting: Setting) -> PersonPlan:
    plan = PersonPlan(row, new_id())
    plan.old = _match(row, known, setting)
    if plan.old is not None:
        plan.person = plan.old["id"]
        _against_the_register(plan, known, setting)
    if not row.faulty or plan.old is None:
        _checked(plan, setting)
    return plan


def _match(row: Row, known: Known, setting: Setting) -> RowMapping | None:
    if row.index is not None:
        others = [n for n in known.repeated.get(row.index, ()) if n != row.number]
        if others:
            where = "、".join(map(str, others[:5]))
            row.find(
                Finding("import.repeated", f"与第 {where} 行的证件号码重复", f"Same number as row {where}"),
                "identity_number",
            )
        if (found := known.by_index.get(row.index)) is not None:
            return found
    if row.record_id is not None:
        found = known.by_id.get(row.record_id)
        if found is None or not setting.viewer.covers(found["division"]):
            row.find(Finding("import.record_unknown", "登记库中没有这个登记编号", "No such record"), "record_id")
            return None
        return found
    return _by_name(row, known, setting)


def _by_name(row: Row, known: Known, setting: Setting) -> RowMapping | None:
    born, village = row.given.get("birth_date"), setting.village_of(row)
    unread = any(f.field in ("identity_number", "birth_date") for f in row.findings)
    if born is None and not row.given.get("identity_number") and not unread:
        row.find(
            Finding("import.number_or_birth", "没有证件号码的人请填写出生日期", "Without a number give the birth date"),
            "birth_date",
        )
    born = row.born
    same = [r for r in known.namesakes.get((village or "", row.name), ()) if r["birth_date"] == born and born]
    free = [r for r in same if row.canonical is None or r["number_index"] is None]
    if len(free) == 1:
        return free[0]
    if len(free) > 1 and row.canonical is None:
        row.find(
            Finding(
                "import.ambiguous",
                "登记库中有多个同名同生日的人，请填写证件号码",
                "Several people fit; give the number",
            ),
            "name",
        )
    elif same:
        row.find(
            warning(
                "import.likely_duplicate", "登记库中已有同名同生日的人，但证件号码不同，请核对",
                "Somebody of this name and birth date is registered with another number",
            ),
            "name",
        )  # fmt: skip
    return None


def _against_the_register(plan: PersonPlan, known: Known, setting: Setting) -> None:
    row, old = plan.row, plan.old
    if old is None:
        return
    if not setting.viewer.covers(old["division"]):
        row.find(
            Finding(
                "import.registered_elsewhere", "此人已登记在本县其他地方", "Already registered elsewhere in the county"
            ),
            "identity_number",
        )
    elif row.name and old["name"] != row.name:
        row.find(
            Finding(
                "import.name_differs",
                f"这个证件号码登记的姓名是“{mask_name(old['name'])}”，请核对",
                "Registered under another name",
            ),
            "name",
        )
    elif old["death_date"] is not None:
        row.find(Finding(PersonDead.code, PersonDead.zh, PersonDead.en), "name")
    elif (county := known.gone_to.get(old["id"])) is not None:
        row.find(
            Finding(
                TransferredAway.code,
                f"此人已转往{county}；请由{county}发起跨县转移后在本县接收，或凭凭据在户内办理“返回”",
                f"Transferred to {county}, which asks for a transfer back; or register the return with papers",
            ),
            "identity_number" if row.canonical else "name",
        )
    elif old["presence"] == Presence.MOVED_OUT:
        row.find(
            Finding(
                "import.moved_out", "此人已登记迁出，请先办理迁入", "Registered as moved out; register the return first"
            ),
            "name",
        )


def _checked(plan: PersonPlan, setting: Setting) -> None:
    given = dict(plan.row.given)
    if plan.old is None:
        given.setdefault("presence", Presence.REGISTERED_HERE.value)
    elif plan.old["number_index"] is not None and not given.get("identity_number"):
        given.pop("document_kind", None)
    known = {} if plan.old is None else dict(plan.old)
    if number_lacks(given, known):
        # Lists fill the column for everybody; who has no number yet is not turned away, and it is said.
        zh, en = "没有证件号码，按“暂无证件”登记", "Without a number: registered as having no papers yet"
        plan.row.find(warning("import.no_number", zh, en), "document_kind")
        given.pop("document_kind")
    try:
        made = check(given, known, setting.today, plan.row.identity)
    except Invalid as error:
        spoken = {f.field for f in plan.row.findings if is_error(f)}
        plan.row.findings += [f for f in map(Finding.of, error.errors) if f.field not in spoken]
        return
    plan.row.findings += [warning(w.code, w.zh, w.en, "identity_number") for w in made.warnings]
    plan.values = made.values
    if plan.old is None:
        plan.values = {"document_kind": "none", **made.values}
        plan.row.findings += map(Finding.of, needed(plan.values))
    else:
        plan.changes = differences(dict(plan.old), made.values, setting.keys)


def _same_person_twice(plan: HouseholdPlan) -> None:
    """People without a number are told apart by name and birth date, also within the file."""
    seen: dict[Any, int] = {}
    for one in plan.people:
        if one.row.canonical is None:
            who = (one.row.name, one.row.given.get("birth_date"))
            if who in seen:
                n = seen[who]
                one.row.find(Finding("import.repeated", f"与第 {n} 行是同一人", f"Same person as row {n}"), "name")
            seen[who] = one.row.number


def _place(plan: HouseholdPlan, known: Known, setting: Setting) -> None:
    """Grid and dwelling: members take them from the first row that names one."""
    rows = [one.row for one in plan.people]
    grid = next((row for row in rows if row.grid), None)
    if grid is not None and (plan.village, grid.grid) not in known.grids:
        grid.find(Finding("import.grid_unknown", "本村没有这个网格", "The village has no such grid"), "grid")
    address = next((row.address for row in rows if row.address), "")
    if address:
        found = known.dwellings.get((plan.village, address))
        plan.dwelling, plan.new_address = (found["id"], "") if found is not None else (None, address)
    numbers = {row.household_number for row in rows if len(row.household_number) >= SHORTEST_OWN_NUMBER}
    plan.number = numbers.pop() if numbers else ""


def _household(plan: HouseholdPlan, known: Known, setting: Setting) -> None:
    homes = {stay.household for one in plan.people if (stay := known.open_stay(one.person)) is not None}
    if plan.number in known.by_number:
        homes.add(known.by_number[plan.number])
    if len(homes) > 1:
        row = next(one.row for one in plan.people if known.open_stay(one.person))
        row.find(
            Finding(AlreadyInHousehold.code, "这一户的人在登记库中分属不同的户，请先办理迁移", AlreadyInHousehold.en),
            "name",
        )
        return
    home = known.homes.get(next(iter(homes))) if homes else None
    if home is not None and (home.closed_on is not None or not setting.viewer.covers(home.division)):
        plan.people[0].row.find(
            Finding("import.home_elsewhere", "此户已销户或登记在其他地方", "The household is closed or elsewhere"),
            "household_number",
        )
        return
    if home is None:
        _found_household(plan, known, setting)
    else:
        _fill_household(plan, home, known, setting)


def _found_household(plan: HouseholdPlan, known: Known, setting: Setting) -> None:
    heads = [one for one in plan.people if one.row.relation == HEAD]
    named = [one for one in plan.people if one.row.head_name and one.row.head_name == one.row.name]
    heads = heads or named or (plan.people if len(plan.people) == 1 else [])
    if len(heads) != 1:
        where = heads[1] if heads else plan.people[0]
        zh, en = ("这一户有两个户主", "Two heads") if heads else ("这一户没有户主", "The household has no head")
        where.row.find(Finding("import.one_head", zh, en), "relation")
        return
    head = heads[0]
    day = max(
        [setting.since]
        + [born for one in plan.people if (born := _birth(one)) is not None]
        + [stay.until for one in plan.people for stay in known.stays.get(one.person, ()) if stay.until is not None]
    )
    grid = next((known.grids.get((plan.village, one.row.grid)) for one in plan.people if one.row.grid), None)
    if grid is None and plan.dwelling is not None:
        address = next(one.row.address for one in plan.people if one.row.address)
        grid = known.dwellings[plan.village, address]["grid"]
    plan.home = Household(new_id(), plan.village, day, grid)
    plan.new_home, plan.kind = True, "found"
    relations = {one.person: _relation(one) for one in plan.people if one is not head}
    members = tuple(one.person for one in plan.people if one is not head)
    command = commands.Found(
        household=plan.home.id, day=day, relations=relations, new=plan.home, head=head.person, members=members
    )
    state = _state(plan, known, plan.home)
    if (effects := _decide(state, command, setting, head.row)) is not None:
        plan.effects = (*effects, *_kin(plan, head, relations, state, day))


def _fill_household(plan: HouseholdPlan, home: Household, known: Known, setting: Setting) -> None:
    plan.home, plan.kind = home, "move_in"
    _address_is_kept(plan, home, known)
    state, effects = _state(plan, known, home), list[Effect]()
    for one in plan.people:
        stay = known.open_stay(one.person)
        if stay is not None:
            if one.row.relation is not None and one.row.relation != stay.relation:
                one.row.find(
                    warning(
                        "import.relation_kept", "与户主关系和登记库不同，保持原登记", "The registered relation is kept"
                    ),
                    "relation",
                )
            continue
        presence = Presence(one.row.given.get("presence", Presence.REGISTERED_HERE))
        born = [b for b in (_birth(one),) if b]
        past = [s.until for s in known.stays.get(one.person, ()) if s.until is not None]
        command = commands.MoveIn(
            household=home.id, day=max([setting.since, home.opened_on, *born, *past]),
            relations={one.person: _relation(one)}, members=(one.person,), presence=presence,
        )  # fmt: skip
        made = _decide(state, command, setting, one.row)
        if made is None:
            return
        effects += made
        state = state.apply(made)
    plan.effects = tuple(effects)


def _address_is_kept(plan: HouseholdPlan, home: Household, known: Known) -> None:
    """A registered household moves by its own screen; a list that says another address is told so."""
    plan.new_address, plan.dwelling = "", None
    stored = cleaned_address(known.addresses.get(home.id, ""))
    for one in plan.people:
        if one.row.address and one.row.address != stored:
            one.row.find(
                warning(
                    "import.address_kept", "住址与登记库不同，保持原登记；确已搬家的，请在“网格与房屋”中修改",
                    "The registered address is kept; change it under grids and dwellings if they have moved",
                ),
                "address",
            )  # fmt: skip
            return


def _decide(state: State, command: commands.Command, setting: Setting, row: Row) -> tuple[Effect, ...] | None:
    try:
        return decide(state, command, setting.today, new_id)
    except DomainError as error:
        row.find(Finding(error.code, error.text("zh"), error.text("en")), "relation")
        return None


def _relation(one: PersonPlan) -> str:
    if one.row.relation is None:
        one.row.find(
            warning("import.relation_assumed", "没有写与户主关系，按“其他亲属”登记", "No relation: other relative"),
            "relation",
        )
    return one.row.relation or OTHER_RELATIVE


def _birth(one: PersonPlan) -> date | None:
    born: date | None = one.values.get("birth_date") or (one.old["birth_date"] if one.old is not None else None)
    return born


def _state(plan: HouseholdPlan, known: Known, home: Household) -> State:
    people = {}
    for one in plan.people:
        now: Mapping[str, Any] = {**(one.old or {}), **one.values}
        division, grid = (now["division"], now["grid"]) if one.old is not None else (home.division, home.grid)
        people[one.person] = Person(
            one.person, now["sex"], now.get("birth_date"), now.get("death_date"), now["presence"],
            now.get("marriage") or "90", division, grid,
        )  # fmt: skip
    stays = [stay for one in plan.people for stay in known.stays.get(one.person, ())]
    stays += known.members.get(home.id, ())
    homes = {} if plan.new_home else {home.id: home}
    return State(people=people, households=homes, memberships={stay.id: stay for stay in stays})


def _kin(
    plan: HouseholdPlan, head: PersonPlan, relations: Mapping[UUID, str], state: State, day: date
) -> Iterator[Effect]:
    """Parent and spouse links that the relations to the head state beyond doubt; steps and in-laws state none."""
    spouses = [one.person for one in plan.people if relations.get(one.person) in _SPOUSES]
    if len(spouses) == 1:
        a, b = sorted((head.person, spouses[0]))
        yield Tie(Link(new_id(), Kin.SPOUSE, a, b, day))
    for one in plan.people:
        code = relations.get(one.person, "")
        pair = (head, one) if code in _CHILDREN else (one, head) if code in _PARENTS else None
        if pair is None:
            continue
        parent, child = (state.people[p.person].birth_date for p in pair)
        if parent and child and parent >= child:
            one.row.find(
                warning(
                    "import.kinship_doubtful",
                    "父母比子女年轻，未登记亲子关系，请核对",
                    "A parent is younger; no link made",
                ),
                "relation",
            )
        else:
            yield Tie(Link(new_id(), Kin.PARENT, pair[0].person, pair[1].person, day))


def _outcomes(plan: HouseholdPlan) -> None:
    faulty = plan.faulty
    entered = {e.membership.resident: e.membership for e in plan.effects if isinstance(e, Enter)}
    for one in plan.people:
        if faulty:
            one.outcome = "error" if one.row.faulty else "held"
            continue
        if one.old is not None:
            for fact in (e for e in plan.effects if isinstance(e, SetFact) and e.resident == one.person):
                one.values[fact.fact] = _stored(fact)
                one.moves[fact.fact] = [one.moves.get(fact.fact, [fact.old])[0], fact.new]
        if (stay := entered.get(one.person)) is not None:
            one.moves |= {"household": [None, str(stay.household)], "relation": [None, stay.relation]}
        one.outcome = "new" if one.old is None else "changed" if one.changed else "unchanged"


def _stored(fact: SetFact) -> Any:
    return UUID(fact.new) if fact.fact == "grid" and fact.new else fact.new
