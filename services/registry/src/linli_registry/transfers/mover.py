"""Moves transfers on, one step and one county at a time, until both sides are at rest.

After a crash between two steps, or when a step was written and its answer lost, the next round reads both rows and goes
on from there. Several processes may do so at once: each step changes its row only from the states it starts from.
"""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from linli_kernel.app import Linli
from linli_kernel.database import Tx
from linli_kernel.errors import DomainError, StaleVersion
from linli_kernel.events import Act
from linli_kernel.identity import Role, Viewer

from linli_registry.context import context_of
from linli_registry.households import repository as households
from linli_registry.metadata import Row
from linli_registry.residents.keys import ResidentKeys
from linli_registry.transfers import closing, papers, repository, settling
from linli_registry.transfers.meanwhile import EDITED
from linli_registry.transfers.package import Package, pack, seal, unseal
from linli_registry.transfers.whereabouts import last_moves
from linli_registry.transfers.workflow import State, Step, next_step

log = structlog.get_logger("transfers")
ROUND_SECONDS = 30.0
# One round is at most this many steps for one transfer: three lead from request to rest.
MOST_STEPS = 8


class Mover:
    """Poked after a command and by the clock."""

    def __init__(self, linli: Linli) -> None:
        self._linli, self._database, self._ring = linli, linli.database, linli.keyring
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
        if step is Step.RENEW:
            await self._renew(here)
            return
        at_destination = step in (Step.DELIVER, Step.WITHDRAW, Step.MARK_DONE)
        tenant = here["other_tenant"] if at_destination else here["tenant"]
        packed = seal(await self._pack(here), self._ring, tenant, here["id"]) if step is Step.DELIVER else None
        origin = await self._known(here, there) if step is Step.MARK_DONE and there else None
        # They may live in any village of the county by now.
        area = (
            tenant if step in (Step.CLOSE, Step.MARK_DONE) else here["other_division" if at_destination else "division"]
        )
        viewer = _machine(here, tenant, area)
        async with self._database.transaction(tenant, viewer) as tx:
            match step:
                case Step.DELIVER | Step.WITHDRAW:
                    await self._reach(tx, step, here, packed)
                case Step.TAKE_REFUSAL:
                    states = [State.REQUESTED, State.WAITING, State.CANCELLING]
                    answer = there["answer"] if there is not None else ""
                    await repository.change(tx, here["id"], states, state=State.REFUSED, answer=answer)
                case Step.MARK_CANCELLED:
                    await repository.change(tx, here["id"], [State.CANCELLING], state=State.CANCELLED)
                case Step.MARK_DONE if there and origin:
                    # As an acceptance does, the transfer first.
                    if await repository.locked_state(tx, here["id"]) != State.ACCEPTED:
                        return
                    problem = await settling.settle(tx, context_of(self._linli), viewer, there, origin)
                    # Nothing of the origin's copy stays once the move is complete.
                    over = {"state": State.DONE, "problem": problem, "package": None}
                    await repository.change(tx, here["id"], [State.ACCEPTED], **over)
                case Step.CLOSE if there:
                    await self._close(tx, viewer, here, there)

    async def _pack(self, here: Row) -> Package:
        viewer = _machine(here, here["tenant"], here["division"])
        people = [UUID(person) for person in here["people"]]
        async with self._database.transaction(here["tenant"], viewer) as tx:
            homes = [here["household"]] if here["household"] else []
            state = await households.load_state(tx, viewer, homes, people)
            rows = await repository.people(tx, here["tenant"], people)
            came = await last_moves(tx, here["tenant"], people)
        back = {key: move.other for key, move in came.items() if not move.away and move.county == here["other_tenant"]}
        return pack(rows, state, ResidentKeys(self._ring, here["tenant"]), here["version"], back)

    async def _known(self, here: Row, there: Row) -> settling.Known:
        viewer = _machine(here, here["tenant"], here["division"])
        async with self._database.transaction(here["tenant"], viewer) as tx:
            rows = await repository.people(tx, here["tenant"], [UUID(person) for person in here["people"]])
        return settling.known(rows, context_of(self._linli), viewer, there["moved_on"])

    async def _renew(self, here: Row) -> None:
        """Show the destination the people as they are; an older copy that arrives late changes nothing there."""
        fresh, tenant = await self._pack(here), here["other_tenant"]
        async with self._database.transaction(tenant, _machine(here, tenant, here["other_division"])) as tx:
            shown = await repository.locked_package(tx, here["id"])
            before = None if shown is None else unseal(shown, self._ring, tenant, here["id"])
            if before is not None and before.edition < fresh.edition:
                problem = None if before.says_the_same(fresh) else EDITED
                await repository.renew(tx, here["id"], seal(fresh, self._ring, tenant, here["id"]), problem)
        async with self._database.transaction(here["tenant"], _machine(here, here["tenant"], here["division"])) as tx:
            # Edited meanwhile, it stays to be delivered.
            await repository.delivered(tx, here["id"], here["version"])

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
        new = await repository.add(tx, row)
        if new and step is Step.DELIVER:
            await papers.bring(tx, self._database, self._ring, here)
        if not new and step is Step.WITHDRAW:
            over = {"state": State.CANCELLED, "problem": here["problem"], "package": None}
            if await repository.change(tx, here["id"], [State.WAITING], **over):
                await papers.drop(tx, here["id"])

    async def _close(self, tx: Tx, viewer: Viewer, here: Row, there: Row) -> None:
        """Move the people out at the origin; what no rule foresees is left to the clerk, with its reason."""
        more: dict[str, Any] = {"state": State.DONE, "moved_on": there["moved_on"]}
        try:
            closed = await closing.close(tx, viewer, here, there)
            if closed is None:
                # Another process closed it meanwhile.
                return
            more["event"], more["problem"] = closed
            if closed[0] is not None:
                await papers.file_with(tx, here["id"], closed[0])
        except StaleVersion:
            # Somebody was moved while it was read; the next round reads anew.
            raise
        except DomainError as error:
            more |= {"state": State.BLOCKED, "event": None, "problem": error.code}
        await repository.change(tx, here["id"], closing.OPEN, **more)
        detail = {"state": more["state"].value, "problem": more["problem"] or ""}
        tx.record(_act(here, "transfer.close", detail))


def _machine(here: Row, tenant: str, area: str) -> Viewer:
    """The steps run for the clerk who asked, in the one village concerned or in its county."""
    return Viewer(here["actor"], "transfer", tenant, Role.SERVICE, (area,), name="registry")


def _act(here: Row, action: str, detail: dict[str, str]) -> Act:
    people = [UUID(person) for person in here["people"]]
    division = here["division"]
    return Act(
        action=action, object_kind="transfer", object_id=here["id"], people=people, division=division, detail=detail
    )
