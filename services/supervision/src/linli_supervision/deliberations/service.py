"""Opening a deliberation and taking its steps: recorded ones and publications. Loads, asks the rules, stores; never commits."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from linli_kernel.calendar import WorkCalendar
from linli_kernel.clock import SHANGHAI
from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Tx
from linli_kernel.errors import NotFound, StaleVersion
from linli_kernel.events import Act, Event
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.profile import Profile
from linli_kernel.profile.supervision import DecisionProcedure, DecisionStep
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from linli_supervision.attachments import kept
from linli_supervision.deliberations import repository
from linli_supervision.deliberations.errors import (
    DeliberationNotFound,
    DisclosureGone,
    HeldLater,
    NotPublished,
    TooManyFiles,
    WrongStep,
)
from linli_supervision.deliberations.execution import kept as execution_of
from linli_supervision.deliberations.execution import sentences
from linli_supervision.deliberations.schemas import NewDeliberation, Publicity, StepRecord
from linli_supervision.deliberations.tables import (
    deliberation,
    deliberation_file,
    deliberation_step,
    deliberation_tally,
)
from linli_supervision.deliberations.words import result_of
from linli_supervision.deliberations.workflow import Command, MeetingState, Outcome, Phase, Standing, State, moved
from linli_supervision.disclosures import service as disclosures
from linli_supervision.disclosures.errors import fault
from linli_supervision.disclosures.personal import fit
from linli_supervision.disclosures.schemas import NewDisclosure
from linli_supervision.rows import Row

MOST_FILES = 30
STILL_PUBLIC = frozenset({"published", "corrected"})
LONGEST_TITLE = 80
# Of a disclosure; what is longer is cut off in its draft, which is read before it is published.
LONGEST_BODY = 10_000


async def begin(tx: Tx, viewer: Viewer, profile: Profile, order: NewDeliberation) -> UUID:
    """Open a deliberation; its procedure is fixed as it is today."""
    if not viewer.covers(order.division):
        raise NotFound
    try:
        procedure = profile.supervision.procedure(order.procedure)
    except KeyError:
        raise fault(
            "/procedure", "supervision.procedure", "本地没有这种程序", "The place has no such procedure"
        ) from None
    made = new_id()
    row: dict[str, Any] = {
        "tenant": tx.tenant,
        "id": made,
        "division": order.division,
        **fit(profile, title=order.title, matter=order.matter),
        "concerned": order.concerned,
        "procedure": procedure.code,
        "profile": f"{profile.id}@{profile.version}",
        "plan": procedure.model_dump(mode="json"),
        "state": State.OPEN.value,
        "position": 0,
        "phase": Phase.DUE.value,
        "author": viewer.subject,
        "author_name": viewer.name,
        "created_at": tx.now,
    }
    await tx.execute(insert(deliberation).values(row))
    record_act(tx, "deliberation.begin", row, order.concerned, procedure=procedure.code)
    return made


def plan_of(row: Row) -> DecisionProcedure:
    return DecisionProcedure.model_validate(row["plan"])


def standing_of(row: Row, step: Row | None) -> Standing:
    """What the rules see of a deliberation and of what was recorded of its present step."""
    called = step["called_for"] if step is not None else None
    done = execution_of(step["execution"]) if step is not None else None
    return Standing(
        plan_of(row).steps,
        State(row["state"]),
        row["position"],
        Phase(row["phase"]),
        called.astimezone(SHANGHAI).date() if called is not None else None,
        step["shown_until"] if step is not None else None,
        done.left if done is not None else 0,
    )


async def load(tx: Tx, viewer: Viewer, deliberation_id: UUID, version: int | None = None) -> Row:
    """Return the deliberation for a command; nobody else changes it until the transaction ends."""
    row = await tx.one(repository.one(viewer, deliberation_id).with_for_update())
    if row is None:
        raise DeliberationNotFound
    if version is not None and row["version"] != version:
        raise StaleVersion
    return row


async def present_step(tx: Tx, row: Row) -> Row | None:
    """What was recorded of the step that is due now."""
    found = await tx.all(repository.steps(row["tenant"], row["id"]))
    return next((one for one in found if one["position"] == row["position"]), None)


async def advance(
    tx: Tx,
    viewer: Viewer,
    row: Row,
    command: Command,
    *,
    outcome: Outcome = Outcome.AGREED,
    day: date | None = None,
    reason: str = "",
    left: int = 0,
    due_on: date | None = None,
    detail: Mapping[str, Any] | None = None,
    **recorded: Any,
) -> Standing:
    """Give a command: ask the table, keep where it leads and what was recorded of the step. `left`, `due_on`: milestones
    that are left, and the day of the next; `detail` goes into the act beside step and state."""
    before = standing_of(row, await present_step(tx, row))
    after = moved(before, command, today=tx.now.date(), outcome=outcome, day=day, reason=reason, left=left)
    if command is not Command.WITHDRAW:
        ended = after.position != before.position or after.state is not State.OPEN
        await keep_step(tx, row, before.step, by_name=viewer.name, **recorded, **({"done_at": tx.now} if ended else {}))
    values: dict[str, Any] = {"state": after.state.value, "position": after.position, "phase": after.phase.value}
    values["due_on"] = due_on
    if after.state is not State.OPEN:
        values |= {"ended_at": tx.now, "reason": reason}
    await tx.execute(
        update(deliberation)
        .where(deliberation.c.tenant == tx.tenant, deliberation.c.id == row["id"])
        .values(version=deliberation.c.version + 1, **values)
    )
    record_act(
        tx, f"deliberation.{command.value}", row, step=before.step.code, state=after.state.value, **(detail or {})
    )
    return after


async def keep_step(tx: Tx, row: Row, step: DecisionStep, **values: Any) -> None:
    """Write down something of the step that is due now; its row is made with the first of it."""
    key = {"tenant": tx.tenant, "deliberation_id": row["id"], "position": row["position"]}
    made = upsert(deliberation_step).values(**key, code=step.code, begun_at=tx.now, **values)
    changed = values or {"code": step.code}
    await tx.execute(made.on_conflict_do_update(index_elements=list(key), set_=changed))


async def record(
    tx: Tx, viewer: Viewer, profile: Profile, deliberation_id: UUID, version: int, said: StepRecord
) -> None:
    """Record a step that was held without a vote."""
    row = await load(tx, viewer, deliberation_id, version)
    earlier = await tx.scalar(
        select(func.max(func.greatest(deliberation_step.c.held_on, deliberation_step.c.shown_until))).where(
            deliberation_step.c.tenant == tx.tenant, deliberation_step.c.deliberation_id == deliberation_id
        )
    )
    if said.held_on > tx.now.date() or (earlier is not None and said.held_on < earlier):
        raise HeldLater
    await advance(
        tx,
        viewer,
        row,
        Command.RECORD,
        outcome=Outcome(said.result),
        day=said.held_on,
        held_on=said.held_on,
        result=said.result,
        note=fit(profile, note=said.note)["note"],
    )


async def publish(tx: Tx, viewer: Viewer, deliberation_id: UUID, version: int, said: Publicity) -> None:
    """Begin the publicity of a step with what the village has published since the step before."""
    row = await load(tx, viewer, deliberation_id, version)
    step = standing_of(row, None).step
    found = await tx.all(repository.published(viewer, row["division"], said.disclosures))
    since = await _previous_end(tx, row)
    good = [one for one in found if one["state"] == "published" and one["published_at"] >= since]
    missing = sorted(set(step.categories) - {one["category"] for one in good})
    if step.publicity is not None and (missing or len(good) != len(set(said.disclosures))):
        raise NotPublished(missing="、".join(missing) or "-")
    shown = [max(one["published_at"] for one in good)] if good and step.publicity is not None else []
    first = next((moment.astimezone(SHANGHAI).date() for moment in shown), None)
    until = next((_last_day(step, moment) for moment in shown), None)
    days: dict[str, Any] = {"held_on": first, "shown_until": until}
    ids = [one["id"] for one in good]
    await advance(tx, viewer, row, Command.PUBLISH, day=until, **days, disclosures=ids, result="")


def _last_day(step: DecisionStep, published: datetime) -> date | None:
    if step.publicity is None:
        return None
    return WorkCalendar.official().deadline(published.astimezone(SHANGHAI), step.publicity).day


async def _previous_end(tx: Tx, row: Row) -> datetime:
    """When the step before was done; nothing published earlier can be its publication."""
    ended = await tx.scalar(
        select(func.max(deliberation_step.c.done_at)).where(
            deliberation_step.c.tenant == tx.tenant, deliberation_step.c.deliberation_id == row["id"]
        )
    )
    at: datetime = ended or row["created_at"]
    return at


async def conclude(tx: Tx, viewer: Viewer, deliberation_id: UUID, version: int) -> None:
    """End the publicity once its days are over and what was shown still stands."""
    row = await load(tx, viewer, deliberation_id, version)
    step = await present_step(tx, row)
    if step is not None and step["disclosures"]:
        found = await tx.all(repository.published(viewer, row["division"], list(step["disclosures"])))
        if any(one["state"] not in STILL_PUBLIC for one in found):
            raise DisclosureGone
    await advance(tx, viewer, row, Command.CONCLUDE, result="published")


async def empty_the_urn(tx: Tx, row: Row) -> None:
    """What was voted in secret is part of the figures now, or of nothing: of a single vote it would tell the choice."""
    for table, nothing in ((deliberation_tally, {"votes": 0}), (deliberation_step, {"tally": {}})):
        of = table.c
        mine = (of.tenant == tx.tenant, of.deliberation_id == row["id"], of.position == row["position"])
        await tx.execute(update(table).where(*mine).values(**nothing))


async def withdraw(tx: Tx, viewer: Viewer, deliberation_id: UUID, version: int, reason: str, profile: Profile) -> None:
    row = await load(tx, viewer, deliberation_id, version)
    step = await present_step(tx, row)
    await advance(tx, viewer, row, Command.WITHDRAW, reason=fit(profile, reason=reason)["reason"])
    if row["phase"] == Phase.CALLED and step is not None:
        await tell_meeting(tx, row, step["called_for"], MeetingState.OFF)
    await empty_the_urn(tx, row)


async def tell_meeting(tx: Tx, row: Row, at: datetime, state: MeetingState) -> None:
    """Tell that a meeting is called, changed or off: each gets a number of its own, so that it is told once."""
    here = deliberation_step.c
    counted = (
        update(deliberation_step)
        .where(here.tenant == tx.tenant, here.deliberation_id == row["id"], here.position == row["position"])
        .values(calls=here.calls + 1)
        .returning(here.calls)
    )
    told = contract.MeetingMoved(
        deliberation_id=str(row["id"]),
        division=row["division"],
        position=row["position"],
        call=await tx.scalar(counted),
        state=state.value,
        at=at.astimezone(SHANGHAI).isoformat(),
    )
    tx.announce(Event(type=contract.MEETING_MOVED, subject=str(row["id"]), data=told))


async def draft_disclosure(tx: Tx, viewer: Viewer, profile: Profile, deliberation_id: UUID, item: str) -> UUID:
    """Begin the disclosure by which the present step is published, with what was decided in it; the step keeps which it is."""
    row = await load(tx, viewer, deliberation_id)
    before = standing_of(row, None)
    if before.state is not State.OPEN or before.step.kind != "publish":
        raise WrongStep(command=Command.PUBLISH.value, phase=row["phase"])
    steps = await tx.all(repository.steps(tx.tenant, row["id"]))
    plan = plan_of(row)
    said = [f"{plan.name.zh}：{row['matter']}", *_decided(plan, steps), *_carried_out(steps), *_voiced(plan, steps)]
    order = NewDisclosure(
        division=row["division"],
        item=item,
        title=f"{row['title']}（{before.step.name.zh}）"[:LONGEST_TITLE],
        body="\n".join(said)[:LONGEST_BODY],
        tables=[],
    )
    made = await disclosures.begin(tx, viewer, profile, order)
    begun: list[UUID] = next((one["disclosures"] for one in steps if one["position"] == row["position"]), [])
    await keep_step(tx, row, before.step, disclosures=[*begun, made])
    return made


def _decided(plan: DecisionProcedure, steps: Sequence[Row]) -> list[str]:
    """What the votes so far have come to, each by its name and in its own sentences."""
    return [
        f"{sitting['day']} {plan.steps[step['position']].name.zh}：{count['text']}"
        for step in steps
        for sitting in step["sittings"][-1:]
        for count in sitting["counts"]
    ]


def _carried_out(steps: Sequence[Row]) -> list[str]:
    """Who answered for it, what was reached when, what it has cost and what the committee said."""
    done = [execution_of(step["execution"]) for step in steps]
    return [line for one in done if one is not None for line in sentences(one)]


def _voiced(plan: DecisionProcedure, steps: Sequence[Row]) -> list[str]:
    """How people judged what was carried out; and where the outcome is advice, what was said."""
    said = []
    for one in steps:
        step = plan.steps[one["position"]]
        if one["done_at"] is not None and (step.evaluates or (not plan.binding and step.kind == "discuss")):
            judged = f"，{result_of(step, one['result'])}" if step.evaluates else ""
            said.append(f"{one['held_on']} {step.name.zh}{judged}：{one['note'] or '无其他意见'}")
    return said


async def attach(
    tx: Tx, viewer: Viewer, profile: Profile, deliberation_id: UUID, kind: str, name: str, body: bytes
) -> None:
    """Keep a paper or a photograph of the step that is due now; papers of a step that is done are fixed.

    While it is carried out it is one of the milestone that comes next.
    """
    row = await load(tx, viewer, deliberation_id)
    _open(row)
    of = (
        deliberation_file.c.tenant == tx.tenant,
        deliberation_file.c.deliberation_id == deliberation_id,
        deliberation_file.c.position == row["position"],
    )
    if await tx.scalar(select(func.count()).where(*of)) >= MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    step = await present_step(tx, row)
    done = execution_of(step["execution"]) if step is not None else None
    milestone = done.current + 1 if done is not None and done.left else None
    taken = {
        "id": new_id(),
        "kind": kind,
        "position": row["position"],
        "milestone": milestone,
        **(await kept(profile, name, body)),
    }
    await tx.execute(insert(deliberation_file).values(tenant=tx.tenant, deliberation_id=deliberation_id, **taken))
    record_act(tx, "deliberation.attach", row, file=str(taken["id"]), sha256=taken["sha256"])


async def detach(tx: Tx, viewer: Viewer, deliberation_id: UUID, file_id: UUID) -> None:
    row = await load(tx, viewer, deliberation_id)
    _open(row)
    step = await present_step(tx, row)
    done = execution_of(step["execution"]) if step is not None else None
    # What showed that a milestone was reached stays.
    reached = len(done.milestones) - done.left if done is not None else 0
    gone = await tx.execute(
        delete(deliberation_file).where(
            func.coalesce(deliberation_file.c.milestone, reached + 1) > reached,
            deliberation_file.c.tenant == tx.tenant,
            deliberation_file.c.deliberation_id == deliberation_id,
            deliberation_file.c.position == row["position"],
            deliberation_file.c.id == file_id,
        )
    )
    if gone.rowcount != 1:
        raise NotFound
    record_act(tx, "deliberation.detach", row, file=str(file_id))


def _open(row: Row) -> None:
    if row["state"] != State.OPEN:
        raise WrongStep(command="attach", phase=row["state"])


def record_act(tx: Tx, action: str, row: Mapping[str, Any] | Row, people: Sequence[UUID] = (), **detail: Any) -> None:
    """Record an act on a deliberation; nobody's choice is ever in its detail."""
    tx.record(
        Act(
            action=action,
            object_kind="deliberation",
            object_id=row["id"],
            division=row["division"],
            people=list(people),
            detail=detail,
        )
    )
