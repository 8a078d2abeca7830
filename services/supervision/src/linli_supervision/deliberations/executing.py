"""Carrying out what was decided: plan, reports with their evidence, acceptance by the supervision committee. Never commits."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.identity import Viewer
from linli_kernel.profile import Profile
from sqlalchemy import func, select

from linli_supervision.deliberations import service
from linli_supervision.deliberations.errors import CostMissing, EvidenceMissing, OwnWork, WrongStep
from linli_supervision.deliberations.execution import Execution, What, kept, planned
from linli_supervision.deliberations.schemas import Completion, Delay, Judgement, Plan, Progress, SentBack
from linli_supervision.deliberations.tables import deliberation_file
from linli_supervision.deliberations.workflow import Command
from linli_supervision.disclosures.personal import fit
from linli_supervision.rows import Row

Change = Callable[[Execution], Execution]


async def plan(tx: Tx, viewer: Viewer, profile: Profile, deliberation_id: UUID, version: int, said: Plan) -> None:
    """Say who answers for it and what is reached by when."""
    row = await service.load(tx, viewer, deliberation_id, version)
    titles = {f"milestones/{at}/title": one.title for at, one in enumerate(said.milestones)}
    responsible, *fitting = fit(profile, mask=False, responsible=said.responsible, **titles).values()
    aims = [(title, one.due_on) for title, one in zip(fitting, said.milestones, strict=True)]
    made = planned(responsible, said.budget_fen, aims, tx.now.date())
    await _keep(tx, viewer, row, Command.PLAN, made.tell("plan", "", _who(viewer), tx.now.date()))


async def report(tx: Tx, viewer: Viewer, profile: Profile, deliberation_id: UUID, version: int, said: Progress) -> None:
    """Tell how far the next milestone is; it is reached with a photograph or a paper of it."""
    row, done = await _under_way(tx, viewer, deliberation_id, version, Command.REPORT)
    if said.reached and not await _evidence(tx, row, done.current + 1):
        raise EvidenceMissing
    what: What = "reached" if said.reached else "progress"
    told = done.tell(what, fit(profile, note=said.note)["note"], _who(viewer), tx.now.date())
    await _keep(tx, viewer, row, Command.REPORT, told.reached(tx.now.date()) if said.reached else told)


async def postpone(tx: Tx, viewer: Viewer, profile: Profile, deliberation_id: UUID, version: int, said: Delay) -> None:
    row, done = await _under_way(tx, viewer, deliberation_id, version, Command.POSTPONE)
    told = done.tell("postpone", fit(profile, reason=said.reason)["reason"], _who(viewer), tx.now.date())
    await _keep(tx, viewer, row, Command.POSTPONE, told.postponed(said.due_on))


async def complete(
    tx: Tx, viewer: Viewer, profile: Profile, deliberation_id: UUID, version: int, said: Completion
) -> None:
    """Bring it before the supervision committee, with what it has cost where the procedure asks."""
    row, done = await _under_way(tx, viewer, deliberation_id, version, Command.COMPLETE)
    if said.cost_fen is None and service.standing_of(row, None).step.cost:
        raise CostMissing
    told = done.tell("complete", fit(profile, note=said.note)["note"], _who(viewer), tx.now.date())
    await _keep(tx, viewer, row, Command.COMPLETE, told.model_copy(update={"cost_fen": said.cost_fen}))


async def accept(
    tx: Tx, viewer: Viewer, profile: Profile, deliberation_id: UUID, version: int, said: Judgement
) -> None:
    row, done = await _judged(tx, viewer, deliberation_id, version, Command.ACCEPT)
    note = fit(profile, note=said.note)["note"]
    told = done.tell("accept", note, _who(viewer), tx.now.date())
    await _keep(tx, viewer, row, Command.ACCEPT, told, held_on=tx.now.date(), result="accepted")


async def send_back(
    tx: Tx, viewer: Viewer, profile: Profile, deliberation_id: UUID, version: int, said: SentBack
) -> None:
    """Say what has to be put right and by when: one more milestone."""
    row, done = await _judged(tx, viewer, deliberation_id, version, Command.SEND_BACK)
    reason = fit(profile, reason=said.reason)["reason"]
    told = done.tell("send-back", reason, _who(viewer), tx.now.date())
    await _keep(tx, viewer, row, Command.SEND_BACK, told.sent_back(reason, said.due_on, tx.now.date()))


async def _under_way(
    tx: Tx, viewer: Viewer, deliberation_id: UUID, version: int, command: Command
) -> tuple[Row, Execution]:
    """The deliberation and what is kept of its carrying out; raises WrongStep before there is a plan."""
    row = await service.load(tx, viewer, deliberation_id, version)
    step = await service.present_step(tx, row)
    done = kept(step["execution"]) if step is not None else None
    if done is None:
        raise WrongStep(command=command.value, phase=row["phase"])
    return row, done


async def _judged(
    tx: Tx, viewer: Viewer, deliberation_id: UUID, version: int, command: Command
) -> tuple[Row, Execution]:
    row, done = await _under_way(tx, viewer, deliberation_id, version, command)
    if viewer.subject in done.workers:
        raise OwnWork
    return row, done


async def _keep(tx: Tx, viewer: Viewer, row: Row, command: Command, done: Execution, **recorded: Any) -> None:
    due: date | None = done.due_on if command is not Command.ACCEPT else None
    execution = done.model_dump(mode="json")
    await service.advance(tx, viewer, row, command, left=done.left, due_on=due, execution=execution, **recorded)


async def _evidence(tx: Tx, row: Row, milestone: int) -> bool:
    of = deliberation_file.c
    found = await tx.scalar(
        select(func.count()).where(
            of.tenant == tx.tenant,
            of.deliberation_id == row["id"],
            of.position == row["position"],
            of.milestone == milestone,
        )
    )
    return bool(found)


def _who(viewer: Viewer) -> tuple[UUID, str]:
    return viewer.subject, viewer.name
