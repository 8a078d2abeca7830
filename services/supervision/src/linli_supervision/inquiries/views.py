"""Inquiries and the committee as they are answered."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from linli_kernel.identity import Viewer
from linli_kernel.permissions import may
from linli_kernel.profile.supervision import OversightRules

from linli_supervision.inquiries import complaints, drawing
from linli_supervision.inquiries.workflow import TRANSITIONS, State, Step
from linli_supervision.policy import POLICY, Permission
from linli_supervision.rows import Row

BY_THE_VILLAGE = frozenset({Step.RECTIFY})
_KEPT = ("id", "division", "question", "origin", "subject", "state", "due", "created_at", "version")


def permission_of(step: Step) -> Permission:
    """The village puts right, the committee does everything else: nobody checks the own work."""
    return Permission.INQUIRY_RECTIFY if step in BY_THE_VILLAGE else Permission.INQUIRY_WRITE


def brief(row: Row, viewer: Viewer, rules: OversightRules, today: date) -> dict[str, Any]:
    state = State(row["state"])
    groups = {group.code: group.name.model_dump() for group in rules.groups}
    steps = [step for (of, step) in TRANSITIONS if of is state and may(POLICY, permission_of(step), viewer)]
    asked = rules.inquiries[row["question"] - 1 : row["question"]]
    title = asked[0].model_dump() if asked else {"zh": str(row["question"]), "en": str(row["question"])}
    return {
        **{name: row[name] for name in _KEPT},
        "title": title,
        "complaint": complaints.shown(row),
        "group": groups.get(row["committee_group"]),
        "overdue": state is State.RECTIFYING and row["due"] is not None and row["due"] < today,
        "steps": [step.value for step in steps],
    }


def full(
    row: Row, viewer: Viewer, rules: OversightRules, today: date, history: Sequence[Row], drawn: Mapping[str, Any]
) -> dict[str, Any]:
    told = [{**{name: one[name] for name in ("step", "state", "note", "at")}, "by": one["by_name"]} for one in history]
    return {**brief(row, viewer, rules, today), "draw": drawing.shown(drawn["seed"], drawn["draw"]), "history": told}


def meeting(row: Row) -> dict[str, Any]:
    kept = ("id", "day", "present", "topics", "decisions", "recorded_at")
    return {**{name: row[name] for name in kept}, "by": row["by_name"]}


def committee(
    division: str,
    year: int,
    rules: OversightRules,
    checks: Sequence[Row],
    meetings: Sequence[Row],
    acted: datetime | None,
) -> dict[str, Any]:
    """The committee's year: what it has, when it met. `acted`: when it last did something of which the log knows."""
    kept = {row["item"]: row for row in checks}
    quarters = [sum(1 for row in meetings if (row["day"].month - 1) // 3 == quarter) for quarter in range(4)]
    listed = []
    for item in rules.checklist:
        row = kept.get(item.code)
        said: dict[str, Any] = {"met": False, "note": "", "by": None, "at": None}
        if item.shown_by:
            said |= {"met": acted is not None, "at": acted}
        elif row:
            said = {"met": row["met"], "note": row["note"], "by": row["by_name"], "at": row["at"]}
        listed.append({"code": item.code, "name": item.name.model_dump(), "shown_by": item.shown_by, **said})
    return {
        "division": division,
        "year": year,
        "questions": [one.model_dump() for one in rules.inquiries],
        "groups": [{"code": group.code, "name": group.name.model_dump()} for group in rules.groups],
        "members": rules.members,
        "checks": listed,
        "score": sum(one["met"] for one in listed),
        "quarters": quarters,
        "meetings": [meeting(row) for row in meetings],
    }
