"""The seal's procedure as the ledger tells it: requested, approved, opened, signed, sealed; the case decided before; and
what was wrong with the envelope of a seal of rubber."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from pydantic import Field

from linli_supervision.flags.facts import Fact, Finding, Reading, Thresholds

USE = "supervision.seal-use."
REQUESTED, APPROVED, SEALED = f"{USE}requested", f"{USE}approved", f"{USE}sealed"
USED = frozenset({f"{USE}opened", f"{USE}signed", f"{USE}unsealed", SEALED})
INCIDENT = "supervision.seal-incident.raised"
ENDED = frozenset({f"{USE}refused", f"{USE}cancelled"})
DOCUMENT_SEALED, DECIDED = "desk.document.sealed", "desk.case.decided"


class SealThresholds(Thresholds):
    """`settle_minutes`: how long entries of other services may be on their way before one counts as missing."""

    decision_needed: bool
    settle_minutes: int = Field(ge=0, le=1440)


def references(fact: Fact) -> tuple[str, ...]:
    return tuple(one for one in (fact.object_id, fact.case_id) if one)


def judge(reading: Reading, thresholds: SealThresholds) -> Iterator[Finding]:
    settled = reading.now - timedelta(minutes=thresholds.settle_minutes)
    for fact in reading.triggers:
        if fact.time > settled:
            continue
        if fact.action == DOCUMENT_SEALED:
            uses = [one for one in reading.of(fact.case_id) if one.action == SEALED]
            if not uses:
                yield _finding(fact, "no_use", [fact])
            continue
        past = [one for one in reading.of(fact.object_id) if one.time <= fact.time and one.action.startswith(USE)]
        if fact.action == INCIDENT:
            yield _finding(fact, fact.text("kind") or "incident", past)
            continue
        wrong = _wrong(past)
        if wrong is None and fact.action == SEALED and thresholds.decision_needed and not _decided(reading, fact):
            wrong = "no_decision"
        if wrong is not None:
            yield _finding(fact, wrong, past)


def _wrong(past: list[Fact]) -> str | None:
    """What is missing before the last of these steps."""
    seen: Mapping[str, bool] = {one.action: True for one in past}
    if any(action in seen for action in ENDED):
        return "after_refusal"
    if REQUESTED not in seen:
        return "no_request"
    return None if APPROVED in seen else "no_approval"


def _decided(reading: Reading, fact: Fact) -> bool:
    return any(
        one.action == DECIDED and one.text("outcome") == "approved" and one.time <= fact.time
        for one in reading.of(fact.case_id)
    )


def _finding(fact: Fact, wrong: str, past: list[Fact]) -> Finding:
    use = fact.object_id or fact.source
    entries = sorted({one.index for one in past} | {fact.index})
    subjects = {one.actor for one in past if one.actor and one.action in USED | {APPROVED}}
    facts = {"wrong": wrong, "use": use}
    return Finding(
        f"{use}:{wrong}", fact.division, fact.time, tuple(entries), tuple(sorted(subjects)), fact.case_id, facts
    )
