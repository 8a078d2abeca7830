"""The way of a disclosure: draft, before the supervision committee, checked, published, withdrawn or corrected.

Whoever wrote it neither checks it nor is spared the check. What was published is never edited: a correction is a new edition
that takes the place of the one before when it is published itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from linli_supervision.disclosures.errors import ReasonMissing, WrongDisclosureState, WroteItThemselves


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"
    DISCARDED = "discarded"


class Step(StrEnum):
    EDIT = "edit"
    DISCARD = "discard"
    SUBMIT = "submit"
    RETURN = "return"
    CHECK = "check"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    CORRECT = "correct"


TRANSITIONS: Mapping[tuple[State, Step], State] = {
    (State.DRAFT, Step.EDIT): State.DRAFT,
    (State.DRAFT, Step.DISCARD): State.DISCARDED,
    (State.DRAFT, Step.SUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Step.RETURN): State.DRAFT,
    (State.SUBMITTED, Step.CHECK): State.CHECKED,
    (State.CHECKED, Step.RETURN): State.DRAFT,
    (State.CHECKED, Step.PUBLISH): State.PUBLISHED,
    (State.PUBLISHED, Step.WITHDRAW): State.WITHDRAWN,
    (State.PUBLISHED, Step.CORRECT): State.CORRECTED,
    # An edition of before may hold what nobody should have read.
    (State.CORRECTED, Step.WITHDRAW): State.WITHDRAWN,
}
REASONED = frozenset({Step.RETURN, Step.WITHDRAW, Step.CORRECT})
"""Steps that say why."""
BY_ANOTHER = frozenset({Step.CHECK})
"""Steps that nobody takes on what they wrote themselves."""
SHOWN = frozenset({State.PUBLISHED, State.WITHDRAWN, State.CORRECTED})
"""States in which everybody finds it: a withdrawn one without its words."""
HANGING = frozenset({State.PUBLISHED, State.CORRECTED})
"""States of what is read in full: on the screen, on the wall, in its files."""
WRITING = frozenset({State.DRAFT, State.SUBMITTED, State.CHECKED})


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules need to know of a disclosure."""

    state: State
    writers: frozenset[UUID]


def after(standing: Standing, step: Step, actor: UUID, reason: str = "") -> State:
    """Return the state after a step, or raise why it is not possible."""
    target = TRANSITIONS.get((standing.state, step))
    if target is None:
        raise WrongDisclosureState(state=standing.state.value, step=step.value)
    if step in BY_ANOTHER and actor in standing.writers:
        raise WroteItThemselves
    if step in REASONED and not reason:
        raise ReasonMissing
    return target


def possible(standing: Standing, actor: UUID) -> list[Step]:
    """Return the steps that the state and the four eyes leave this person; whose post may take them the policy decides."""
    return [
        step
        for (state, step) in TRANSITIONS
        if state is standing.state and not (step in BY_ANOTHER and actor in standing.writers)
    ]
