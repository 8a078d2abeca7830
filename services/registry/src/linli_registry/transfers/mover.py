"""Moves transfers on, one step and one county at a time, until both sides are at rest.

After a crash between two steps, or when a step was written and its answer lost, the next round reads both rows and goes
on from there. Several processes may do so at once: each step changes its row only from the states it starts from.
"""

import asyncio
import contextlib
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from linli_kernel.database import Database, Tx
from linli_kernel.errors import DomainError, StaleVersion
from linli_kernel.events import Act
from linli_kernel.identity import Role, Viewer
from linli_kernel.ids import new_id
from linli_kernel.privacy import KeyRing

from linli_registry.households import commands as c
from linli_registry.households import repository as households
from linli_registry.households.domain import decide
from linli_registry.households.errors import AlreadyInHousehold, EventTooEarly
from linli_registry.households.facts import Effect
from linli_registry.households.facts import State as Households
from linli_registry.households.service import commit_event
from linli_registry.metadata import Row
from linli_registry.residents.keys import ResidentKeys
from linli_registry.transfers import repository
from linli_registry.transfers.meanwhile import DEAD
from linli_registry.transfers.package import pack, seal
from linli_registry.transfers.workflow import State, Step, next_step

log = structlog.get_logger("transfers")
ROUND_SECONDS = 30.0
# One round is at most this many steps for one transfer: three lead from request to rest.
MOST_STEPS = 8


class Mover:
    """Poked after a command and by the clock."""

    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database, self._ring = database, ring
        self._wake = asyncio.Event()

    def poke(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        while True:
            try:
                await self.round(timedelta(0))
            except Exception as error:
                log.warning("transfer_round", kind=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), ROUND_SECONDS)
            self._wake.clear()

    async def round(self, age: timedelta) -> int:
        """Move on everything that has a next step; one that fails waits for the next round and stops no other."""
        waiting = await repository.moving(self._database, self._database.clock.now() - age)
        for origin, destination, key in waiting:
            try:
                await self.advance(origin, destination, key)
            except Exception as error:
                log.warning("transfer_step", transfer=str(key), kind=type(error).__name__)
        return len(waiting)

    async def advance(self, origin: str, destination: str, key: UUID) -> None:
        for _ in range(MOST_STEPS):
            here = await repository.side(self._database, origin, key)
            there = await repository.side(self._database, destination, key)
            if here is None:
                return
            step = next_step(here["state"], None if there is None else there["state"])
            if step is None:
                return
            await self.take(step, here, there)

    async def take(self, step: Step, here: Row, there: Row | None) -> None:
        """Take one step in one transaction of one county."""
        at_destination = step in (Step.DELIVER, Step.WITHDRAW, Step.MARK_DONE)
        tenant = here["other_tenant"] if at_destination else here["tenant"]
        packed = await self._pack(here) if step is Step.DELIVER else None
        viewer = _machine(here, tenant, here["other_division"] if at_destination else here["division"])
        async with self._database.transaction(tenant, viewer) as tx:
            match step:
                case Step.DELIVER | Step.WITHDRAW:
                    await self._reach(tx, step, here, packed)
                case Step.MARK_DELIVERED:
                    await repository.change(tx, here["id"], [State.REQUESTED], state=State.WAITING)
                case Step.TAKE_REFUSAL:
                    states = [State.REQUESTED, State.WAITING, State.CANCELLING]
                    answer = there["answer"] if there is not None else ""
                    await repository.change(tx, here["id"], states, state=State.REFUSED, answer=answer)
                case Step.MARK_CANCELLED:
                    await repository.change(tx, here["id"], [State.CANCELLING], state=State.CANCELLED)
                case Step.MARK_DONE:
                    # Nothing of the origin's copy stays once the move is complete.
                    over = {"state": State.DONE, "problem": here["problem"], "package": None}
                    await repository.change(tx, here["id"], [State.ACCEPTED], **over)
                case Step.CLOSE:
                    await self._close(tx, viewer, here, there)

    async def _pack(self, here: Row) -> bytes:
        viewer = _machine(here, here["tenant"], here["division"])
        people = [UUID(person) for person in here["people"]]
        async with self._database.transaction(here["tenant"], viewer) as tx:
            state = await households.load_state(tx, viewer, [here["household"]], people)
            rows = await repository.people(tx, here["tenant"], people)
        package = pack(rows, state, ResidentKeys(self._ring, here["tenant"]))
        return seal(package, self._ring, here["other_tenant"], here["id"])

    async def _reach(self, tx: Tx, step: Step, here: Row, packed: bytes | None) -> None:
        """Put the request before the destination, or take it back unless it was answered."""
        state = State.WAITING if step is Step.DELIVER else State.CANCELLED
        row = {"id": here["id"], "side": "destination", "state": state, "division": here["other_division"]}
        row |= {"other_tenant": here["tenant"], "other_division": here["division"], "people": []}
        row |= {
            "problem": here["problem"],
            "reason": here["reason"],
            "evidence": here["evidence"],
            "actor": here["actor"],
            "package": packed,
        }
        if not await repository.add(tx, row) and step is Step.WITHDRAW:
            over = {"state": State.CANCELLED, "problem": here["problem"], "package": None}
            await repository.change(tx, here["id"], [State.WAITING], **over)

    async def _close(self, tx: Tx, viewer: Viewer, here: Row, there: Row | None) -> None:
        """Move the people out at the origin; what a rule refuses is left to the clerk, with its reason."""
        if there is None:
            return
        states = [State.REQUESTED, State.WAITING, State.CANCELLING]
        people = [UUID(person) for person in here["people"]]
        heads = [here["new_head"]] if here["new_head"] else []
        more: dict[str, Any] = {"state": State.DONE, "event": None, "moved_on": there["moved_on"]}
        try:
            # In the order of a life event that takes a transfer back: households, people, then the transfer.
            state = await households.load_state(tx, viewer, [here["household"]], [*people, *heads], there["moved_on"])
            if await repository.locked_state(tx, here["id"]) not in states:
                # Another process closed it meanwhile.
                return
            more["event"] = await self._move_out(tx, viewer, here, there, state)
            # Who died before the origin closed is registered there as living: its clerk must know.
            more["problem"] = DEAD if any(not state.people[person].alive for person in people) else None
        except StaleVersion:
            # Somebody was moved while it was read; the next round reads anew.
            raise
        except DomainError as error:
            more |= {"state": State.BLOCKED, "problem": error.code}
        await repository.change(tx, here["id"], states, **more)
        detail = {"state": more["state"].value, "problem": more["problem"] or ""}
        tx.record(_act(here, "transfer.close", detail))

    async def _move_out(self, tx: Tx, viewer: Viewer, here: Row, there: Row, state: Households) -> UUID | None:
        """Return the event, or None when nobody of them is a member of any household any more."""
        stays = [stay for person in here["people"] if (stay := state.open_stay(UUID(person)))]
        if any(stay.household != here["household"] for stay in stays):
            # Split off or joined to others meanwhile: done without them, they would live in both counties.
            raise AlreadyInHousehold
        if not stays:
            return None
        command = c.MoveOut(
            household=here["household"],
            day=there["moved_on"],
            members=tuple(stay.resident for stay in stays),
            new_head=here["new_head"],
        )
        command, effects = self._earliest(state, command)
        place = (here["household"], here["division"], here["reason"], list(here["evidence"]))
        more = {"source": "exchange", "of_transfer": here["id"]}
        return await commit_event(tx, viewer, "move_out", command, effects, state, {}, *place, **more)

    def _earliest(self, state: Households, command: c.MoveOut) -> tuple[c.MoveOut, tuple[Effect, ...]]:
        """The destination does not know since when they live here: nobody leaves before having come."""
        while True:
            try:
                return command, decide(state, command, self._database.clock.today(), new_id)
            except EventTooEarly as early:
                command = replace(command, day=early.facts["since"])


def _machine(here: Row, tenant: str, division: str) -> Viewer:
    """The steps run for the clerk who asked, in the one village concerned."""
    return Viewer(here["actor"], "transfer", tenant, Role.SERVICE, (division,), name="registry")


def _act(here: Row, action: str, detail: dict[str, str]) -> Act:
    people = [UUID(person) for person in here["people"]]
    division = here["division"]
    return Act(
        action=action, object_kind="transfer", object_id=here["id"], people=people, division=division, detail=detail
    )
