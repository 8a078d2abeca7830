"""Whatever commands arrive in whatever order, a case keeps its promises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_kernel.errors import DomainError
from linli_services_desk.cases.workflow import (
    AFTER_REFUSAL,
    NAMES,
    PAUSED,
    RATEABLE,
    RUNNING,
    TRANSITIONS,
    Command,
    Progress,
    State,
    Step,
    advance,
    allowed,
    ready,
)


def step(key: str, role: str, kind: str = "check", after: tuple[str, ...] = ()) -> Step:
    return Step(key, key, key, kind, role, "village", after)


IN_SEQUENCE = (
    step("village", "village_official"),
    step("street", "township_officer", after=("village",)),
    step("department", "department_officer", "decide", ("street",)),
)
IN_PARALLEL = (
    step("village", "village_official"),
    step("township", "township_officer", after=("village",)),
    step("comparison", "department_officer", after=("village",)),
    step("decision", "department_officer", "decide", ("township", "comparison")),
)
PLANS = st.sampled_from([IN_SEQUENCE, IN_PARALLEL])
ORDERS = st.lists(
    st.tuples(st.sampled_from(Command), st.sampled_from(["village", "street", "township", "comparison", None])),
    max_size=40,
)


def play(plan: tuple[Step, ...], orders: list[tuple[Command, str | None]]) -> list[tuple[Progress, Command, Progress]]:
    """Apply what is allowed, skip what is refused, and return every change."""
    now, changes = Progress(State.DRAFT), []
    for command, key in orders:
        try:
            after = advance(now, command, plan, step=key)
        except DomainError:
            continue
        changes.append((now, command, after))
        now = after
    return changes


@given(PLANS, ORDERS)
def test_a_case_is_decided_only_after_every_check(
    plan: tuple[Step, ...], orders: list[tuple[Command, str | None]]
) -> None:
    for before, command, after in play(plan, orders):
        if command is Command.DECIDE:
            assert {item.key for item in plan if not item.decides} <= before.completed
            assert after.state is State.DECIDED


@given(PLANS, ORDERS)
def test_a_pause_returns_to_where_it_began_with_the_same_steps(
    plan: tuple[Step, ...], orders: list[tuple[Command, str | None]]
) -> None:
    for before, command, after in play(plan, orders):
        if after.state in PAUSED:
            assert after.resume_to not in PAUSED
            assert after.completed == before.completed
        elif command is Command.RESUME:
            assert after.state is before.resume_to
            assert after.completed == before.completed
            assert after.resume_to is None


@given(PLANS, ORDERS)
def test_a_step_waits_only_while_the_case_is_being_handled(
    plan: tuple[Step, ...], orders: list[tuple[Command, str | None]]
) -> None:
    for _, _, after in play(plan, orders):
        waiting = ready(after, plan)
        assert bool(waiting) == (after.state in RUNNING)
        assert all(after.completed.issuperset(item.after) for item in waiting)


@given(PLANS, ORDERS)
def test_steps_are_completed_in_their_order(plan: tuple[Step, ...], orders: list[tuple[Command, str | None]]) -> None:
    for before, command, after in play(plan, orders):
        if command is Command.COMPLETE_STEP:
            (done,) = after.completed - before.completed
            assert before.completed.issuperset(next(item.after for item in plan if item.key == done))


@given(PLANS, ORDERS)
def test_only_reopening_or_returning_to_the_window_begins_another_round(
    plan: tuple[Step, ...], orders: list[tuple[Command, str | None]]
) -> None:
    for before, command, after in play(plan, orders):
        again = command in (Command.REOPEN, Command.RETURN_TO_WINDOW)
        assert after.round == before.round + again
        if again:
            assert after.completed == frozenset()


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_name_and_a_way_out(state: State) -> None:
    assert all(NAMES[state])
    assert allowed(state), f"nothing can happen to a case that is {state}"


def test_every_command_is_in_the_table() -> None:
    assert {command for _, command in TRANSITIONS} == set(Command)


def test_nothing_undecided_can_be_rated() -> None:
    assert State.DECIDED in RATEABLE
    assert not RATEABLE & (PAUSED | RUNNING | {State.DRAFT, State.RECEIVED, State.WITHDRAWN})


def test_returning_to_a_step_undoes_it_and_what_came_after() -> None:
    now = Progress(State.HANDLING, frozenset({"village", "township", "comparison"}))
    assert advance(now, Command.RETURN_TO_STEP, IN_PARALLEL, step="township").completed == {"village", "comparison"}
    assert advance(now, Command.RETURN_TO_STEP, IN_PARALLEL, step="village").completed == frozenset()


def test_a_decision_is_taken_back_only_when_its_certificate_was_refused_the_seal() -> None:
    assert allowed(State.DECIDED) == [Command.DELIVER]
    assert set(allowed(State.DECIDED, seal_refused=True)) == {Command.DELIVER, *AFTER_REFUSAL}
    assert Command.RETURN_TO_STEP in allowed(State.HANDLING), "what is not decided is sent back as ever"
