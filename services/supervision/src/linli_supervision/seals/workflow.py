"""The way of one seal use: request, approval, opening together (同启), signing in turn (同签), closing (同封).

Whoever approves neither asked nor holds a piece; nobody but the custodians opens or signs; an opening that is not
finished in its window leaves no signature behind.

A seal of rubber goes the same way with its envelope in between: present together, the custodians find the envelope whole
and open it, stamp, close the seal into a new one, and sign the record of it. What was unsealed cannot be undone, so from
there on no window lapses: what is late is recorded as late.

A statutory seal goes the same way, too: its provider is asked only for what all custodians have signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from linli_supervision.seals.errors import (
    AlreadyOpened,
    ApproverHoldsPiece,
    ApproverIsRequester,
    NotACustodian,
    NotTheRequester,
    NotYourTurn,
    OpeningLapsed,
    WrongState,
)


class State(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    OPENING = "opening"
    OPEN = "open"
    SIGNING = "signing"
    PRESENT = "present"
    UNSEALED = "unsealed"
    RECLOSED = "reclosed"
    AFFIXING = "affixing"
    SEALED = "sealed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Step(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    CANCEL = "cancel"
    OPEN = "open"
    OPEN_LAST = "open_last"
    SIGN = "sign"
    SIGN_LAST = "sign_last"
    LAPSE = "lapse"
    GATHER = "gather"
    UNSEAL = "unseal"
    REPORT = "report"
    RECLOSE = "reclose"
    HAND_OVER = "hand_over"
    AFFIX = "affix"
    TURN_DOWN = "turn_down"
    VOID = "void"


TRANSITIONS: Mapping[tuple[State, Step], State] = {
    (State.REQUESTED, Step.APPROVE): State.APPROVED,
    (State.REQUESTED, Step.REFUSE): State.REFUSED,
    (State.REQUESTED, Step.CANCEL): State.CANCELLED,
    (State.APPROVED, Step.REFUSE): State.REFUSED,
    (State.APPROVED, Step.CANCEL): State.CANCELLED,
    (State.APPROVED, Step.OPEN): State.OPENING,
    (State.APPROVED, Step.OPEN_LAST): State.OPEN,
    (State.OPENING, Step.OPEN): State.OPENING,
    (State.OPENING, Step.OPEN_LAST): State.OPEN,
    (State.OPENING, Step.REFUSE): State.REFUSED,
    (State.OPENING, Step.LAPSE): State.APPROVED,
    (State.OPEN, Step.SIGN): State.SIGNING,
    (State.OPEN, Step.SIGN_LAST): State.SEALED,
    (State.OPEN, Step.REFUSE): State.REFUSED,
    (State.OPEN, Step.LAPSE): State.APPROVED,
    (State.SIGNING, Step.SIGN): State.SIGNING,
    (State.SIGNING, Step.SIGN_LAST): State.SEALED,
    (State.SIGNING, Step.REFUSE): State.REFUSED,
    (State.SIGNING, Step.LAPSE): State.APPROVED,
    (State.APPROVED, Step.GATHER): State.PRESENT,
    (State.OPENING, Step.GATHER): State.PRESENT,
    (State.PRESENT, Step.UNSEAL): State.UNSEALED,
    (State.PRESENT, Step.REPORT): State.REFUSED,
    (State.PRESENT, Step.REFUSE): State.REFUSED,
    (State.PRESENT, Step.LAPSE): State.APPROVED,
    (State.UNSEALED, Step.RECLOSE): State.RECLOSED,
    (State.RECLOSED, Step.SIGN): State.RECLOSED,
    (State.RECLOSED, Step.SIGN_LAST): State.SEALED,
    (State.RECLOSED, Step.REFUSE): State.REFUSED,
    (State.OPEN, Step.HAND_OVER): State.AFFIXING,
    (State.SIGNING, Step.HAND_OVER): State.AFFIXING,
    (State.AFFIXING, Step.AFFIX): State.SEALED,
    (State.AFFIXING, Step.TURN_DOWN): State.REFUSED,
    # A provider that never answers holds nobody up for good.
    (State.AFFIXING, Step.REFUSE): State.REFUSED,
    (State.REQUESTED, Step.VOID): State.CANCELLED,
    (State.APPROVED, Step.VOID): State.CANCELLED,
    (State.OPENING, Step.VOID): State.CANCELLED,
    (State.OPEN, Step.VOID): State.CANCELLED,
    (State.SIGNING, Step.VOID): State.CANCELLED,
    (State.AFFIXING, Step.VOID): State.CANCELLED,
    (State.PRESENT, Step.VOID): State.CANCELLED,
}

TIMED = frozenset({State.OPENING, State.OPEN, State.SIGNING, State.PRESENT})
"""States that end by themselves when the window closes."""
OUT = frozenset({State.UNSEALED, State.RECLOSED})
"""The envelope was opened: only closing it and signing the record ends this, however late."""
SIGNABLE = frozenset({State.OPEN, State.SIGNING, State.RECLOSED})
FINAL = frozenset({State.SEALED, State.REFUSED, State.CANCELLED})


@dataclass(frozen=True, slots=True)
class Use:
    """What the rules need to know of a seal use; custodians in the order of their pieces."""

    state: State
    requester: UUID
    custodians: tuple[UUID, ...]
    opening_minutes: int
    round: int = 0
    opened: frozenset[int] = frozenset()
    signed: int = 0
    closes_at: datetime | None = None
    paper: bool = False
    statutory: bool = False

    @property
    def next_position(self) -> int | None:
        """The piece whose turn it is to sign, counted from 1."""
        return self.signed + 1 if self.state in SIGNABLE else None

    def position_of(self, account: UUID) -> int | None:
        return self.custodians.index(account) + 1 if account in self.custodians else None


def _after(use: Use, step: Step) -> State:
    target = TRANSITIONS.get((use.state, step))
    if target is None:
        raise WrongState(state=use.state.value, step=step.value)
    return target


def _custodian(use: Use, actor: UUID) -> int:
    position = use.position_of(actor)
    if position is None:
        raise NotACustodian()
    return position


def has_lapsed(use: Use, now: datetime) -> bool:
    return use.state in TIMED and use.closes_at is not None and now >= use.closes_at


def lapse(use: Use) -> Use:
    """Return the use as it stands once the window has closed: approved again, nothing opened, nothing signed."""
    return replace(use, state=_after(use, Step.LAPSE), opened=frozenset(), signed=0, closes_at=None)


def approve(use: Use, actor: UUID) -> Use:
    if actor in use.custodians:
        raise ApproverHoldsPiece()
    if actor == use.requester:
        raise ApproverIsRequester()
    return replace(use, state=_after(use, Step.APPROVE))


def cancel(use: Use, actor: UUID) -> Use:
    if actor != use.requester:
        raise NotTheRequester()
    return replace(use, state=_after(use, Step.CANCEL))


def refuse(use: Use, actor: UUID, now: datetime) -> Use:
    """A custodian refuses at any time before the seal is closed; whoever may approve refuses a request."""
    if has_lapsed(use, now):
        use = lapse(use)
    if actor not in use.custodians:
        if use.state is not State.REQUESTED:
            raise NotACustodian()
        if actor == use.requester:
            raise ApproverIsRequester()
    return replace(use, state=_after(use, Step.REFUSE), opened=frozenset(), signed=0, closes_at=None)


def confirm_opening(use: Use, actor: UUID, now: datetime) -> Use:
    """One custodian opens (同启); the first one starts the window, the last one starts the signing."""
    position = _custodian(use, actor)
    if has_lapsed(use, now):
        use = lapse(use)
    if position in use.opened and use.state is State.OPENING:
        raise AlreadyOpened()
    opened = use.opened | {position}
    last = len(opened) == len(use.custodians)
    state = _after(use, (Step.GATHER if use.paper else Step.OPEN_LAST) if last else Step.OPEN)
    first = use.state is State.APPROVED
    # What follows gets a full window of its own: opening together must not eat into it.
    starts = first or last
    return replace(
        use,
        state=state,
        opened=opened,
        round=use.round + 1 if first else use.round,
        closes_at=now + timedelta(minutes=use.opening_minutes) if starts else use.closes_at,
    )


def sign(use: Use, actor: UUID, now: datetime) -> Use:
    """The custodian whose turn it is signs (同签); after the last one the seal is closed by itself (同封)."""
    position = _custodian(use, actor)
    if has_lapsed(use, now):
        raise OpeningLapsed()
    last = use.signed + 1 == len(use.custodians)
    # A statutory seal is affixed by its provider, and only after every custodian has signed.
    state = _after(use, (Step.HAND_OVER if use.statutory else Step.SIGN_LAST) if last else Step.SIGN)
    if position != use.next_position:
        raise NotYourTurn(position=use.next_position or 0)
    return replace(
        use,
        state=state,
        signed=use.signed + 1,
        closes_at=None if state in {State.SEALED, State.AFFIXING} else use.closes_at,
    )


def unseal(use: Use, actor: UUID, now: datetime, *, as_closed: bool, reclose_minutes: int) -> Use:
    """Open the envelope when it is the one that was closed, whole and under its number; otherwise nothing is opened."""
    _custodian(use, actor)
    if has_lapsed(use, now):
        raise OpeningLapsed()
    state = _after(use, Step.UNSEAL if as_closed else Step.REPORT)
    if state is State.REFUSED:
        return replace(use, state=state, opened=frozenset(), closes_at=None)
    return replace(use, state=state, closes_at=now + timedelta(minutes=reclose_minutes))


def reclose(use: Use, actor: UUID) -> Use:
    """Close the seal into its next envelope; the window stays open until all have signed the record."""
    _custodian(use, actor)
    return replace(use, state=_after(use, Step.RECLOSE))


def affix(use: Use) -> Use:
    """The provider's signature stands under those of all custodians."""
    return replace(use, state=_after(use, Step.AFFIX))


def turn_down(use: Use) -> Use:
    """The provider will never sign this; what the custodians signed binds nobody."""
    return replace(use, state=_after(use, Step.TURN_DOWN), opened=frozenset(), signed=0)


def make_void(use: Use) -> Use:
    """The document counts no more; whatever was signed of it binds nobody."""
    return replace(use, state=_after(use, Step.VOID), opened=frozenset(), signed=0, closes_at=None)


def abandon(use: Use) -> Use:
    """Return the use as it ends when its record can no longer be signed."""
    return replace(use, state=_after(use, Step.REFUSE), opened=frozenset(), signed=0, closes_at=None)


def is_overdue(use: Use, now: datetime) -> bool:
    """Whether the seal has been out, or its record unsigned, for longer than it may; counted once (the window then ends)."""
    return use.state in OUT and use.closes_at is not None and now >= use.closes_at


def possible(use: Use, actor: UUID, *, may_approve: bool, now: datetime) -> list[Step]:
    """Return what this person may do with the use now; a courtesy to screens, the commands decide."""
    if has_lapsed(use, now):
        use = lapse(use)
    position = use.position_of(actor)
    decides = use.state is State.REQUESTED and may_approve and position is None and actor != use.requester
    steps: list[Step] = []
    if decides:
        steps.append(Step.APPROVE)
    if position is not None and use.state in {State.APPROVED, State.OPENING} and position not in use.opened:
        steps.append(Step.OPEN)
    if position is not None and position == use.next_position:
        steps.append(Step.SIGN)
    if position is not None:
        steps += [step for step in (Step.UNSEAL, Step.RECLOSE) if (use.state, step) in TRANSITIONS]
    if (use.state, Step.REFUSE) in TRANSITIONS and (position is not None or decides):
        steps.append(Step.REFUSE)
    if actor == use.requester and (use.state, Step.CANCEL) in TRANSITIONS:
        steps.append(Step.CANCEL)
    return steps
