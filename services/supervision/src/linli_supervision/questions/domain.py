"""The way of a question: asked, answered by the village, appealed, decided above.

The clocks are the place's own (`objection_answer`, `appeal_answer`). An appeal is possible once there is an answer, and when
the village has let its time pass.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from linli_kernel.calendar import Deadline, WorkCalendar
from linli_kernel.profile.supervision import DisclosureRules

from linli_supervision.questions.errors import WrongQuestionState


class QuestionState(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"
    APPEALED = "appealed"
    DECIDED = "decided"


class QuestionStep(StrEnum):
    ANSWER = "answer"
    APPEAL = "appeal"
    DECIDE = "decide"


TRANSITIONS: Mapping[tuple[QuestionState, QuestionStep], QuestionState] = {
    (QuestionState.ASKED, QuestionStep.ANSWER): QuestionState.ANSWERED,
    (QuestionState.ASKED, QuestionStep.APPEAL): QuestionState.APPEALED,
    (QuestionState.ANSWERED, QuestionStep.APPEAL): QuestionState.APPEALED,
    (QuestionState.APPEALED, QuestionStep.DECIDE): QuestionState.DECIDED,
}
WAITING = (QuestionState.ASKED.value, QuestionState.APPEALED.value)


def after(state: QuestionState, step: QuestionStep, *, due: date, today: date) -> QuestionState:
    """Return the state after a step. What is not answered yet is appealed only once it is late."""
    target = TRANSITIONS.get((state, step))
    too_early = (state, step) == (QuestionState.ASKED, QuestionStep.APPEAL) and today <= due
    if target is None or too_early:
        raise WrongQuestionState
    return target


def answer_by(calendar: WorkCalendar, rules: DisclosureRules, asked: datetime) -> Deadline:
    return calendar.deadline(asked, rules.objection_answer.as_limit())


def decide_by(calendar: WorkCalendar, rules: DisclosureRules, appealed: datetime) -> Deadline:
    return calendar.deadline(appealed, rules.appeal_answer.as_limit())
