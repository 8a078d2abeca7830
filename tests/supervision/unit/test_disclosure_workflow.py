"""Each step of a disclosure and of a question is in the table or it is refused."""

from datetime import date

import pytest
from linli_kernel.ids import new_id
from linli_supervision.disclosures.errors import ReasonMissing, WrongDisclosureState, WroteItThemselves
from linli_supervision.disclosures.workflow import REASONED, TRANSITIONS, Standing, State, Step, after, possible
from linli_supervision.questions.domain import QuestionState, QuestionStep
from linli_supervision.questions.domain import after as after_question
from linli_supervision.questions.errors import WrongQuestionState

AUTHOR, SECOND, OTHER = new_id(), new_id(), new_id()
WRITERS = frozenset({AUTHOR, SECOND})


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("step", list(Step))
def test_a_step_leads_where_the_table_says_or_nowhere(state: State, step: Step) -> None:
    standing = Standing(state, WRITERS)
    if (state, step) not in TRANSITIONS:
        with pytest.raises(WrongDisclosureState):
            after(standing, step, OTHER, "原因")
        assert step not in possible(standing, OTHER)
    else:
        assert after(standing, step, OTHER, "原因") is TRANSITIONS[state, step]
        assert step in possible(standing, OTHER)


def test_nobody_checks_what_they_wrote() -> None:
    standing = Standing(State.SUBMITTED, WRITERS)
    for writer in WRITERS:
        with pytest.raises(WroteItThemselves):
            after(standing, Step.CHECK, writer)
        assert Step.CHECK not in possible(standing, writer)


@pytest.mark.parametrize(("state", "step"), sorted(known for known in TRANSITIONS if known[1] in REASONED))
def test_what_goes_back_says_why(state: State, step: Step) -> None:
    with pytest.raises(ReasonMissing):
        after(Standing(state, WRITERS), step, OTHER)


def test_a_question_is_appealed_after_an_answer_or_once_it_is_late() -> None:
    due = date(2026, 4, 11)
    with pytest.raises(WrongQuestionState):
        after_question(QuestionState.ASKED, QuestionStep.APPEAL, due=due, today=due)
    late = after_question(QuestionState.ASKED, QuestionStep.APPEAL, due=due, today=date(2026, 4, 12))
    answered = after_question(QuestionState.ANSWERED, QuestionStep.APPEAL, due=due, today=due)
    assert (late, answered) == (QuestionState.APPEALED, QuestionState.APPEALED)
    with pytest.raises(WrongQuestionState):
        after_question(QuestionState.DECIDED, QuestionStep.ANSWER, due=due, today=due)
