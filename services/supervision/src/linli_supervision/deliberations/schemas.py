"""What goes in and out about deliberations."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from linli_kernel.given import GivenDay, GivenMoment
from linli_kernel.http import ApiModel
from pydantic import Field, StringConstraints

from linli_supervision.disclosures.schemas import BilingualName, DisclosureFile, Title, Village
from linli_supervision.disclosures.schemas import StateName as DisclosureState

MOST_AT_ONCE = 500
StateName = Literal["open", "finished", "rejected", "withdrawn"]
PhaseName = Literal["due", "enrolled", "called", "sitting", "shown", "under_way", "complete", "done"]
KindName = Literal["plain", "gathering", "vote", "publication", "execution"]
Body = Annotated[str, Field(pattern="^[a-z_]+$", max_length=40, description="which body of the step")]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
ShortNote = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
Fen = Annotated[int, Field(ge=0, le=1_000_000_000_00, description="amount in fen")]
Number = Annotated[int, Field(ge=0, le=100_000)]


class NewDeliberation(ApiModel):
    """What is to be decided, and under which procedure of the place."""

    division: Village
    procedure: Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$", max_length=60)]
    title: Title
    matter: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=4000)]
    concerned: Annotated[list[UUID], Field(max_length=20, description="residents who gain or lose by it")] = Field(
        default_factory=list
    )


class StepRecord(ApiModel):
    """A step that was held: when, what came of it, and what was said. Refused ends the deliberation, unless the step judges
    what was carried out: people are content with it or not, and its result is published all the same."""

    held_on: GivenDay
    result: Literal["agreed", "refused"]
    note: Note = ""


class Minutes(ApiModel):
    """What was said in a meeting that is closed."""

    note: Note = ""


class Publicity(ApiModel):
    """The disclosures by which the step is published; together they cover its categories."""

    disclosures: Annotated[list[UUID], Field(min_length=1, max_length=10)]


class DisclosureOrder(ApiModel):
    item: Annotated[str, Field(pattern="^[a-z][a-z_]*$", max_length=40, description="of the place's catalogue")]


class DisclosureDrafted(ApiModel):
    disclosure_id: UUID


class WhyWithdrawn(ApiModel):
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class Enrolment(ApiModel):
    """Who is on the roll of a body that the registry does not know by itself: representatives, members of a group, people whom
    the convenor names. `grids`: of a meeting without a vote, only households and residents of these groups."""

    listed: dict[str, Annotated[list[UUID], Field(max_length=MOST_AT_ONCE)]] = Field(default_factory=dict)
    grids: Annotated[list[UUID], Field(max_length=50)] = Field(default_factory=list)


class MeetingCall(ApiModel):
    at: GivenMoment
    place: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class WhyCalledOff(ApiModel):
    reason: Reason


class Called(ApiModel):
    """Whom to tell of a meeting; `calls`: how often it was called, moved or called off until now; `vote`: whether they vote in
    it; `form`: what the meeting is called; `posts`: who of the village's staff are told by their post."""

    title: str
    place: str
    calls: int
    vote: bool
    form: BilingualName
    posts: list[str]
    items: list[UUID]
    next_cursor: str | None


class Attendance(ApiModel):
    """Who has come; with `proxy` who is spoken for by whom; `present: false` takes it back."""

    body: Body
    residents: Annotated[list[UUID], Field(min_length=1, max_length=MOST_AT_ONCE)]
    present: bool = True
    proxy: UUID | None = None


class Recusal(ApiModel):
    body: Body
    resident: UUID
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]


class HandVotes(ApiModel):
    """How people present have voted; in a secret vote only that they took a ballot paper, without `choice`."""

    body: Body
    residents: Annotated[list[UUID], Field(min_length=1, max_length=MOST_AT_ONCE)]
    choice: Literal["for", "against", "abstain"] | None = None


class PaperTally(ApiModel):
    """The ballot papers of a secret vote as they were counted aloud."""

    body: Body
    votes_for: Number
    votes_against: Number
    abstained: Number
    invalid: Number = 0


class MilestoneAim(ApiModel):
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80)]
    due_on: GivenDay


class Plan(ApiModel):
    """Who answers for the carrying out, what it may cost, and what is reached by when; days in order, none before today."""

    responsible: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=40)]
    budget_fen: Fen | None = None
    milestones: Annotated[list[MilestoneAim], Field(min_length=1, max_length=20)]


class Progress(ApiModel):
    """How far the next milestone is; `reached` needs a photograph or paper of it, attached before."""

    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=1000)]
    reached: bool = False


class Delay(ApiModel):
    due_on: GivenDay
    reason: Reason


class Completion(ApiModel):
    """All milestones are reached. `cost_fen`: what it has cost, where the step says so."""

    cost_fen: Fen | None = None
    note: ShortNote = ""


class Judgement(ApiModel):
    note: ShortNote = ""


class SentBack(ApiModel):
    """What has to be put right, and by when."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80)]
    due_on: GivenDay


class Ballot(ApiModel):
    body: Body
    choice: Literal["for", "against", "abstain"]


class CheckIn(ApiModel):
    """What the code at the door of the meeting says."""

    code: Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_-]{16,64}$")]


class Invites(ApiModel):
    """Whom a meeting without a vote calls; `posts` are told by their post, `by_group`: the convenor may choose groups."""

    who: list[Literal["households", "residents", "party_members", "representatives", "named"]]
    posts: list[str]
    by_group: bool


class ProcedureStep(ApiModel):
    code: str
    name: BilingualName
    kind: KindName
    bodies: list[str]
    unit: Literal["person", "household"]
    ballot: Literal["open", "secret"]
    online: bool
    proxies: int
    quorum: str | None
    majority: str | None
    notice_days: int | None
    non_local: bool
    invites: Invites | None
    publicity: str | None
    publicity_en: str | None
    categories: list[str]
    cost: bool
    evaluates: bool
    standing: str


class Procedure(ApiModel):
    """A way in which the place deliberates. `binding`: its outcome is a resolution, not advice."""

    code: str
    name: BilingualName
    binding: bool
    convenor: BilingualName | None
    notice: BilingualName | None
    note: str | None
    standing: str
    steps: list[ProcedureStep]


class Procedures(ApiModel):
    items: list[Procedure]


class Share(ApiModel):
    count: int
    needed: int
    of: int
    met: bool


class BodyCount(ApiModel):
    """The count panel of one body: people, or households where each has one vote. `votes` is null while a secret vote runs."""

    body: str
    eligible: int
    recused: int
    present: int
    online: int
    proxies: int
    voted: int
    votes: dict[str, int] | None
    quorum: Share | None
    majority: Share | None
    text: str
    text_en: str


class KinCount(ApiModel):
    """Close kin on the roll as it was frozen, and how many of them stepped aside."""

    found: int
    recused: int


class Sitting(ApiModel):
    """A meeting that was closed; `no_quorum`: too few came, and it was called again. `note`: its minutes, or why it was called
    off. `kin`: how many on its roll were close kin of whom the matter concerns; null: nobody was named, or it was not known."""

    day: date
    place: str
    note: str
    outcome: Literal["agreed", "refused", "no_quorum", "called_off"]
    counts: list[BodyCount]
    kin: KinCount | None


class Roll(ApiModel):
    """A frozen roll: how many, and the SHA-256 of the sorted ids, one a line."""

    body: str
    source: Literal["registry", "listed"]
    people: int
    households: int
    sha256: str
    frozen_at: datetime
    by_name: str


class StepFile(DisclosureFile):
    kind: Literal["paper", "photograph", "proxy"]
    milestone: int | None


class MilestoneShown(ApiModel):
    """`first_due_on` is the day that was planned first; `overdue` today."""

    title: str
    due_on: date
    first_due_on: date
    reached_on: date | None
    overdue: bool


class ToldShown(ApiModel):
    day: date
    what: Literal["plan", "progress", "reached", "postpone", "complete", "accept", "send-back"]
    milestone: int | None
    note: str
    by_name: str


class ExecutionShown(ApiModel):
    responsible: str
    budget_fen: int | None
    cost_fen: int | None
    milestones: list[MilestoneShown]
    told: list[ToldShown]


class StepDisclosure(ApiModel):
    """What publishes a step: begun for it while it is due, what is shown once its days have begun."""

    id: UUID
    category: str
    title: str
    state: DisclosureState


class DeliberationStep(ProcedureStep):
    """A step of this deliberation: before it, now, or done; what was recorded. `held_on` of a publication is the first day of
    its publicity, `shown_until` the last."""

    position: int
    state: Literal["done", "now", "later"]
    held_on: date | None
    place: str
    called_for: datetime | None
    shown_until: date | None
    done_at: datetime | None
    result: str
    note: str
    by_name: str
    disclosures: list[StepDisclosure]
    check_in: str | None
    rolls: list[Roll]
    sittings: list[Sitting]
    files: list[StepFile]
    execution: ExecutionShown | None


class DeliberationBrief(ApiModel):
    """`step_name` is what is due now, or the last step of one that has ended; `due_on` the day of the next milestone;
    `met`, where meetings are counted, how many were held."""

    id: UUID
    division: str
    title: str
    procedure: str
    procedure_name: BilingualName
    binding: bool
    state: StateName
    position: int
    steps_total: int
    step_name: BilingualName
    phase: PhaseName
    author_name: str
    created_at: datetime
    ended_at: datetime | None
    due_on: date | None
    overdue: bool
    version: int
    met: int | None


class DeliberationPage(ApiModel):
    items: list[DeliberationBrief]
    next_cursor: str | None


class FullDeliberation(DeliberationBrief):
    """`commands` are what you may do now; `counts` the figures of the meeting that is being held."""

    matter: str
    concerned: list[UUID]
    profile: str
    reason: str
    convenor: BilingualName | None
    notice: BilingualName | None
    note: str | None
    steps: list[DeliberationStep]
    commands: list[str]
    earliest_meeting: date | None
    counts: list[BodyCount]


class Voter(ApiModel):
    """Somebody on the roll; the name is the registry's to show. `choice` of an open vote only."""

    resident: UUID
    household: UUID | None
    attended: Literal["list", "code", "proxy", "online"] | None
    proxy: UUID | None
    recused: str | None
    voted: Literal["paper", "online"] | None
    choice: Literal["for", "against", "abstain"] | None


class VoterPage(ApiModel):
    items: list[Voter]
    next_cursor: str | None


class KinStep(ApiModel):
    """The next person of a path, and what that person is to the one before."""

    resident: UUID
    kind: Literal["parent", "child", "spouse"]
    relation: BilingualName


class Conflict(ApiModel):
    """Somebody on the roll who is, or is close kin of, somebody whom the matter concerns; `path` leads there from the latter,
    and `relation` is what the person on the roll is to them."""

    resident: UUID
    body: str
    concerned: UUID
    relation: BilingualName
    path: list[KinStep]
    recused: bool


class OnPath(ApiModel):
    """Somebody on a path, called as the registry shows the name to you; null: out of your area, or the registry is away."""

    resident: UUID
    name: str | None


class Conflicts(ApiModel):
    """`named`: whether the registry told the names. `kept_at`: kin are shown as they were when the roll was frozen then; null:
    as the registry tells them now."""

    items: list[Conflict]
    people: list[OnPath]
    named: bool
    kept_at: datetime | None


class OwnBallot(ApiModel):
    """A vote in which the resident has a part: whether it is open now, and whether it was cast. `votes` is false of a meeting to
    which she is only invited."""

    deliberation_id: UUID
    title: str
    matter: str
    body: str
    step_name: BilingualName
    votes: bool
    ballot: Literal["open", "secret"]
    online: bool
    sitting: bool
    called_for: datetime | None
    place: str
    attended: str | None
    voted: str | None


class OwnBallots(ApiModel):
    items: list[OwnBallot]
