"""Questions as everybody, as the asker and as staff see them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from linli_kernel.identity import Viewer
from linli_kernel.permissions import may

from linli_supervision.inquiries.complaints import outcome_of
from linli_supervision.policy import POLICY, Permission
from linli_supervision.questions.domain import TRANSITIONS, WAITING, QuestionState, QuestionStep
from linli_supervision.rows import Row

PERMISSIONS = {QuestionStep.ANSWER: Permission.QUESTION_ANSWER, QuestionStep.DECIDE: Permission.QUESTION_DECIDE}
_PUBLIC = (
    "kind", "state", "text", "asked_at", "due", "answer", "answered_by", "answered_at", "appeal", "appealed_at", "decision",
    "decided_by", "decided_at",
)  # fmt: skip


def public(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in _PUBLIC}


def followed(row: Row, today: date, inquiries: Sequence[Row]) -> dict[str, Any]:
    late = row["state"] == QuestionState.ASKED and today > row["due"]
    answered = row["state"] == QuestionState.ANSWERED
    return {
        **public(row),
        **{name: row[name] for name in ("id", "disclosure_id", "title", "division")},
        "may_appeal": late or answered,
        "inquiries": [_after(one) for one in inquiries],
    }


def _after(row: Row) -> dict[str, Any]:
    return {"id": row["id"], "since": row["created_at"], "outcome": outcome_of(row)}


def staff(row: Row, viewer: Viewer, today: date, inquiries: Sequence[Row]) -> dict[str, Any]:
    state = QuestionState(row["state"])
    steps = [
        step.value
        for step, permission in PERMISSIONS.items()
        if (state, step) in TRANSITIONS and may(POLICY, permission, viewer)
    ]
    days = (row["due"] - today).days
    return {
        **public(row),
        **{name: row[name] for name in ("id", "disclosure_id", "title", "division", "version")},
        "days_left": days,
        "overdue": row["state"] in WAITING and days < 0,
        "steps": steps,
        "inquiries": [_after(one) for one in inquiries] if may(POLICY, Permission.INQUIRY_READ, viewer) else [],
    }
