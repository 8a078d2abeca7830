"""The supervision section of a profile: seals, disclosure, decision procedures, thresholds."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction
from typing import Literal, Self

from pydantic import Field, model_validator

from linli_kernel.calendar import Limit, Unit
from linli_kernel.profile.base import LimitRule, RoleName, Section, Standing, Text

Body = Literal[
    "party_branch",
    "two_committees",
    "extended_committees",
    "party_members",
    "representatives",
    "villagers",
    "group_members",
    "residents",
    "supervision_committee",
]


Invitee = Literal["households", "residents", "party_members", "representatives", "named"]


class ExcludedPost(Section):
    """A post whose holder must not keep a piece of the seal."""

    code: str
    name: Text


class SealRules(Section):
    """A seal in n pieces: opened by all custodians within minutes, signed by each, closed again."""

    pieces: int = Field(ge=2, le=9)
    opening_minutes: int = Field(ge=1, le=120)
    reclose_minutes: int = Field(60, ge=5, le=1440, description="how long a seal of rubber may be out of its envelope")
    methods: tuple[Literal["signatures", "envelope"], ...] = Field(min_length=1)
    approver_roles: tuple[RoleName, ...] = Field(min_length=1)
    request_roles: tuple[RoleName, ...] = Field(min_length=1)
    custodian_roles: tuple[RoleName, ...] = Field(min_length=1)
    never_custodian: tuple[ExcludedPost, ...]
    custodians_approved_by: Text
    basis: str
    standing: Standing


class DisclosureCategory(Section):
    code: str = Field(pattern="^[a-z][a-z_]*$")
    name: Text


class DisclosureItem(Section):
    """Something due by rule: within ``within`` after its period has ended, after one of its ``days`` (``calendar``, the
    place's own days of the year as MM-DD), or after it happened (``at_once``)."""

    code: str = Field(pattern="^[a-z][a-z_]*$")
    category: str
    name: Text
    frequency: Literal["monthly", "quarterly", "half_yearly", "yearly", "calendar", "at_once"]
    days: tuple[str, ...] = ()
    within: LimitRule
    basis: str | None = None
    standing: Standing

    @model_validator(mode="after")
    def _days_belong_to_a_calendar(self) -> Self:
        if (self.frequency == "calendar") != bool(self.days):
            raise ValueError("days are given for the frequency calendar and for no other")
        for day in self.days:
            # A day that every year has.
            date.fromisoformat(f"2025-{day}")
        return self


class DisclosureColumn(Section):
    """A column of a table. Names in a ``person`` column are masked, ``money`` is yuan with two decimals."""

    name: Text
    kind: Literal["text", "person", "money", "number", "date"]


class DisclosureTemplate(Section):
    """What an item is written from: a sentence to begin with, and its table."""

    lead: Text | None = None
    columns: tuple[DisclosureColumn, ...] = Field(default=(), max_length=12)


class DisclosureRules(Section):
    """What a village publishes and how it answers. ``missing_public``: whether what is missing is shown to everybody while
    the county has not decided; ``mask_names``: whether lists of people show the surname only."""

    categories: tuple[DisclosureCategory, ...] = Field(min_length=1)
    items: tuple[DisclosureItem, ...] = Field(min_length=1)
    templates: dict[str, DisclosureTemplate] = Field(default_factory=dict)
    objection_answer: LimitRule
    appeal_answer: LimitRule
    missing_public: bool = False
    mask_names: bool = True
    basis: str | None = None
    standing: Standing

    @model_validator(mode="after")
    def _items_have_categories(self) -> Self:
        strange = sorted({item.category for item in self.items} - {category.code for category in self.categories})
        if strange:
            raise ValueError(f"items name unknown categories {strange}")
        codes = [item.code for item in self.items]
        if len(set(codes)) != len(codes):
            raise ValueError("two items have the same code")
        return self

    def item(self, code: str) -> DisclosureItem | None:
        """The item of a code, or None where the catalogue has no such item."""
        return next((item for item in self.items if item.code == code), None)

    def template(self, code: str) -> DisclosureTemplate:
        """What an item is written from; an item without one is written freely."""
        return self.templates.get(code, DisclosureTemplate())


class Share(Section):
    """A share that a count must reach (``at_least``) or exceed (``more_than``), of those eligible or present."""

    at_least: Fraction | None = None
    more_than: Fraction | None = None
    of: Literal["eligible", "present"]

    @model_validator(mode="after")
    def _exactly_one_bound(self) -> Self:
        if (self.at_least is None) == (self.more_than is None):
            raise ValueError("give either at_least or more_than")
        return self

    def met(self, count: int, total: int) -> bool:
        """Whether the count suffices; nothing is met by an empty total."""
        if total <= 0:
            return False
        share = Fraction(count, total)
        return share >= self.at_least if self.at_least is not None else share > (self.more_than or 0)

    def needed(self, total: int) -> int:
        """The smallest count that suffices: half of 312 exceeded is 157, two thirds of 32 reached are 22."""
        if self.at_least is not None:
            return math.ceil(self.at_least * total)
        return math.floor((self.more_than or 0) * total) + 1


class Invitation(Section):
    """Whom a meeting without a vote calls: one adult of each household, all adults, Party members, or those whom the convenor
    names (``representatives``, ``named``). ``posts`` are told in the app by their post; ``by_group``: the convenor may narrow
    households and residents down to some groups of the village."""

    who: tuple[Invitee, ...] = Field(min_length=1)
    posts: tuple[RoleName, ...] = ()
    by_group: bool = False


class DecisionStep(Section):
    """A step of a procedure. Several bodies in one step sit together (merged steps), each counted by itself.

    A step with a ``majority`` is voted on: by everybody or by one of each household (``unit``), openly or in secret
    (``ballot``), on line as well where ``online`` says so; ``proxies`` is how many others somebody may speak for, and
    ``non_local`` whether people who live there without hukou are on its roll. A step without a vote may say whom it
    ``invites``: they are called as those on a roll are. ``execute`` is the carrying out, from the plan to the supervision committee's acceptance; ``cost`` says that what it has cost must be told. ``evaluate`` judges what was
    carried out: its result is published like the rest, whatever it is.
    """

    code: str = Field(pattern="^[a-z][a-z_]*$")
    name: Text
    kind: Literal["propose", "discuss", "deliberate", "resolve", "execute", "evaluate", "publish"]
    bodies: tuple[Body, ...] = Field(min_length=1)
    quorum: Share | None = None
    majority: Share | None = None
    notice_days: int | None = Field(default=None, ge=0)
    publicity_days: int | None = Field(default=None, ge=1)
    publicity_unit: Literal[Unit.CALENDAR_DAY, Unit.WORKING_DAY] = Unit.CALENDAR_DAY
    unit: Literal["person", "household"] = "person"
    ballot: Literal["open", "secret"] = "open"
    online: bool = False
    proxies: int = Field(default=0, ge=0, le=3)
    non_local: bool = False
    invites: Invitation | None = None
    cost: bool = False
    # For a publication: the disclosure categories it appears under.
    categories: tuple[str, ...] = ()
    standing: Standing

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind == "publish" and (self.majority or self.quorum or not self.publicity_days):
            raise ValueError("a publication has its days and neither quorum nor majority")
        if self.kind != "publish" and (self.publicity_days or self.categories):
            raise ValueError("only a publication has days of publicity and categories")
        if self.invites and (self.majority or self.kind in ("publish", "execute")):
            raise ValueError("only a meeting without a vote says whom it invites")
        if self.quorum and not self.majority:
            raise ValueError("a quorum without a majority decides nothing")
        if (self.kind == "execute" and self.majority) or (self.kind != "execute" and self.cost):
            raise ValueError("only what is carried out has a cost, and nobody votes on it")
        return self

    @property
    def evaluates(self) -> bool:
        return self.kind == "evaluate"

    @property
    def publicity(self) -> Limit | None:
        """How long it is shown before the next step."""
        return Limit(self.publicity_days, self.publicity_unit) if self.publicity_days else None


class DecisionProcedure(Section):
    """A procedure such as 四议两公开, or another form of deliberation such as 民主听证会; its steps are taken in order and none
    is skipped. ``binding``: whether its outcome is a resolution or advice; ``convenor``: who calls it;
    ``notice``: how people hear of it beforehand."""

    code: str = Field(pattern="^[a-z][a-z0-9_]*$")
    name: Text
    binding: bool = True
    convenor: Text | None = None
    notice: Text | None = None
    standing: Standing
    note: str | None = None
    steps: tuple[DecisionStep, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _ends_in_the_open(self) -> Self:
        codes = [step.code for step in self.steps]
        if len(set(codes)) != len(codes):
            raise ValueError("two steps have the same code")
        if not any(step.kind == "publish" for step in self.steps):
            raise ValueError("a procedure without publication is not allowed")
        if any(step.kind == "execute" for step in self.steps) and self.steps[-1].kind != "publish":
            raise ValueError("what was carried out ends in the publication of its result")
        return self


class MeetingRules(Section):
    """The villagers' meeting and the representatives."""

    adults: Share
    households: Share
    notice_days: int
    demanded_by_villagers: Fraction
    demanded_by_representatives: Fraction
    households_per_representative: tuple[int, int]
    women_among_representatives: Fraction
    representatives_meet: Literal["quarterly", "half_yearly", "yearly"]
    standing: Standing


class CommitteeGroup(Section):
    code: str
    name: Text


class ChecklistItem(CommitteeGroup):
    """Something that the committee has to have. `shown_by`: what shows it, so that nobody says so by hand."""

    shown_by: Literal["", "activity"] = ""


class OversightRules(Section):
    """The supervision committee: its size, who cannot sit on it, its working groups, what it inquires into, within what time the
    village puts a finding right, and what the committee has to have (``checklist``)."""

    members: tuple[int, int]
    excluded: tuple[Text, ...]
    meets: Literal["monthly", "quarterly"]
    groups: tuple[CommitteeGroup, ...] = ()
    inquiries: tuple[Text, ...] = ()
    rectification: LimitRule = LimitRule(number=10, unit=Unit.WORKING_DAY)
    checklist: tuple[ChecklistItem, ...] = ()
    standing: Standing


class MoneyThresholds(Section):
    """Amounts from which more than the ordinary signature is asked; the township's policy."""

    cash_fen: int = Field(ge=0)
    two_committees_fen: int = Field(ge=0)
    representatives_fen: int = Field(ge=0)
    standing: Standing

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.representatives_fen < self.two_committees_fen:
            raise ValueError("representatives_fen must not be below two_committees_fen")
        return self


class SupervisionProfile(Section):
    seal: SealRules
    disclosure: DisclosureRules
    procedures: tuple[DecisionProcedure, ...] = Field(min_length=1)
    forms: tuple[DecisionProcedure, ...] = ()
    meetings: MeetingRules
    oversight: OversightRules
    thresholds: MoneyThresholds

    @model_validator(mode="after")
    def _publications_fit(self) -> Self:
        known = {category.code for category in self.disclosure.categories}
        for procedure in self.deliberations:
            strange = sorted({code for step in procedure.steps for code in step.categories} - known)
            if strange:
                raise ValueError(f"procedure {procedure.code} publishes under unknown categories {strange}")
        codes = [procedure.code for procedure in self.deliberations]
        if len(set(codes)) != len(codes):
            raise ValueError("two procedures have the same code")
        return self

    @property
    def deliberations(self) -> tuple[DecisionProcedure, ...]:
        """Every way in which the place deliberates: its own procedures, then the common forms."""
        return self.procedures + self.forms

    @property
    def group_procedures(self) -> list[str]:
        """Codes of those by which a villagers' group decides, as in 村民小组会议."""
        return [one.code for one in self.deliberations if any("group_members" in step.bodies for step in one.steps)]

    def procedure(self, code: str) -> DecisionProcedure:
        """Return a procedure or form by its code, or raise ``KeyError``."""
        for procedure in self.deliberations:
            if procedure.code == code:
                return procedure
        raise KeyError(code)
