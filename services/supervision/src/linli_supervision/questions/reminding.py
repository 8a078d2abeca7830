"""The clocks of questions: a reminder near the last day of an answer or a decision, and one when it has passed.

Values in, reminders out; that each is told once is the matter of `disclosures/reminding`, whose rows and loop they share.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from linli_kernel.database import Database
from linli_kernel.events import Event
from sqlalchemy import select

from linli_supervision.inquiries.reminding import told
from linli_supervision.questions.domain import WAITING, QuestionState
from linli_supervision.questions.tables import disclosure_question

_q = disclosure_question.c
WAITED_FOR: Mapping[str, Literal["question", "appeal"]] = {
    QuestionState.ASKED.value: "question",
    QuestionState.APPEALED.value: "appeal",
}
MOST = 2_000
"""Questions of a county near their last day; more than that are told at the next look, when these are told."""


async def reminders(db: Database, tenant: str, today: date, near_days: int, stale_days: int) -> list[tuple[str, Event]]:
    """Return what is to be told now, each under the key that it is told once by."""
    first, last = today - timedelta(days=stale_days), today + timedelta(days=near_days)
    rows = await db.fetch_all(
        select(_q.id, _q.division, _q.due, _q.state)
        .where(_q.tenant == tenant, _q.state.in_(WAITING), _q.due >= first, _q.due <= last)
        .order_by(_q.due, _q.id)
        .limit(MOST)
    )
    return [told(WAITED_FOR[row["state"]], str(row["id"]), row["division"], row["due"], today) for row in rows]
