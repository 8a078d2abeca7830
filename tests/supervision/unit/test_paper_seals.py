"""The rules of a seal of rubber: opened when it is the envelope that was closed, closed into the next, recorded when late."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from linli_supervision.seals import errors, paper_rules, workflow
from linli_supervision.seals.incidents import Kind
from linli_supervision.seals.paper_rules import ANEW, FIRST, USE, Made
from linli_supervision.seals.workflow import State, Step, Use

NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)
REQUESTER, OFFICIAL, ONE, TWO, A, B = (UUID(int=n) for n in range(1, 7))


def _present() -> Use:
    use = Use(State.REQUESTED, REQUESTER, (ONE, TWO), opening_minutes=10, paper=True)
    use = workflow.approve(use, OFFICIAL)
    for custodian in (ONE, TWO):
        use = workflow.confirm_opening(use, custodian, NOW)
    return use


def _unsealed() -> Use:
    return workflow.unseal(_present(), ONE, NOW, as_closed=True, reclose_minutes=60)


def test_the_way_of_the_envelope_ends_sealed() -> None:
    use = _present()
    assert (use.state, use.next_position) == (State.PRESENT, None)
    use = workflow.reclose(_unsealed(), TWO)
    assert (use.state, use.next_position) == (State.RECLOSED, 1)
    for custodian in (ONE, TWO):
        use = workflow.sign(use, custodian, NOW)
    assert (use.state, use.closes_at) == (State.SEALED, None)


def test_nobody_signs_before_the_seal_lies_in_its_next_envelope() -> None:
    for use in (_present(), _unsealed()):
        with pytest.raises(errors.WrongState):
            workflow.sign(use, ONE, NOW)


def test_an_electronic_seal_has_no_envelope() -> None:
    use = replace(_present(), state=State.OPEN, paper=False)
    with pytest.raises(errors.WrongState):
        workflow.unseal(use, ONE, NOW, as_closed=True, reclose_minutes=60)


def test_an_envelope_that_is_not_as_it_was_closed_ends_the_use() -> None:
    use = workflow.unseal(_present(), ONE, NOW, as_closed=False, reclose_minutes=60)
    assert (use.state, use.closes_at) == (State.REFUSED, None)


@pytest.mark.parametrize("stranger", [REQUESTER, OFFICIAL, A])
def test_nobody_but_a_custodian_opens_or_closes_an_envelope(stranger: UUID) -> None:
    with pytest.raises(errors.NotACustodian):
        workflow.unseal(_present(), stranger, NOW, as_closed=True, reclose_minutes=60)
    with pytest.raises(errors.NotACustodian):
        workflow.reclose(_unsealed(), stranger)


def test_the_envelope_is_opened_within_the_window_of_all_present() -> None:
    with pytest.raises(errors.OpeningLapsed):
        workflow.unseal(_present(), ONE, NOW + timedelta(minutes=10), as_closed=True, reclose_minutes=60)


def test_what_was_unsealed_never_lapses_but_is_overdue_and_can_still_be_closed() -> None:
    use, late = _unsealed(), NOW + timedelta(minutes=60)
    assert not workflow.is_overdue(use, late - timedelta(seconds=1))
    assert workflow.is_overdue(use, late)
    assert not workflow.has_lapsed(use, late)
    assert workflow.is_overdue(workflow.reclose(use, ONE), late), "closed, but not signed by all"
    assert workflow.reclose(replace(use, closes_at=None), ONE).state is State.RECLOSED


def test_whoever_has_the_seal_in_hand_cannot_refuse_but_may_dispute_the_record() -> None:
    with pytest.raises(errors.WrongState):
        workflow.refuse(_unsealed(), ONE, NOW)
    assert Step.REFUSE not in workflow.possible(_unsealed(), ONE, may_approve=False, now=NOW)
    record = workflow.reclose(_unsealed(), ONE)
    assert Step.REFUSE in workflow.possible(record, TWO, may_approve=False, now=NOW)
    assert workflow.refuse(record, TWO, NOW).state is State.REFUSED


def test_each_step_is_offered_to_custodians_only() -> None:
    for use, step in ((_present(), Step.UNSEAL), (_unsealed(), Step.RECLOSE)):
        assert step in workflow.possible(use, TWO, may_approve=False, now=NOW)
        assert step not in workflow.possible(use, OFFICIAL, may_approve=True, now=NOW)


@pytest.mark.parametrize(
    ("condition", "found", "wrong"),
    [
        ("whole", "xn-0012", None),
        ("whole", "ＸＮ－００１２", None),
        ("whole", "XN-0013", Kind.OTHER_NUMBER),
        ("whole", "", Kind.OTHER_NUMBER),
        ("broken", "XN-0012", Kind.BROKEN),
        ("missing", "", Kind.MISSING),
    ],
)
def test_only_the_whole_envelope_under_its_number_is_as_it_was_closed(
    condition: str, found: str, wrong: Kind | None
) -> None:
    assert paper_rules.wrong(condition, found, "XN-0012") == wrong


def test_more_copies_or_impressions_than_approved_exceed_fewer_do_not() -> None:
    alive = {"void_at": None}
    approved = [alive | {"line": 1, "copies": 2, "impressions": 3}, alive | {"line": 2, "copies": 1, "impressions": 1}]
    assert not paper_rules.exceeds(approved, [Made(1, 2, 3), Made(2, 0, 0)])
    assert paper_rules.exceeds(approved, [Made(1, 3, 3), Made(2, 1, 1)])
    assert paper_rules.exceeds(approved, [Made(1, 2, 3), Made(2, 1, 2)])
    void = [approved[0], approved[1] | {"void_at": "2026-11-23"}]
    assert paper_rules.exceeds(void, [Made(1, 2, 3), Made(2, 1, 1)])
    assert not paper_rules.exceeds(void, [Made(1, 2, 3), Made(2, 0, 0)])


def _link(sequence: int, cause: str, closed_by: UUID | None, opened_by: UUID | None) -> dict[str, object]:
    return {"sequence": sequence, "cause": cause, "closed_by": closed_by, "opened_by": opened_by}


def test_a_chain_of_envelopes_breaks_where_one_is_gone_or_was_closed_by_nobody_who_opened() -> None:
    chain = [_link(1, FIRST, None, A), _link(2, USE, A, B), _link(3, USE, B, None)]
    assert list(paper_rules.breaks(chain)) == []
    assert list(paper_rules.breaks([chain[0], chain[2]])) == [3]
    assert list(paper_rules.breaks([chain[0], _link(2, USE, B, B), chain[2]])) == [2]


def test_an_envelope_is_closed_anew_only_over_one_that_no_finished_use_opened() -> None:
    anew = [_link(1, FIRST, None, None), _link(2, ANEW, None, None)]
    assert list(paper_rules.breaks(anew)) == []
    taken = [_link(1, FIRST, None, A), _link(2, ANEW, None, None)]
    assert list(paper_rules.breaks(taken)) == [2]
    assert list(paper_rules.breaks(taken, [A])) == []
