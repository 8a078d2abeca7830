"""The rules of a seal use: who may, in which order, within which time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_kernel.errors import Conflict, Forbidden
from linli_supervision.seals import errors, workflow
from linli_supervision.seals.workflow import State, Step, Use

NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)
REQUESTER, OFFICIAL, ONE, TWO, THREE = (UUID(int=n) for n in range(1, 6))


def _use(**changes: object) -> Use:
    fresh = Use(State.REQUESTED, REQUESTER, (ONE, TWO, THREE), opening_minutes=10)
    return replace(fresh, **changes)  # type: ignore[arg-type]


def _opened() -> Use:
    use = workflow.approve(_use(), OFFICIAL)
    for custodian in (TWO, ONE, THREE):
        use = workflow.confirm_opening(use, custodian, NOW)
    return use


def test_the_whole_way_ends_sealed_and_closed() -> None:
    use = _opened()
    assert (use.state, use.next_position) == (State.OPEN, 1)
    for custodian in (ONE, TWO, THREE):
        use = workflow.sign(use, custodian, NOW)
    assert (use.state, use.closes_at, use.next_position) == (State.SEALED, None, None)


@pytest.mark.parametrize("custodian", [ONE, TWO, THREE])
def test_a_custodian_cannot_approve(custodian: UUID) -> None:
    with pytest.raises(errors.ApproverHoldsPiece):
        workflow.approve(_use(), custodian)


def test_the_requester_cannot_approve() -> None:
    with pytest.raises(errors.ApproverIsRequester):
        workflow.approve(_use(), REQUESTER)


@pytest.mark.parametrize("stranger", [REQUESTER, OFFICIAL, UUID(int=99)])
def test_nobody_but_a_custodian_opens_or_signs(stranger: UUID) -> None:
    with pytest.raises(errors.NotACustodian):
        workflow.confirm_opening(workflow.approve(_use(), OFFICIAL), stranger, NOW)
    with pytest.raises(errors.NotACustodian):
        workflow.sign(_opened(), stranger, NOW)


def test_nobody_signs_before_all_have_opened() -> None:
    use = workflow.confirm_opening(workflow.approve(_use(), OFFICIAL), ONE, NOW)
    with pytest.raises(errors.WrongState):
        workflow.sign(use, ONE, NOW)


def test_signing_follows_the_pieces() -> None:
    with pytest.raises(errors.NotYourTurn):
        workflow.sign(_opened(), TWO, NOW)
    after = workflow.sign(_opened(), ONE, NOW)
    with pytest.raises(errors.NotYourTurn):
        workflow.sign(after, ONE, NOW)


def test_opening_twice_does_not_count_for_two() -> None:
    use = workflow.confirm_opening(workflow.approve(_use(), OFFICIAL), ONE, NOW)
    with pytest.raises(errors.AlreadyOpened):
        workflow.confirm_opening(use, ONE, NOW)


def test_a_late_custodian_starts_a_new_opening_alone() -> None:
    use = workflow.confirm_opening(workflow.approve(_use(), OFFICIAL), ONE, NOW)
    use = workflow.confirm_opening(use, TWO, NOW + timedelta(minutes=9, seconds=59))
    late = workflow.confirm_opening(use, THREE, NOW + timedelta(minutes=10))
    assert (late.state, late.opened, late.round) == (State.OPENING, frozenset({3}), 2)


def test_signing_after_the_window_is_refused_and_the_lapse_discards() -> None:
    use = workflow.sign(_opened(), ONE, NOW)
    with pytest.raises(errors.OpeningLapsed):
        workflow.sign(use, TWO, NOW + timedelta(minutes=10))
    lapsed = workflow.lapse(use)
    assert (lapsed.state, lapsed.signed, lapsed.opened, lapsed.closes_at) == (State.APPROVED, 0, frozenset(), None)


def test_signing_has_a_window_of_its_own() -> None:
    use = workflow.approve(_use(), OFFICIAL)
    for minutes, custodian in ((0, ONE), (4, TWO), (9, THREE)):
        use = workflow.confirm_opening(use, custodian, NOW + timedelta(minutes=minutes))
    assert use.closes_at == NOW + timedelta(minutes=19)


@pytest.mark.parametrize("custodian", [ONE, TWO, THREE])
def test_any_custodian_may_refuse_until_the_seal_is_closed(custodian: UUID) -> None:
    for use in (_use(), workflow.approve(_use(), OFFICIAL), _opened(), workflow.sign(_opened(), ONE, NOW)):
        assert workflow.refuse(use, custodian, NOW).state is State.REFUSED


def test_an_approver_refuses_only_what_is_requested() -> None:
    assert workflow.refuse(_use(), OFFICIAL, NOW).state is State.REFUSED
    with pytest.raises(errors.NotACustodian):
        workflow.refuse(_opened(), OFFICIAL, NOW)


def test_the_requester_cancels_rather_than_refuses() -> None:
    with pytest.raises(errors.ApproverIsRequester):
        workflow.refuse(_use(), REQUESTER, NOW)


def test_only_the_requester_cancels_and_only_before_the_opening() -> None:
    assert workflow.cancel(_use(), REQUESTER).state is State.CANCELLED
    with pytest.raises(errors.NotTheRequester):
        workflow.cancel(_use(), OFFICIAL)
    with pytest.raises(errors.WrongState):
        workflow.cancel(_opened(), REQUESTER)


def test_what_is_final_stays_final() -> None:
    for state in workflow.FINAL:
        assert not [step for step in Step if (state, step) in workflow.TRANSITIONS]


def test_a_seal_in_two_pieces_needs_two() -> None:
    use = workflow.approve(_use(custodians=(ONE, TWO)), OFFICIAL)
    use = workflow.confirm_opening(workflow.confirm_opening(use, ONE, NOW), TWO, NOW)
    use = workflow.sign(workflow.sign(use, ONE, NOW), TWO, NOW)
    assert use.state is State.SEALED


_PEOPLE = st.sampled_from([REQUESTER, OFFICIAL, ONE, TWO, THREE])
_STEPS = st.lists(
    st.tuples(st.sampled_from(["approve", "open", "sign", "refuse", "cancel"]), _PEOPLE, st.integers(0, 7)),
    max_size=40,
)


@given(_STEPS)
def test_sealed_means_three_signatures_in_one_opening(steps: list[tuple[str, UUID, int]]) -> None:
    use, now = _use(), NOW
    signed: list[UUID] = []
    for name, actor, minutes in steps:
        now += timedelta(minutes=minutes)
        if workflow.has_lapsed(use, now):
            use, signed = workflow.lapse(use), []
        before = use
        try:
            if name == "approve":
                use = workflow.approve(use, actor)
            elif name == "open":
                use = workflow.confirm_opening(use, actor, now)
            elif name == "sign":
                use = workflow.sign(use, actor, now)
                signed.append(actor)
            elif name == "refuse":
                use = workflow.refuse(use, actor, now)
            else:
                use = workflow.cancel(use, actor)
        except Conflict:
            continue
        except Forbidden:
            assert use == before
    if use.state is State.SEALED:
        assert signed[-3:] == [ONE, TWO, THREE]


@given(_STEPS)
def test_what_is_offered_can_be_done(steps: list[tuple[str, UUID, int]]) -> None:
    use, now = _use(), NOW
    for _, actor, minutes in steps:
        now += timedelta(minutes=minutes)
        for step in workflow.possible(use, actor, may_approve=actor == OFFICIAL, now=now):
            if step is Step.APPROVE:
                use = workflow.approve(use, actor)
            elif step is Step.OPEN:
                use = workflow.confirm_opening(use, actor, now)
            elif step is Step.SIGN:
                use = workflow.sign(use, actor, now)
            break


def test_a_paper_that_became_void_ends_its_use_wherever_it_stands_unless_it_is_over() -> None:
    signed = workflow.sign(_opened(), ONE, NOW)
    for use in (_use(), workflow.approve(_use(), OFFICIAL), _opened(), signed, replace(signed, state=State.AFFIXING)):
        ended = workflow.make_void(use)
        assert (ended.state, ended.signed, ended.opened, ended.closes_at) == (State.CANCELLED, 0, frozenset(), None)
    for state in workflow.FINAL | workflow.OUT:
        with pytest.raises(errors.WrongState):
            workflow.make_void(_use(state=state))
