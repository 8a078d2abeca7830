"""Allowances of people whose death or move-out is recorded: approved after that day, or still running after the grace."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from linli_kernel.clock import SHANGHAI
from pydantic import Field, StringConstraints

from linli_supervision.flags.facts import Fact, Finding, Reading, Thresholds

DIED, MOVED = "registry.resident.died", "registry.resident.moved"
DECIDED = "desk.case.decided"
BEGUN = frozenset({"desk.case.accepted", "desk.case.received", "desk.case.reopened", "desk.case.resumed"})
ENDED = frozenset({"desk.case.decided", "desk.case.closed", "desk.case.withdrawn", "desk.case.not-accepted"})
OF_CASES = BEGUN | ENDED


class BenefitThresholds(Thresholds):
    """`matter_types`: task types of the catalogue (05 is 行政给付). `departed`: a move-out counts as well."""

    matter_types: list[Annotated[str, StringConstraints(pattern="^[0-9]{2}$")]] = Field(min_length=1, max_length=10)
    grace_days: int = Field(ge=0, le=55)
    departed: bool


@dataclass(frozen=True, slots=True)
class Gone:
    """Since which day somebody is gone, and the entry that says so."""

    kind: str
    since: date
    told: Fact


def references(fact: Fact) -> tuple[str, ...]:
    return fact.people


def gone_of(facts: Iterable[Fact], *, departed: bool) -> Gone | None:
    """How somebody stands after all that is told: a death taken back and a return count."""
    death: Gone | None = None
    left: Gone | None = None
    for fact in facts:
        if fact.action not in (DIED, MOVED):
            continue
        day = date.fromisoformat(fact.text("date") or fact.time.astimezone(SHANGHAI).date().isoformat())
        if fact.action == DIED:
            death = None if fact.said.get("reversed") else Gone("dead", day, fact)
        else:
            left = Gone("departed", day, fact) if fact.text("presence") == "moved_out" else None
    return death or (left if departed else None)


def judge(reading: Reading, thresholds: BenefitThresholds) -> Iterator[Finding]:
    for person in sorted({one for fact in reading.triggers for one in fact.people}):
        facts = reading.of(person)
        gone = gone_of(facts, departed=thresholds.departed)
        if gone is None:
            continue
        cases: dict[str, list[Fact]] = {}
        for fact in facts:
            if fact.action in OF_CASES and fact.case_id and fact.text("matter_type") in thresholds.matter_types:
                cases.setdefault(fact.case_id, []).append(fact)
        for case, steps in sorted(cases.items()):
            wrong = _wrong(steps, gone, reading, thresholds.grace_days)
            if wrong is not None:
                entries = tuple(sorted({gone.told.index, *(one.index for one in steps)}))
                said = {"wrong": wrong, "gone": gone.kind, "since": gone.since.isoformat()}
                yield Finding(case, steps[-1].division, steps[-1].time, entries, (), case, said)


def _wrong(steps: Sequence[Fact], gone: Gone, reading: Reading, grace: int) -> str | None:
    approved = [one for one in steps if one.action == DECIDED and one.text("outcome") == "approved"]
    if any(one.time.astimezone(SHANGHAI).date() > gone.since for one in approved):
        return "approved"
    known = max(gone.since, gone.told.time.astimezone(SHANGHAI).date())
    late = reading.now.astimezone(SHANGHAI).date() > known + timedelta(days=grace)
    return "running" if late and steps[-1].action not in ENDED else None
