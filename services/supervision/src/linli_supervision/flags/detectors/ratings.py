"""Ratings that nobody served has given: from a device of whoever handled the case, too soon after it, or many from one device.

A device is the keyed hash of an address and a browser: two telephones of one make behind one address look like one, and a telephone
with a new address looks like another.
"""

from collections.abc import Iterator
from datetime import timedelta

from pydantic import Field

from linli_supervision.flags.facts import Fact, Finding, Further, Reading, Thresholds

GIVEN, BULK = "desk.evaluation.given", "desk.evaluation.bulk-flagged"
HANDLING = frozenset({
    "case.open", "case.receive", "case.accept", "case.complete-step", "case.decide", "case.deliver", "case.close",
})  # fmt: skip
"""Acts of staff that tell the device they were done on."""
DECIDE = "case.decide"
MOST_ENTRIES = 19


class OwnDeviceThresholds(Thresholds):
    """`same_case_only`: only a device that handled the rated case itself, not another one of whoever handled it. `seconds`: a
    rating so soon after the decision was hardly given by whom it is asked; 0 never asks."""

    same_case_only: bool = False
    seconds: int = Field(default=15, ge=0, le=300)


class BulkThresholds(Thresholds):
    ratings: int = Field(ge=2, le=100)


def references(fact: Fact) -> tuple[str, ...]:
    return (fact.case_id,) if fact.case_id else ()


def further(reading: Reading, thresholds: OwnDeviceThresholds) -> Further:
    """On which of the rated devices whoever handled one of the cases has worked on another one."""
    if thresholds.same_case_only:
        return Further(frozenset(), frozenset())
    actors = {one.actor for fact in reading.triggers for one in _handled(fact, reading) if one.actor}
    return Further(frozenset(actors), frozenset(filter(None, (fact.text("device") for fact in reading.triggers))))


def own_device(reading: Reading, thresholds: OwnDeviceThresholds) -> Iterator[Finding]:
    for fact in reading.triggers:
        noticed = _noticed(fact, reading, thresholds)
        if noticed is None:
            continue
        wrong, behind = noticed
        entries = tuple(sorted({fact.index, *[one.index for one in behind][-MOST_ENTRIES:]}))
        subjects = tuple(sorted({one.actor for one in behind if one.actor}))
        said = {"wrong": wrong, "level": fact.said.get("level")}
        yield Finding(fact.source, fact.division, fact.time, entries, subjects, fact.case_id, said)


def _noticed(fact: Fact, reading: Reading, thresholds: OwnDeviceThresholds) -> tuple[str, list[Fact]] | None:
    """What is odd about a rating and the acts that show it."""
    handled, device = _handled(fact, reading), fact.text("device")
    if device is not None:
        if same := [one for one in handled if one.text("device") == device]:
            return "same_device", same
        actors = sorted({one.actor for one in handled if one.actor})
        elsewhere = [one for who in actors for one in reading.of(who) if one.text("device") == device]
        if elsewhere and not thresholds.same_case_only:
            return "own_other_device", elsewhere
    decided = [one for one in handled if one.action == DECIDE]
    # On the window's pad the applicant stands there and is asked; elsewhere a message has to arrive first.
    if (
        decided
        and fact.said.get("pad") is not True
        and fact.time - decided[-1].time < timedelta(seconds=thresholds.seconds)
    ):
        return "at_once", handled
    return None


def _handled(fact: Fact, reading: Reading) -> list[Fact]:
    """What staff did with the rated case before it was rated."""
    return [one for one in reading.of(fact.case_id) if one.action in HANDLING and one.actor and one.time <= fact.time]


def bulk(reading: Reading, thresholds: BulkThresholds) -> Iterator[Finding]:
    for fact in reading.triggers:
        cases = fact.said.get("cases")
        count = len(cases) if isinstance(cases, list) else 0
        if count >= thresholds.ratings:
            said = {"ratings": count, "minutes": fact.said.get("minutes")}
            yield Finding(fact.source, fact.division, fact.time, (fact.index,), (), None, said)
