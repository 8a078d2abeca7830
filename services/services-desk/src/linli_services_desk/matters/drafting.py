"""The life of a draft as one page of data: written, reviewed by somebody else, published or given up."""

from enum import StrEnum

from linli_services_desk.matters.errors import DraftCommandNotAllowed


class DraftState(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    DISCARDED = "discarded"


class DraftCommand(StrEnum):
    SUBMIT = "submit"
    SEND_BACK = "send-back"
    PUBLISH = "publish"
    DISCARD = "discard"


S, C = DraftState, DraftCommand
TRANSITIONS: dict[tuple[DraftState, DraftCommand], DraftState] = {
    (S.DRAFT, C.SUBMIT): S.REVIEW,
    (S.DRAFT, C.DISCARD): S.DISCARDED,
    (S.REVIEW, C.SEND_BACK): S.DRAFT,
    (S.REVIEW, C.PUBLISH): S.PUBLISHED,
    (S.REVIEW, C.DISCARD): S.DISCARDED,
}
OPEN = (S.DRAFT, S.REVIEW)
# What an author of the draft leaves to somebody else.
REVIEWS = frozenset({C.SEND_BACK, C.PUBLISH})
NAMES: dict[DraftState, tuple[str, str]] = {
    S.DRAFT: ("起草中", "being written"),
    S.REVIEW: ("待审核", "in review"),
    S.PUBLISHED: ("已发布", "published"),
    S.DISCARDED: ("已作废", "given up"),
}


def step(state: DraftState, command: DraftCommand) -> DraftState:
    target = TRANSITIONS.get((state, command))
    if target is None:
        raise DraftCommandNotAllowed(state=NAMES[state][0], state_en=NAMES[state][1])
    return target


def offered(state: DraftState, author: bool) -> list[DraftCommand]:
    """The commands that this state has for this person."""
    return [command for (origin, command) in TRANSITIONS if origin is state and not (author and command in REVIEWS)]
