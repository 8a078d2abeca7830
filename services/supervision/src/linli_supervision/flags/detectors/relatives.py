"""Whoever decides for the own person or a relative. The registry says who is near to whom and by which path."""

from collections.abc import Iterator

from pydantic import Field

from linli_supervision.flags.facts import Fact, Finding, Reading, Thresholds

DECIDE, APPROVE = "case.decide", "seal-use.approve"
BINDS = frozenset({"case.open", "case.link"})
"""The desk's acts that say whose a case is; an approval of the seal names the case only."""


class RelativeThresholds(Thresholds):
    """`steps`: how far along parents, children and spouses, 0 being the own person."""

    steps: int = Field(ge=0, le=2)
    same_household: bool


def references(fact: Fact) -> tuple[str, ...]:
    return (fact.case_id,) if fact.case_id and fact.action == APPROVE else ()


def people_of(fact: Fact, reading: Reading) -> set[str]:
    """Whom the act concerns: as it says, or as its case was opened for."""
    named = set(fact.people)
    return named | {person for one in reading.of(fact.case_id) if one.action in BINDS for person in one.people}


def pairs(reading: Reading) -> set[tuple[str, str]]:
    """Whom the registry is asked about: (account, person)."""
    return {(fact.actor, person) for fact in reading.triggers if fact.actor for person in people_of(fact, reading)}


def judge(reading: Reading, thresholds: RelativeThresholds) -> Iterator[Finding]:
    for fact in reading.triggers:
        if fact.actor is None or (fact.action == DECIDE and fact.text("outcome") != "approved"):
            continue
        for person in sorted(people_of(fact, reading)):
            kin = reading.near.get((fact.actor, person))
            if kin is None or not kin.relative:
                continue
            if not (thresholds.same_household if kin.path is None else len(kin.path) <= thresholds.steps):
                continue
            case = fact.case_id or fact.object_id or fact.source
            binding = [one.index for one in reading.of(fact.case_id) if one.action in BINDS]
            path = ["household"] if kin.path is None else list(kin.path) or ["self"]
            yield Finding(
                f"{case}:{fact.actor}:{fact.action}",
                fact.division,
                fact.time,
                tuple(sorted({*binding, fact.index})),
                (fact.actor,),
                fact.case_id,
                {"path": path, "act": fact.action},
            )
            break
