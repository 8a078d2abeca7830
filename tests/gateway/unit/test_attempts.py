"""Growing delays after failed sign-ins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from linli_gateway.attempts.domain import BY_NAME, BY_SOURCE, Budget, Rule, charge, delay, refund, source_of, waiting

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def failed(times: int, rule: Rule = BY_NAME) -> Budget:
    budget: Budget | None = None
    for _ in range(times):
        budget = charge(budget, NOON, rule)
    assert budget is not None
    return budget


def test_the_first_mistakes_cost_no_waiting() -> None:
    assert waiting(failed(BY_NAME.free - 1), NOON) == timedelta(0)


def test_the_fifth_mistake_starts_a_delay_that_doubles() -> None:
    assert waiting(failed(5), NOON) == timedelta(seconds=5)
    assert waiting(failed(6), NOON) == timedelta(seconds=10)
    assert waiting(failed(7), NOON) == timedelta(seconds=20)


def test_mistakes_are_forgotten_after_an_hour_of_quiet() -> None:
    later = NOON + BY_NAME.forgotten_after
    assert charge(failed(30), later, BY_NAME).failures == 1


def test_a_right_password_takes_its_own_charge_back_only() -> None:
    assert refund(failed(1), NOON) is None
    kept = refund(failed(10, BY_SOURCE), NOON)
    assert kept is not None
    assert kept.failures == 9


@given(st.integers(min_value=0, max_value=10_000))
def test_the_delay_never_shrinks_and_never_exceeds_the_longest(failures: int) -> None:
    assert delay(failures, BY_NAME) <= delay(failures + 1, BY_NAME) <= BY_NAME.longest_delay


@given(st.lists(st.integers(min_value=0, max_value=1200), min_size=1, max_size=300))
def test_an_attacker_who_never_pauses_gets_few_guesses_an_hour(pauses: list[int]) -> None:
    now, budget, guesses = NOON, None, 0
    for pause in pauses:
        now += timedelta(seconds=pause)
        if now - NOON > timedelta(hours=1):
            break
        if waiting(budget, now) == timedelta(0):
            budget = charge(budget, now, BY_NAME)
            guesses += 1
    # Five free ones, eight while the delay grows from 5 s to 15 min, and one each quarter of an hour.
    assert guesses <= 5 + 8 + 4


def test_a_subscriber_of_ipv6_is_one_source() -> None:
    assert source_of("2001:db8:1:2:aaaa::1") == source_of("2001:db8:1:2:bbbb::2") == "2001:db8:1:2::/64"
    assert source_of("::ffff:192.0.2.1") == source_of("192.0.2.1") == "192.0.2.1"
    assert source_of("not an address") == "unknown"
