"""Refresh rotation as a state machine: one use each, and a second use ends the family."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from linli_gateway.sessions.domain import MOBILE, WEB, Lifetimes, RefreshState, Verdict, expiry, judge

START = datetime(2026, 11, 22, 8, tzinfo=UTC)


class Family:
    """The rows of one session, in memory."""

    def __init__(self, lifetimes: Lifetimes) -> None:
        self.lifetimes = lifetimes
        self.ended_at: datetime | None = None
        self.tokens: list[tuple[datetime, datetime | None]] = []
        self.issue(START)

    def issue(self, now: datetime) -> None:
        self.tokens.append((expiry(started_at=START, now=now, lifetimes=self.lifetimes), None))

    def present(self, index: int, now: datetime) -> Verdict:
        expires_at, used_at = self.tokens[index]
        verdict = judge(RefreshState(used_at, expires_at, self.ended_at), now)
        if verdict is Verdict.ROTATE:
            self.tokens[index] = (expires_at, now)
            self.issue(now)
        elif verdict is Verdict.REUSED:
            self.ended_at = now
        return verdict


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 600)), max_size=60), st.sampled_from([WEB, MOBILE]))
def test_a_family_holds_one_usable_token_and_dies_on_reuse(
    presented: list[tuple[int, int]], lifetimes: Lifetimes
) -> None:
    family, now, used = Family(lifetimes), START, set[int]()
    for choice, minutes in presented:
        now += timedelta(minutes=minutes)
        index = choice % len(family.tokens)
        ended_before = family.ended_at is not None
        verdict = family.present(index, now)
        if ended_before:
            assert verdict is Verdict.ENDED
        elif index in used:
            assert verdict is Verdict.REUSED
        if verdict is Verdict.ROTATE:
            assert now < START + lifetimes.absolute
            used.add(index)
        usable = [token for token in family.tokens if token[1] is None]
        assert len(usable) == 1


def test_an_idle_browser_is_signed_out_overnight() -> None:
    family = Family(WEB)
    assert family.present(0, START + WEB.idle) is Verdict.EXPIRED


def test_a_busy_browser_is_signed_out_at_the_end_of_the_family() -> None:
    assert expiry(started_at=START, now=START + timedelta(hours=15), lifetimes=WEB) == START + WEB.absolute


def test_reuse_is_noticed_even_when_the_token_is_too_old() -> None:
    state = RefreshState(used_at=START, expires_at=START + timedelta(hours=1), session_ended_at=None)
    assert judge(state, START + timedelta(days=3)) is Verdict.REUSED
