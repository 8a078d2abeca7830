"""Bodies and answers of flags and their rules."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from linli_kernel.http import ApiModel
from linli_kernel.profile.base import Text
from linli_kernel.words import readable
from pydantic import AfterValidator, Field, StringConstraints

from linli_supervision.disclosures.showing import FlagsShown
from linli_supervision.flags.rules import Severity
from linli_supervision.flags.workflow import State, Step
from linli_supervision.ledger.schemas import Actor, EntryBrief

Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=1000), AfterValidator(readable)]
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class FlagFilter:
    rule: str | None = None
    severity: Severity | None = None
    state: State | None = None
    division: str | None = None
    owner: UUID | None = None


class FlagBrief(ApiModel):
    """`facts` hold codes, days and counts; `steps` are those that you may take now."""

    id: UUID
    rule: str
    title: Text
    severity: Severity
    state: State
    division: str
    facts: dict[str, Any]
    happened_at: datetime
    raised_at: datetime
    owner: Actor | None
    steps: list[Step]
    version: int


class FlagPage(ApiModel):
    items: list[FlagBrief]
    next_cursor: str | None


class FlagCounts(ApiModel):
    """By state, under the other conditions."""

    counts: dict[State, int]


class FlagStep(ApiModel):
    step: Step
    state: State
    note: str
    by: Actor
    at: datetime


class Flag(FlagBrief):
    """`evidence`: the ledger's entries of your area; `entries`: all of them, by index."""

    explanation: Text
    thresholds: dict[str, Any]
    subjects: list[Actor]
    case_id: UUID | None
    entries: list[int]
    evidence: list[EntryBrief]
    history: list[FlagStep]


LOOKING = "looking"
COUNTED = (LOOKING, "explained", "confirmed", "dismissed")


class PublicFlagCount(ApiModel):
    """Flags of one rule; `looking`: nobody has closed them yet."""

    rule: str
    title: Text
    looking: int
    explained: int
    confirmed: int
    dismissed: int


class PublicFlags(ApiModel):
    """`shown`: how far the county shows them; as long as that is `nothing`, `items` is empty."""

    division: str
    year: int
    shown: FlagsShown
    items: list[PublicFlagCount]


class PublicFinding(ApiModel):
    """What became of a flag: of which rule, in which month it happened, when it was closed."""

    rule: str
    title: Text
    happened: str = Field(description="`YYYY-MM`")
    closed: date
    finding: Literal["explained", "confirmed", "dismissed"]


class PublicFindingPage(ApiModel):
    items: list[PublicFinding]
    next_cursor: str | None


class FlagNote(ApiModel):
    """What was found out, without anybody's numbers."""

    note: Note


class FlagAssignment(FlagNote):
    """Who is to look into it from now on, and what is asked."""

    account: UUID


class FlagCandidate(ApiModel):
    id: UUID
    name: str
    title: str


class FlagCandidates(ApiModel):
    """Who can be given a flag: supervision of its village, its county and its prefecture whom it is not about."""

    items: list[FlagCandidate]


class FlagRule(ApiModel):
    """A rule as it holds in your county. `version` 0: never changed."""

    id: str
    title: Text
    severity: Severity
    explanation: Text
    reads: list[str]
    looks_back_days: int
    on: bool
    thresholds: dict[str, Any]
    shipped: dict[str, Any]
    ranges: dict[str, Any] = Field(description="JSON Schema of the thresholds")
    open_flags: int
    looked_at: datetime | None
    changed_by: Actor | None
    changed_at: datetime | None
    version: int


class FlagRuleList(ApiModel):
    items: list[FlagRule]


class FlagRuleChange(ApiModel):
    on: bool = Field(strict=True)
    thresholds: dict[str, Any] = Field(max_length=20)


class BackTest(ApiModel):
    """The thresholds to try, over the last `days`."""

    days: int = Field(ge=1, le=MOST_DAYS, strict=True)
    thresholds: dict[str, Any] = Field(max_length=20)
