"""Deliberations as staff see them: the procedure's steps as they stand, what is due now, and the count of the meeting."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.identity import Viewer
from linli_kernel.permissions import may
from linli_kernel.profile.supervision import DecisionProcedure, DecisionStep, Share

from linli_supervision.deliberations import execution, repository, service, sitting
from linli_supervision.deliberations.counting import figures
from linli_supervision.deliberations.workflow import (
    Command,
    Phase,
    Standing,
    State,
    earliest_meeting,
    kind_of,
    possible,
)
from linli_supervision.policy import POLICY, Permission
from linli_supervision.rows import Row

PERMISSIONS: Mapping[Command, Permission] = {
    Command.RECORD: Permission.DELIBERATION_WRITE,
    Command.ENROL: Permission.DELIBERATION_WRITE,
    Command.CALL: Permission.DELIBERATION_WRITE,
    Command.CALL_OFF: Permission.DELIBERATION_WRITE,
    Command.SIT: Permission.DELIBERATION_WRITE,
    Command.CLOSE: Permission.DELIBERATION_LEAD,
    Command.PUBLISH: Permission.DELIBERATION_LEAD,
    Command.CONCLUDE: Permission.DELIBERATION_LEAD,
    Command.PLAN: Permission.DELIBERATION_LEAD,
    Command.REPORT: Permission.DELIBERATION_WRITE,
    Command.POSTPONE: Permission.DELIBERATION_LEAD,
    Command.COMPLETE: Permission.DELIBERATION_LEAD,
    Command.ACCEPT: Permission.DELIBERATION_ACCEPT,
    Command.SEND_BACK: Permission.DELIBERATION_ACCEPT,
    Command.WITHDRAW: Permission.DELIBERATION_WITHDRAW,
}
_BRIEF = (
    "id", "division", "title", "procedure", "state", "position", "phase", "author_name", "created_at", "ended_at",
    "due_on", "version",
)  # fmt: skip
# Meetings closed before their minutes were kept with them.
_SITTING = {"place": "", "note": "", "kin": None}
_STEP = ("held_on", "place", "called_for", "shown_until", "done_at", "result", "note", "by_name")
_NOTHING: Mapping[str, Any] = dict.fromkeys(_STEP) | {
    "place": "", "result": "", "note": "", "by_name": "", "disclosures": [], "sittings": [], "check_in": None,
    "execution": None,
}  # fmt: skip
_FILE = ("id", "kind", "name", "media_type", "size", "sha256", "milestone")
_DISCLOSED = ("id", "category", "title", "state")
_ROLL = ("body", "source", "people", "households", "sha256", "frozen_at", "by_name")
VOTER = ("resident", "household", "attended", "proxy", "recused", "voted", "choice")


def _taken(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def name(text: Any) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _share(share: Share | None) -> str | None:
    if share is None:
        return None
    bound = f"≥ {share.at_least}" if share.at_least is not None else f"> {share.more_than}"
    return f"{bound} {share.of}"


def _rule(step: DecisionStep) -> dict[str, Any]:
    publicity = step.publicity
    return {
        "code": step.code,
        "name": name(step.name),
        "kind": kind_of(step).value,
        "bodies": list(step.bodies),
        **{
            field: getattr(step, field)
            for field in ("unit", "ballot", "online", "proxies", "notice_days", "non_local", "cost")
        },
        "invites": step.invites.model_dump() if step.invites else None,
        "evaluates": step.evaluates,
        "quorum": _share(step.quorum),
        "majority": _share(step.majority),
        "publicity": publicity.zh if publicity else None,
        "publicity_en": publicity.en if publicity else None,
        "categories": list(step.categories),
        "standing": step.standing.value,
    }


def procedure(one: DecisionProcedure) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": name(one.name),
        "binding": one.binding,
        "convenor": name(one.convenor) if one.convenor else None,
        "notice": name(one.notice) if one.notice else None,
        "note": one.note,
        "standing": one.standing.value,
        "steps": [_rule(step) for step in one.steps],
    }


def brief(row: Row, today: date) -> dict[str, Any]:
    plan = service.plan_of(row)
    return {
        **_taken(row, _BRIEF),
        "procedure_name": name(plan.name),
        "binding": plan.binding,
        "overdue": row["due_on"] is not None and today > row["due_on"],
        "steps_total": len(plan.steps),
        "step_name": name(plan.steps[row["position"]].name),
        "met": None,
    }


async def full(fetch: repository.Fetch, row: Row, viewer: Viewer, today: date) -> dict[str, Any]:
    key = (row["tenant"], row["id"])
    begun = {one["position"]: one for one in await fetch(repository.steps(*key))}
    files = await fetch(repository.files(*key))
    rolls = await fetch(repository.rolls(*key))
    kept = [one for step in begun.values() for one in step["disclosures"]]
    disclosed = {one["id"]: one for one in await fetch(repository.disclosed(row["tenant"], kept))} if kept else {}
    plan, now = service.plan_of(row), begun.get(row["position"])
    standing = service.standing_of(row, now)
    commands = [one for one in possible(standing, today=today) if may(POLICY, PERMISSIONS[one], viewer)]
    calling = Command.CALL in commands
    return {
        **brief(row, today),
        **_taken(row, ("matter", "concerned", "profile", "reason")),
        "convenor": name(plan.convenor) if plan.convenor else None,
        "notice": name(plan.notice) if plan.notice else None,
        "note": plan.note,
        "steps": [
            _step(
                plan,
                at,
                standing,
                begun.get(at),
                files,
                rolls,
                disclosed,
                today=today,
                door=Command.SIT in commands or Command.CLOSE in commands,
            )
            for at in range(len(plan.steps))
        ],
        "commands": [one.value for one in commands],
        "earliest_meeting": earliest_meeting(standing.step, today) if calling else None,
        "counts": await _counts(fetch, row, standing, now),
    }


def _step(
    plan: DecisionProcedure,
    at: int,
    standing: Standing,
    row: Row | None,
    files: Sequence[Row],
    rolls: Sequence[Row],
    disclosed: Mapping[UUID, Row],
    *,
    today: date,
    door: bool,
) -> dict[str, Any]:
    here = at == standing.position
    ended = at < standing.position or (here and standing.state in (State.FINISHED, State.REJECTED))
    said: Any = row if row is not None else _NOTHING
    return {
        **_rule(plan.steps[at]),
        "position": at,
        "state": "done" if ended else "now" if here and standing.state is State.OPEN else "later",
        **_taken(said, _STEP),
        "disclosures": [_taken(disclosed[one], _DISCLOSED) for one in said["disclosures"] if one in disclosed],
        "sittings": [_SITTING | one for one in said["sittings"]],
        "check_in": said["check_in"] if here and door else None,
        "rolls": [_taken(one, _ROLL) for one in rolls if one["position"] == at],
        "files": [_taken(one, _FILE) for one in files if one["position"] == at],
        "execution": _execution(said["execution"], today),
    }


def _execution(kept_json: object, today: date) -> dict[str, Any] | None:
    done = execution.kept(kept_json)
    if done is None:
        return None
    return {
        **done.model_dump(include={"responsible", "budget_fen", "cost_fen"}),
        "milestones": [{**one.model_dump(), "overdue": one.overdue(today)} for one in done.milestones],
        "told": [one.model_dump(exclude={"by"}) for one in done.told],
    }


async def _counts(fetch: repository.Fetch, row: Row, standing: Standing, now: Row | None) -> list[dict[str, Any]]:
    """The figures of a meeting under way; of a secret vote who came and how many voted, not how."""
    if standing.state is not State.OPEN or standing.phase is Phase.DUE or kind_of(standing.step).value != "vote":
        return []
    step = standing.step
    counts = await sitting.count(fetch, row, step, now)
    return [figures(step, one, running=True) for one in counts]


def meeting(row: Row, position: int) -> dict[str, Any]:
    """What those who are called hear of the form of a meeting."""
    plan = service.plan_of(row)
    step = plan.steps[position]
    posts = list(step.invites.posts) if step.invites else []
    return {"form": name(plan.name), "vote": step.majority is not None, "posts": posts}


def voter(row: Row) -> dict[str, Any]:
    return _taken(row, VOTER)


def own_ballot(row: Row) -> dict[str, Any]:
    """A vote as the resident sees it who is on its roll."""
    step = service.plan_of(row).steps[row["position"]]
    same = ("deliberation_id", "title", "matter", "body", "called_for", "place", "attended", "voted")
    return {
        **_taken(row, same),
        "step_name": name(step.name),
        "votes": step.majority is not None,
        "ballot": step.ballot,
        "online": step.online,
        "sitting": row["phase"] == Phase.SITTING,
    }
