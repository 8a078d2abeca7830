"""Ratings that nobody served has given: from the device on which the case was handled, or many from one device."""

from collections.abc import Iterator

from pydantic import Field

from linli_supervision.flags.facts import Fact, Finding, Reading, Thresholds

GIVEN, BULK = "desk.evaluation.given", "desk.evaluation.bulk-flagged"
HANDLING = frozenset({
    "case.open", "case.receive", "case.accept", "case.complete-step", "case.decide", "case.deliver", "case.close",
})  # fmt: skip
"""Acts of staff that tell the device they were done on."""


class OwnDeviceThresholds(Thresholds):
    """`same_case_only`: only the device that handled the rated case, whoever rated other cases from it."""

    same_case_only: bool


class BulkThresholds(Thresholds):
    ratings: int = Field(ge=2, le=100)


def references(fact: Fact) -> tuple[str, ...]:
    return (fact.case_id,) if fact.case_id else ()


def own_device(reading: Reading, thresholds: OwnDeviceThresholds) -> Iterator[Finding]:
    elsewhere = [] if thresholds.same_case_only else [one for facts in reading.around.values() for one in facts]
    for fact in reading.triggers:
        device = fact.text("device")
        if device is None:
            continue
        handled = [
            one
            for one in (*reading.of(fact.case_id), *elsewhere)
            if one.action in HANDLING and one.actor and one.text("device") == device
        ]
        if not handled:
            continue
        entries = tuple(sorted({fact.index, *(one.index for one in handled)}))[:20]
        subjects = tuple(sorted({one.actor for one in handled if one.actor}))
        yield Finding(
            fact.source, fact.division, fact.time, entries, subjects, fact.case_id, {"level": fact.said.get("level")}
        )


def bulk(reading: Reading, thresholds: BulkThresholds) -> Iterator[Finding]:
    for fact in reading.triggers:
        cases = fact.said.get("cases")
        count = len(cases) if isinstance(cases, list) else 0
        if count >= thresholds.ratings:
            said = {"ratings": count, "minutes": fact.said.get("minutes")}
            yield Finding(fact.source, fact.division, fact.time, (fact.index,), (), None, said)
