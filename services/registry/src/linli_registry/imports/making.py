"""Makes the rows and events of planned households: nothing here reads or writes the register.

A household with errors is left out whole. Events wait in a file without a name until the last statement of a commit, so
that the tenant's sequence is locked for that statement only and memory stays flat.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from linli_kernel.contracts.registry import HouseholdChanged, ResidentMoved
from linli_kernel.events import ACT_TYPE, Act, Event, OutboxRow, act_data
from linli_kernel.ids import new_id

from linli_registry import events
from linli_registry.households.facts import Effect, Enter, Tie
from linli_registry.imports.planning import HouseholdPlan, PersonPlan
from linli_registry.imports.setting import Setting
from linli_registry.residents.schemas import CONFIRMABLE
from linli_registry.residents.values import secrets, stored

SOURCE = "import"
PEOPLE_PER_ACT = 500
# In the order in which they are written: each only names rows of those before it.
COLUMNS = {
    table: columns.split()
    for table, columns in {
        "dwelling": "tenant id division grid address created_at",
        "household": "tenant id number division grid dwelling opened_on created_at",
        "resident": "tenant id division grid name pinyin initials grams document_kind identity_number number_index"
        " tail_index phone phone_index bank_account sex birth_date ethnic_group education marriage political_status"
        " hukou_division presence created_at confirmed_at confirmed_by",
        "membership": "tenant id household resident relation since",
        "kinship": "tenant id kind a b since",
        "resident_history": "tenant id resident version at day actor source reason event changes sealed",
        "life_event": "tenant id household division kind date reason evidence source actor recorded_at effects",
    }.items()
}
_IN_MEMORY = 1 << 22
_json = msgspec.json.Encoder(enc_hook=str)


class Events:
    """What a commit has to tell, in order; `count` says how much."""

    def __init__(self) -> None:
        self.count = 0
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - it lives as long as its commit
        self._line = msgspec.json.Decoder(tuple[UUID, str, str, msgspec.Raw])

    def add(self, kind: str, subject: str, data: Any) -> None:
        self.count += 1
        self._file.write(_json.encode((new_id(), kind, subject, data)) + b"\n")

    def rows(self, now: datetime) -> Iterator[OutboxRow]:
        self._file.seek(0)
        for line in self._file:
            key, kind, subject, data = self._line.decode(line)
            yield OutboxRow(id=key, type=kind, subject=subject, time=now, data=bytes(data).decode())


@dataclass
class Made:
    """The rows of one batch, ready to be written."""

    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(list))
    # {columns: [values of one person]} of people whose row is changed, by its id.
    updates: dict[tuple[str, ...], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    confirmed: list[tuple[UUID, str]] = field(default_factory=list)
    filled: list[UUID] = field(default_factory=list)
    people: list[UUID] = field(default_factory=list)


@dataclass
class Maker:
    """Makes batch after batch of one commit; `counts` tells what it did, `villages` where."""

    setting: Setting
    key: UUID
    reason: str
    now: datetime
    request_id: str
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    villages: set[str] = field(default_factory=set)
    events: Events = field(default_factory=Events)
    # The last household number of each village.
    numbers: dict[str, int] = field(default_factory=dict)
    _made: Made = field(default_factory=Made)
    _dwellings: dict[tuple[str, str], UUID] = field(default_factory=dict)
    _dwellings_before: dict[tuple[str, str], UUID] = field(default_factory=dict)

    def make(self, plans: Sequence[HouseholdPlan]) -> Made:
        """Make the rows of a batch."""
        self._made = made = Made()
        # Dwellings of the batch before are not in the register yet when this one is planned.
        self._dwellings_before, self._dwellings = self._dwellings, {}
        for plan in plans:
            if plan.faulty:
                self.counts["skipped"] += len(plan.people)
                continue
            event = new_id() if plan.effects else None
            self._household(plan, event)
            for one in plan.people:
                self._person(one, plan, event)
        for start in range(0, len(made.people), PEOPLE_PER_ACT):
            part = made.people[start : start + PEOPLE_PER_ACT]
            self.act(Act(action="import.store", object_kind="import", object_id=self.key, people=part,
                         division=self.setting.division, detail={"people": len(part)}))  # fmt: skip
        return made

    def act(self, act: Act) -> None:
        self.events.add(ACT_TYPE, str(act.object_id), act_data(act, self.setting.viewer, self.request_id))

    def _put(self, table: str, **values: Any) -> None:
        values["tenant"] = self.setting.viewer.tenant
        self._made.rows[table].append(tuple(map(values.get, COLUMNS[table])))

    def _announce(self, event: Event) -> None:
        self.events.add(event.type, event.subject, event.data)

    def _household(self, plan: HouseholdPlan, event: UUID | None) -> None:
        home = plan.home
        if home is None or event is None:
            return
        if plan.new_home:
            self._put(
                "household", id=home.id, number=plan.number or self._next_number(plan.village),
                division=home.division, grid=home.grid, dwelling=self._dwelling(plan), opened_on=home.opened_on,
                created_at=self.now,
            )  # fmt: skip
            self.counts["households_new"] += 1
        else:
            self._made.filled.append(home.id)
        for effect in plan.effects:
            self._effect(effect)
        people = sorted({e.membership.resident for e in plan.effects if isinstance(e, Enter)})
        day = _day_of(plan)
        self._put(
            "life_event", id=event, household=home.id, division=home.division, kind=plan.kind, date=day,
            reason=self.reason, evidence="[]", source=SOURCE, actor=self.setting.viewer.subject, recorded_at=self.now,
            effects=_text(plan.effects),
        )  # fmt: skip
        self._announce(events.household_changed(HouseholdChanged(
            household=home.id, division=home.division, event=event, kind=plan.kind, date=day, people=people,
        )))  # fmt: skip

    def _effect(self, effect: Effect) -> None:
        """Store what stands in a table of its own; the household and facts of people are written with them."""
        if isinstance(effect, Enter):
            stay = effect.membership
            self._put(
                "membership", id=stay.id, household=stay.household, resident=stay.resident, relation=stay.relation,
                since=stay.since,
            )  # fmt: skip
        elif isinstance(effect, Tie):
            link = effect.link
            self._put("kinship", id=link.id, kind=link.kind.value, a=link.a, b=link.b, since=link.since)

    def _dwelling(self, plan: HouseholdPlan) -> UUID | None:
        if not plan.new_address:
            return plan.dwelling
        place = (plan.village, plan.new_address)
        if place in self._dwellings_before:
            return self._dwellings_before[place]
        if place not in self._dwellings:
            self._dwellings[place] = new_id()
            self._put(
                "dwelling", id=self._dwellings[place], division=plan.village, address=plan.new_address,
                grid=plan.home.grid if plan.home else None, created_at=self.now,
            )  # fmt: skip
        return self._dwellings[place]

    def _next_number(self, village: str) -> str:
        self.numbers[village] += 1
        return f"{village[6:]}{self.numbers[village]:05d}"

    def _person(self, one: PersonPlan, plan: HouseholdPlan, event: UUID | None) -> None:
        self.counts[one.outcome] += 1
        if one.outcome == "unchanged":
            return
        self.villages |= {plan.village} | ({one.old["division"]} if one.old is not None else set())
        self._made.people.append(one.person)
        if one.old is None:
            self._resident(one, plan, event)
        else:
            self._change(one, dict(one.old), plan, event)

    def _resident(self, one: PersonPlan, plan: HouseholdPlan, event: UUID | None) -> None:
        home = plan.home
        division, grid = (home.division, home.grid) if home is not None else (plan.village, None)
        columns = stored(one.values, self.setting.keys, self.setting.viewer.tenant, one.person)
        columns |= {"id": one.person, "division": division, "grid": grid, "created_at": self.now}
        self._put("resident", **columns, confirmed_at=self.now, confirmed_by=self.setting.viewer.subject)
        self._history(one.person, 1, {"registered": True, **one.moves}, self.setting.today, event)
        self._announce(events.registered(one.person, division, one.values["presence"]))

    def _change(self, one: PersonPlan, old: dict[str, Any], plan: HouseholdPlan, event: UUID | None) -> None:
        """What the list says holds from today; what its event changes holds from the event's day and goes with it."""
        version = old["version"] + 1
        if one.changes:
            hidden = secrets(old, one.values, one.changes, self.setting.keys)
            self._history(one.person, version, one.changes, self.setting.today, None, hidden)
        if one.moves:
            self._history(one.person, version, one.moves, _day_of(plan), event)
        columns = stored(one.values, self.setting.keys, self.setting.viewer.tenant, one.person)
        columns |= {"confirmed_at": self.now, "confirmed_by": self.setting.viewer.subject}
        self._made.updates[tuple(sorted(columns))].append(
            {f"new_{name}": value for name, value in columns.items()} | {"key": one.person}
        )
        self._made.confirmed += [(one.person, name) for name in one.row.given if name in CONFIRMABLE]
        division = one.values.get("division", old["division"])
        self._announce(events.changed(one.person, division, version, sorted(one.changed)))
        if one.changed & {"presence", "division"}:
            presence = one.values.get("presence", old["presence"])
            moved = ResidentMoved(resident=one.person, division=division, presence=presence, date=self.setting.today)
            self._announce(events.moved(moved))

    def _history(
        self, person: UUID, version: int, changes: dict[str, Any], day: date, event: UUID | None, hidden: Any = None
    ) -> None:
        line = new_id()
        sealed = self.setting.keys.seal(_text(hidden), line) if hidden else None
        self._put(
            "resident_history", id=line, resident=person, version=version, at=self.now, day=day,
            actor=self.setting.viewer.subject, source=SOURCE, reason=self.reason, event=event, changes=_text(changes),
            sealed=sealed,
        )  # fmt: skip


def _day_of(plan: HouseholdPlan) -> date:
    return min(e.membership.since for e in plan.effects if isinstance(e, Enter))


def _text(value: Any) -> str:
    return _json.encode(value).decode()
