"""How the desk's events become figures.

A case counts once as accepted and once as decided, by the first time; a rating counts in the month and the week of the
decision that it is about, so those rated are always some of those decided. A department's clock counts once, by what came first: its act or the missed limit.
What the desk tells again of the time before (`retelling.py`) counts by the same marks, so nothing counts twice.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from linli_kernel.contracts import desk, whistles

MEASURES = (
    "accepted",
    "not_accepted",
    "decided",
    "on_time",
    "rated",
    "satisfied",
    "levels",
    "whistles",
    "whistles_closed",
    "response_met",
    "response_missed",
    "solution_met",
    "solution_missed",
)
IN_WORK = frozenset({"draft", "received", "supplement", "accepted", "handling", "suspended", "decided"})
RUNNING = frozenset({"accepted", "handling"})
TIMED = RUNNING | {"received"}
"""Where a deadline runs, once there is one: what came back to the window keeps its own."""
PAUSED = frozenset({"supplement", "suspended"})
WHISTLE_ENDED = frozenset({"closed", "dismissed", "joined"})
SATISFIED_FROM = 3
"""Of 5, as the desk's own figures have it."""
OWN_RATING = "code"
"""A rating by the applicant's own code; one by the printed receipt anybody may give."""
UPHELD = "upheld"


@dataclass(frozen=True, slots=True)
class Case:
    """Where a case stands, as far as figures need it."""

    division: str
    state: str
    due: date | None = None
    accepted_on: date | None = None
    decided_on: date | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Whistle:
    division: str
    state: str
    clocks: frozenset[str] = frozenset()


Place = tuple[str, date, str]
"""Span, its first day, division."""


@dataclass(slots=True)
class Figures:
    """Steps of counters that are to be made, by span and division."""

    moved: defaultdict[Place, defaultdict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )

    def add(self, division: str, day: date, **steps: int) -> None:
        for span, begins in (("month", day.replace(day=1)), ("week", day - timedelta(days=day.weekday()))):
            for measure, by in steps.items():
                self.moved[span, begins, division][measure] += by


def case_after(kind: str, data: Mapping[str, Any], day: date, before: Case | None, figures: Figures) -> Case:
    """Return where a case stands after one of its events, and count what is new."""
    due = data.get("due")
    case = replace(
        before or Case(data["division"], data["to_state"]),
        division=data["division"],
        state=data["to_state"],
        due=date.fromisoformat(due) if due else None,
    )
    if kind == desk.CASE_ACCEPTED and case.accepted_on is None:
        figures.add(case.division, day, accepted=1)
        return replace(case, accepted_on=day)
    if kind == desk.CASE_DECIDED and case.decided_on is None:
        figures.add(case.division, day, decided=1, on_time=int(case.due is None or day <= case.due))
        return replace(case, decided_on=day)
    if kind == desk.CASE_NOT_ACCEPTED:
        figures.add(case.division, day, not_accepted=1)
    return case


def rated(data: Mapping[str, Any], case: Case, figures: Figures) -> Case:
    """Count the applicant's own rating of a decided case; one by receipt counts nowhere, as at the desk."""
    if data["source"] != OWN_RATING or case.decided_on is None or case.level is not None:
        return case
    _rating(case, case.decided_on, data["level"], 1, figures)
    return replace(case, level=data["level"])


def rating_taken_out(data: Mapping[str, Any], case: Case, figures: Figures) -> Case:
    """A rating whose appeal was upheld counts no longer."""
    if data["state"] != UPHELD or case.decided_on is None or case.level is None:
        return case
    _rating(case, case.decided_on, case.level, -1, figures)
    return replace(case, level=None)


def _rating(case: Case, day: date, level: int, by: int, figures: Figures) -> None:
    figures.add(case.division, day, rated=by, satisfied=by * (level >= SATISFIED_FROM), levels=by * level)


OF_RATING: Mapping[str, Callable[[Mapping[str, Any], Case, Figures], Case]] = {
    desk.EVALUATION_GIVEN: rated,
    desk.RECTIFICATION_MOVED: rating_taken_out,
}
_CLOCKS = {"report_in": ("response_met", "response_missed"), "solution": ("solution_met", "solution_missed")}
"""The measures of a clock that was met and of one that was missed."""
_ACT_OF = {whistles.REPORTED_IN: "report_in", whistles.SOLVED: "solution"}
_COUNTED_ONCE = {whistles.WHISTLED: "whistles", whistles.CLOSED: "whistles_closed"}


def whistle_after(kind: str, data: Mapping[str, Any], day: date, before: Whistle | None, figures: Figures) -> Whistle:
    """Return where a whistle stands after one of its events, and count what is new."""
    whistle = replace(before or Whistle(data["division"], ""), division=data["division"], state=data["to_state"])
    for once, measure in _news(kind, data):
        if once not in whistle.clocks:
            whistle = replace(whistle, clocks=whistle.clocks | {once})
            figures.add(whistle.division, day, **{measure: 1})
    return whistle


def _news(kind: str, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What an event may count: by what it is known not to be counted twice, and the measure."""
    if kind in _COUNTED_ONCE:
        yield _COUNTED_ONCE[kind], _COUNTED_ONCE[kind]
    clock = _ACT_OF.get(kind) or data.get("clock")
    if clock in _CLOCKS and data.get("department"):
        yield f"{data['department']}:{clock}", _CLOCKS[clock][kind not in _ACT_OF]


@dataclass(frozen=True, slots=True)
class RetoldCase:
    """A case as the desk remembers it: the days that it knows, and the rating that counts."""

    division: str
    state: str
    due: date | None
    not_accepted_on: date | None
    accepted_on: date | None
    decided_on: date | None
    level: int | None


@dataclass(frozen=True, slots=True)
class RetoldWhistle:
    """`clocks`: by department and clock (`交通局:report_in`), the day and whether the limit was missed."""

    division: str
    state: str
    whistled_on: date | None
    closed_on: date | None
    clocks: Mapping[str, tuple[date, bool]]


def case_retold(told: RetoldCase, before: Case | None, figures: Figures) -> Case:
    """Count what no event has told. Where a case stands is known from its events, if there were any."""
    case = before or Case(told.division, told.state, told.due)
    if told.not_accepted_on and before is None:
        figures.add(case.division, told.not_accepted_on, not_accepted=1)
    if told.accepted_on and case.accepted_on is None:
        figures.add(case.division, told.accepted_on, accepted=1)
        case = replace(case, accepted_on=told.accepted_on)
    if told.decided_on and case.decided_on is None:
        in_time = told.due is None or told.decided_on <= told.due
        figures.add(case.division, told.decided_on, decided=1, on_time=int(in_time))
        case = replace(case, decided_on=told.decided_on)
    if told.level is not None and case.decided_on is not None and case.level is None:
        _rating(case, case.decided_on, told.level, 1, figures)
        case = replace(case, level=told.level)
    return case


def whistle_retold(told: RetoldWhistle, before: Whistle | None, figures: Figures) -> Whistle:
    """Count what no event has told."""
    whistle = before or Whistle(told.division, told.state)
    marks = [("whistles", told.whistled_on, "whistles"), ("whistles_closed", told.closed_on, "whistles_closed")]
    for key, (day, missed) in told.clocks.items():
        measures = _CLOCKS[key.rpartition(":")[2]]
        marks.append((key, day, measures[missed]))
    for once, on, measure in marks:
        if on is not None and once not in whistle.clocks:
            figures.add(whistle.division, on, **{measure: 1})
            whistle = replace(whistle, clocks=whistle.clocks | {once})
    return whistle
