"""Writes planned households: set by set, inside the one transaction of a commit.

Nothing is visible before that transaction ends, and a commit that is cancelled or killed leaves nothing. Its events wait
in import_event until the last statement, so that the tenant's sequence is locked for one statement only.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from linli_kernel.contracts.registry import HouseholdChanged, ResidentMoved
from linli_kernel.database import Tx
from linli_kernel.events import ACT_TYPE, Act, Event, act_data
from linli_kernel.ids import new_id
from sqlalchemy import bindparam, delete, text, update

from linli_registry import events
from linli_registry.history.recording import many_confirmed
from linli_registry.households.facts import Effect, Enter, OpenHousehold, Tie
from linli_registry.households.repository import next_number
from linli_registry.households.tables import household
from linli_registry.imports.known import repeated
from linli_registry.imports.planning import HouseholdPlan, PersonPlan
from linli_registry.imports.repository import copy
from linli_registry.imports.setting import Setting
from linli_registry.imports.staging import Planner
from linli_registry.imports.tables import import_event
from linli_registry.residents.schemas import CONFIRMABLE
from linli_registry.residents.tables import resident
from linli_registry.residents.values import secrets
from linli_registry.statistics.counting import touch

SOURCE = "import"
PEOPLE_PER_ACT = 500
COLUMNS = {
    "dwelling": "tenant id division grid address created_at",
    "household": "tenant id number division grid dwelling opened_on created_at",
    "resident": "tenant id division grid name pinyin initials grams document_kind identity_number number_index tail_index"
    " phone phone_index bank_account sex birth_date ethnic_group education marriage political_status hukou_division"
    " presence created_at confirmed_at confirmed_by",
    "membership": "tenant id household resident relation since",
    "kinship": "tenant id kind a b since",
    "resident_history": "tenant id resident version at day actor source reason event changes sealed",
    "life_event": "tenant id household division kind date reason evidence source actor recorded_at effects",
    "import_event": "tenant import position id type subject data",
}
# The counter row is the lock of the tenant's sequence: taken last, for this one statement.
_SEND = text(
    "WITH head AS (INSERT INTO outbox_seq AS s (tenant, last)"
    " SELECT CAST(:tenant AS text), count(*) FROM import_event WHERE tenant = :tenant AND import = :import"
    " ON CONFLICT (tenant) DO UPDATE SET last = s.last + excluded.last RETURNING last)"
    " INSERT INTO outbox (tenant, seq, id, type, subject, time, data)"
    " SELECT e.tenant, head.last - count(*) OVER () + row_number() OVER (ORDER BY e.position), e.id, e.type, e.subject,"
    " CAST(:now AS timestamptz), e.data FROM head, import_event e WHERE e.tenant = :tenant AND e.import = :import"
)


@dataclass
class Writer:
    """One commit; `counts` tells what it did."""

    tx: Tx
    setting: Setting
    key: UUID
    reason: str
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _position: int = 0
    _numbers: dict[str, int] = field(default_factory=dict)
    _rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    _dwellings: dict[tuple[str, str], UUID] = field(default_factory=dict)
    _dwellings_before: dict[tuple[str, str], UUID] = field(default_factory=dict)
    _villages: set[str] = field(default_factory=set)
    _touched: list[UUID] = field(default_factory=list)
    _changed: list[PersonPlan] = field(default_factory=list)

    async def collect(self, plans: Sequence[HouseholdPlan]) -> None:
        """Make the rows of a batch; households with errors are left out whole."""
        # Dwellings of the batch before are not in the register yet when this one is planned.
        self._dwellings_before, self._dwellings = self._dwellings, {}
        changed: list[tuple[PersonPlan, HouseholdPlan, UUID | None]] = []
        for plan in plans:
            if plan.faulty:
                self.counts["skipped"] += len(plan.people)
                continue
            event = new_id() if plan.effects else None
            await self._household(plan, event)
            for one in plan.people:
                self.counts[one.outcome] += 1
                if one.outcome != "unchanged":
                    self._villages |= {plan.village} | ({one.old["division"]} if one.old is not None else set())
                if one.old is None:
                    self._resident(one, plan, event)
                elif one.changed:
                    changed.append((one, plan, event))
        for one, plan, event in changed:
            self._change(one, plan, event)
        self._changed = [one for one, _, _ in changed]

    async def _household(self, plan: HouseholdPlan, event: UUID | None) -> None:
        home = plan.home
        if home is None or event is None:
            return
        if plan.new_home:
            self._put(
                "household", id=home.id, number=plan.number or await self._next_number(plan.village),
                division=home.division, grid=home.grid, dwelling=self._dwelling(plan), opened_on=home.opened_on,
                created_at=self.tx.now,
            )  # fmt: skip
            self.counts["households_new"] += 1
        else:
            self._touched.append(home.id)
        for effect in plan.effects:
            self._effect(effect)
        people = sorted({e.membership.resident for e in plan.effects if isinstance(e, Enter)})
        day = _day_of(plan)
        self._put(
            "life_event", id=event, household=home.id, division=home.division, kind=plan.kind, date=day,
            reason=self.reason, evidence="[]", source=SOURCE, actor=self.setting.viewer.subject,
            recorded_at=self.tx.now, effects=_json(msgspec.to_builtins(plan.effects, enc_hook=str)),
        )  # fmt: skip
        self._announce(events.household_changed(HouseholdChanged(
            household=home.id, division=home.division, event=event, kind=plan.kind, date=day, people=people,
        )))  # fmt: skip

    def _effect(self, effect: Effect) -> None:
        match effect:
            case Enter(stay):
                self._put(
                    "membership", id=stay.id, household=stay.household, resident=stay.resident, relation=stay.relation,
                    since=stay.since,
                )  # fmt: skip
            case Tie(link):
                self._put("kinship", id=link.id, kind=link.kind.value, a=link.a, b=link.b, since=link.since)
            case OpenHousehold() | _:
                pass  # The household's own row, and facts of people, are written with them.

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
                grid=plan.home.grid if plan.home else None, created_at=self.tx.now,
            )  # fmt: skip
        return self._dwellings[place]

    async def _next_number(self, village: str) -> str:
        if village not in self._numbers:
            self._numbers[village] = int((await next_number(self.tx, self.setting.viewer.tenant, village))[6:]) - 1
        self._numbers[village] += 1
        return f"{village[6:]}{self._numbers[village]:05d}"

    def _resident(self, one: PersonPlan, plan: HouseholdPlan, event: UUID | None) -> None:
        now, home = self.tx.now, plan.home
        division, grid = (home.division, home.grid) if home is not None else (plan.village, None)
        self._put(
            "resident", **one.columns, id=one.person, division=division, grid=grid, created_at=now, confirmed_at=now,
            confirmed_by=self.setting.viewer.subject,
        )  # fmt: skip
        self._history(one.person, 1, {"registered": True, **one.moves}, self.setting.today, event)
        self._announce(events.registered(one.person, division, one.columns["presence"]))

    def _change(self, one: PersonPlan, plan: HouseholdPlan, event: UUID | None) -> None:
        """What the list says holds from today; what its event changes holds from the event's day and goes with it."""
        old = one.old
        if old is None:
            return
        version = old["version"] + 1
        hidden = secrets(dict(old), one.columns, one.changes, self.setting.keys)
        if one.changes:
            self._history(one.person, version, one.changes, self.setting.today, None, hidden)
        if one.moves:
            self._history(one.person, version, one.moves, _day_of(plan), event)
        division = one.columns.get("division", old["division"])
        self._announce(events.changed(one.person, division, version, sorted(one.changed)))
        if one.changed & {"presence", "division"}:
            presence = one.columns.get("presence", old["presence"])
            moved = ResidentMoved(resident=one.person, division=division, presence=presence, date=self.setting.today)
            self._announce(events.moved(moved))

    def _history(
        self,
        person: UUID,
        version: int,
        changes: dict[str, Any],
        day: date,
        event: UUID | None = None,
        hidden: Any = None,
    ) -> None:
        line = new_id()
        sealed = self.setting.keys.seal(_json(hidden), line) if hidden else None
        self._put(
            "resident_history", id=line, resident=person, version=version, at=self.tx.now, day=day,
            actor=self.setting.viewer.subject, source=SOURCE, reason=self.reason, event=event, changes=_json(changes),
            sealed=sealed,
        )  # fmt: skip

    def _announce(self, event: Event) -> None:
        self._event(event.type, event.subject, event.data)

    def _event(self, kind: str, subject: str, data: Any) -> None:
        self._position += 1
        row = {"import": self.key, "position": self._position, "id": new_id(), "type": kind, "subject": subject}
        self._put("import_event", **row, data=_json(data))

    def _put(self, table: str, **values: Any) -> None:
        self._rows[table].append(values)

    async def flush(self) -> None:
        """Write the collected rows."""
        changed = self._changed
        await self._update(changed)
        people = [row["id"] for row in self._rows["resident"]] + [one.person for one in changed]
        for start in range(0, len(people), PEOPLE_PER_ACT):
            part = people[start : start + PEOPLE_PER_ACT]
            self._act(Act(action="import.store", object_kind="import", object_id=self.key, people=part,
                          division=self.setting.division, detail={"people": len(part)}))  # fmt: skip
        for table, columns in COLUMNS.items():
            names = columns.split()
            rows = self._rows[table]
            if rows:
                tenant = self.setting.viewer.tenant
                await copy(self.tx, table, names, [(tenant, *map(row.get, names[1:])) for row in rows])
        if self._touched:
            h = household.c
            bump = update(household).where(h.tenant == self.setting.viewer.tenant, h.id.in_(self._touched))
            await self.tx.execute(bump.values(version=h.version + 1))
        self._touched, self._changed = [], []
        self._rows.clear()

    def _act(self, act: Act) -> None:
        self._event(ACT_TYPE, str(act.object_id), act_data(act, self.setting.viewer, self.tx.request_id))

    async def _update(self, changed: Sequence[PersonPlan]) -> None:
        """Update people, those with the same columns in one statement."""
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        confirmed = {"confirmed_at": self.tx.now, "confirmed_by": self.setting.viewer.subject}
        for one in changed:
            values = one.columns | confirmed
            alike[tuple(sorted(values))].append({f"new_{k}": v for k, v in values.items()} | {"key": one.person})
        r = resident.c
        connection = await self.tx.connection()
        for names, rows in alike.items():
            statement = (
                update(resident)
                .where(r.tenant == self.setting.viewer.tenant, r.id == bindparam("key"))
                .values(version=r.version + 1, **{name: bindparam(f"new_{name}") for name in names})
            )
            await connection.execute(statement, rows)
        stated = [(one.person, name) for one in changed for name in one.row.given if name in CONFIRMABLE]
        await many_confirmed(self.tx, self.setting.viewer, stated, SOURCE)

    async def finish(self, act: Act) -> None:
        """Send everything that was announced: the last statements before the commit."""
        await touch(self.tx, self._villages)
        self._act(act)
        names = COLUMNS["import_event"].split()
        tenant = self.setting.viewer.tenant
        records = [(tenant, *map(row.get, names[1:])) for row in self._rows["import_event"]]
        await copy(self.tx, "import_event", names, records)
        mine = {"tenant": tenant, "import": self.key}
        await self.tx.execute(_SEND, mine | {"now": self.tx.now})
        c = import_event.c
        await self.tx.execute(delete(import_event).where(c.tenant == tenant, c["import"] == self.key))


def _day_of(plan: HouseholdPlan) -> date:
    return min(e.membership.since for e in plan.effects if isinstance(e, Enter))


async def write_all(writer: Writer, planner: Planner, progress: Callable[[int], Awaitable[None]]) -> None:
    """Plan and write batch after batch: while the database stores one, the next is decided."""
    done = 0
    viewer = writer.setting.viewer
    async for stored in planner.batches(writer.tx):
        households = await asyncio.to_thread(planner.read, stored)
        found = await planner.known(writer.tx, households, lock=True)
        rows = (row for household in households for row in household)
        found.repeated = await repeated(writer.tx, viewer, writer.key, rows)
        deciding = asyncio.create_task(asyncio.to_thread(planner.decide, households, found))
        await writer.flush()
        await writer.collect(await deciding)
        done += len(stored)
        await progress(done)
    await writer.flush()


def _json(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=_other).decode()


def _other(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
