"""The detectors by name: what begins each, what is read around it, and how it judges.

Live watching, back-testing and the labelled cases of the tests run the same functions; they read nothing themselves.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field, model_validator

from linli_supervision.flags.detectors import benefits, duties, hours, ratings, relatives, seals
from linli_supervision.flags.facts import Fact, Finding, Further, Reading, Thresholds


class LookupThresholds(Thresholds):
    """From how many people in one day each rule of unusual looks asks; a rule that is left out is not asked."""

    many_without_case: int | None = Field(default=None, ge=1, le=1000)
    many_reveals: int | None = Field(default=None, ge=1, le=1000)
    at_night: int | None = Field(default=None, ge=1, le=1000)
    own_relatives: int | None = Field(default=None, ge=1, le=1000)
    neighbour_at_night: int | None = Field(default=None, ge=1, le=1000)

    @model_validator(mode="after")
    def _asks_something(self) -> "LookupThresholds":
        if not any(self.model_dump().values()):
            raise ValueError("a rule that asks nothing is to be switched off")
        return self


@dataclass(frozen=True, slots=True)
class Detector:
    """`pairs`: which nearness it needs of the registry; `further`: what it reads once it knows what stands around; without `judge` it is folded by the database (`lookups`)."""

    thresholds: type[Thresholds]
    triggers: frozenset[str]
    around: frozenset[str] = frozenset()
    references: Callable[[Fact], Iterable[str]] = hours.references
    judge: Callable[[Reading, Any], Iterable[Finding]] | None = None
    pairs: Callable[[Reading], set[tuple[str, str]]] | None = None
    further: Callable[[Reading, Any], Further] | None = None
    # Triggers that may turn into a flag long after they happened; the others are judged as soon as they are there.
    lasting: frozenset[str] = frozenset()

    @property
    def reads(self) -> list[str]:
        """Every act and event that it reads."""
        return sorted(self.triggers | self.around)


_CASE_MOVES = frozenset(
    f"desk.case.{step}"
    for step in (
        "received", "accepted", "not-accepted", "supplement-asked", "resumed", "suspended", "step-completed", "returned",
        "decided", "delivered", "closed", "withdrawn", "handed-over", "reopened",
    )
)  # fmt: skip
_WHISTLE_MOVES = frozenset(
    f"desk.whistle.{step}"
    for step in (
        "joined", "dismissed", "called", "whistled", "assigned", "reported-in", "declined", "solved", "closed", "sent-back",
        "taken-over",
    )
)  # fmt: skip

_DUTIES = frozenset({duties.REMINDED, duties.OVERSIGHT, duties.MET, duties.CASE, duties.WHISTLE}) | duties.DISCLOSED

DETECTORS: Mapping[str, Detector] = {
    "seal": Detector(
        seals.SealThresholds,
        seals.USED | {seals.DOCUMENT_SEALED, seals.INCIDENT},
        seals.USED | seals.ENDED | {seals.REQUESTED, seals.APPROVED, seals.DECIDED},
        seals.references,
        seals.judge,
    ),
    "relative": Detector(
        relatives.RelativeThresholds,
        frozenset({relatives.DECIDE, relatives.APPROVE}),
        relatives.BINDS,
        relatives.references,
        relatives.judge,
        relatives.pairs,
    ),
    "benefit": Detector(
        benefits.BenefitThresholds,
        frozenset({benefits.DIED, benefits.MOVED, benefits.DECIDED}),
        frozenset({benefits.DIED, benefits.MOVED}) | benefits.OF_CASES,
        benefits.references,
        benefits.judge,
        lasting=frozenset({benefits.DIED, benefits.MOVED}),
    ),
    "lookups": Detector(LookupThresholds, frozenset()),
    "own_device": Detector(
        ratings.OwnDeviceThresholds,
        frozenset({ratings.GIVEN}),
        ratings.HANDLING,
        ratings.references,
        ratings.own_device,
        further=ratings.further,
    ),
    "bulk": Detector(ratings.BulkThresholds, frozenset({ratings.BULK}), judge=ratings.bulk),
    "silence": Detector(
        duties.SilenceThresholds,
        _DUTIES,
        _CASE_MOVES | _WHISTLE_MOVES | {duties.RECTIFIED},
        duties.references,
        duties.judge,
        lasting=_DUTIES,
    ),
    "hours": Detector(hours.HoursThresholds, hours.WATCHED, judge=hours.judge),
}
TRIGGERS = frozenset[str]().union(*(one.triggers for one in DETECTORS.values()))
"""What begins any rule; the index over the ledger covers exactly these."""
