"""Duties that were overdue and known to be, and nobody acted."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from linli_kernel.calendar import WorkCalendar
from linli_kernel.clock import SHANGHAI
from pydantic import Field

from linli_supervision.flags.facts import Fact, Finding, Reading, Thresholds

REMINDED = "supervision.disclosure-duty.reminded"
CASE, WHISTLE = "desk.case.escalated", "desk.whistle.escalated"
DISCLOSED = frozenset(
    {"supervision.disclosure.submitted", "supervision.disclosure.checked", "supervision.disclosure.published"}
)
OVERSIGHT = "supervision.oversight.reminded"
"""Of a finding that the village has to put right, or of the committee's meeting."""
THE_COMMITTEES = "meeting"
"""The duty of the supervision committee itself: its members do not look into it."""
RECTIFIED, MET = "inquiry.rectify", "committee.meet"
STATED = frozenset({REMINDED, OVERSIGHT})
"""Reminders that also come before the last day."""
_OF_CASE, _OF_WHISTLE = "desk.case.", "desk.whistle."


class SilenceThresholds(Thresholds):
    """Working days that may pass after the reminder or the escalation."""

    disclosure_days: int = Field(ge=1, le=10)
    case_days: int = Field(ge=1, le=10)
    whistle_days: int = Field(ge=1, le=10)
    oversight_days: int = Field(default=5, ge=1, le=10)


def references(fact: Fact) -> tuple[str, ...]:
    if fact.action == OVERSIGHT:
        return tuple(filter(None, [fact.text("inquiry_id")]))
    return (fact.object_id,) if fact.action in (CASE, WHISTLE) and fact.object_id else ()


def judge(reading: Reading, thresholds: SilenceThresholds) -> Iterator[Finding]:
    days = {REMINDED: thresholds.disclosure_days, CASE: thresholds.case_days, WHISTLE: thresholds.whistle_days}
    days[OVERSIGHT] = thresholds.oversight_days
    for fact in reading.triggers:
        if fact.action not in days or (fact.action in STATED and fact.text("state") != "missing"):
            continue
        if _waited(fact.time, reading.now) <= days[fact.action] or _ANSWERED[fact.action](fact, reading):
            continue
        duty = fact.text("what") or fact.action.split(".")[1]
        said: dict[str, object] = {
            "duty": duty.removesuffix("-duty"),
            "due": fact.text("due"),
            "item": fact.text("item"),
        }
        said |= {
            "waited": _waited(fact.time, reading.now),
            "clock": fact.text("clock"),
            "department": fact.text("department"),
        }
        facts = {name: value for name, value in said.items() if value is not None}
        yield Finding(_key(fact), fact.division, fact.time, (fact.index,), (), fact.case_id, facts)


def _key(fact: Fact) -> str:
    parts = (
        fact.action,
        fact.object_id or "",
        fact.text("due") or "",
        fact.text("clock") or "",
        fact.text("department") or "",
    )
    return ":".join(part for part in parts if part)


def _waited(since: datetime, now: datetime) -> int:
    """Whole working days after the day on which it was told, today not counted."""
    return WorkCalendar.official().working_days_between(
        since.astimezone(SHANGHAI).date(), now.astimezone(SHANGHAI).date()
    )


def _disclosed(fact: Fact, reading: Reading) -> bool:
    same = (fact.division, fact.text("item"))
    return any(
        one.action in DISCLOSED and (one.division, one.text("item")) == same and one.time >= fact.time
        for one in reading.triggers
    )


def _overseen(fact: Fact, reading: Reading) -> bool:
    if fact.text("what") == THE_COMMITTEES:
        met = [one for one in reading.triggers if one.action == MET and one.division == fact.division]
        return any(one.time >= fact.time for one in met)
    done = reading.of(fact.text("inquiry_id"))
    return any(one.action == RECTIFIED and one.time >= fact.time for one in done)


def _moved(prefix: str, but: str) -> Callable[[Fact, Reading], bool]:
    def moved(fact: Fact, reading: Reading) -> bool:
        return any(
            one.action.startswith(prefix) and one.action != but and one.time > fact.time
            for one in reading.of(fact.object_id)
        )

    return moved


_ANSWERED: Mapping[str, Callable[[Fact, Reading], bool]] = {
    REMINDED: _disclosed,
    OVERSIGHT: _overseen,
    CASE: _moved(_OF_CASE, CASE),
    WHISTLE: _moved(_OF_WHISTLE, WHISTLE),
}
