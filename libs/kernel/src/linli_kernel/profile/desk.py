"""The service desk's section of a profile: windows, steps, clocks, numbers, certificates a village must not issue."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from linli_kernel.calendar import Thresholds
from linli_kernel.profile.base import LimitRule, RoleName, Section, Standing, Text
from linli_kernel.profile.papers import PaperTexts
from linli_kernel.profile.whistle import WhistleRules

Level = Literal["village", "township", "county"]
StepKind = Literal["check", "decide", "compose", "approve", "seal", "deliver"]


class WindowCategory(Section):
    """A category of matters at the hall; an imported matter belongs to the first whose keyword it contains."""

    code: str = Field(pattern="^[a-z][a-z0-9_]*$")
    name: Text
    keywords: tuple[str, ...] = ()


class Counter(Section):
    """A place in the hall where a clerk sits. Without categories it takes every matter."""

    code: str
    name: Text
    categories: tuple[str, ...] = ()


class Step(Section):
    """A step of handling. ``after`` names the steps that must be complete before; two steps after the same one run in
    parallel. A step of a department gets the matter's own department."""

    code: str = Field(pattern="^[a-z][a-z0-9_]*$")
    name: Text
    kind: StepKind
    role: RoleName
    level: Level
    limit: LimitRule | None = None
    after: tuple[str, ...] = ()


class StepSet(Section):
    """A named way of handling. A step without ``after`` in the file follows the one written above it."""

    name: Text
    standing: Standing
    steps: tuple[Step, ...] = Field(min_length=1)

    @field_validator("steps", mode="before")
    @classmethod
    def _in_sequence_unless_said(cls, raw: Any) -> Any:
        if not isinstance(raw, list):
            return raw
        steps: list[Any] = []
        previous: str | None = None
        for step in raw:
            if isinstance(step, dict):
                if "after" not in step:
                    step = {**step, "after": [] if previous is None else [previous]}
                previous = step.get("code")
            steps.append(step)
        return steps

    @model_validator(mode="after")
    def _steps_fit(self) -> Self:
        known: set[str] = set()
        for step in self.steps:
            if step.code in known:
                raise ValueError(f"step {step.code!r} occurs twice")
            unknown = set(step.after) - known
            if unknown:
                raise ValueError(f"step {step.code!r} comes after {sorted(unknown)}, which no earlier step is called")
            known.add(step.code)
        return self

    def waves(self) -> list[list[Step]]:
        """Return the steps in the order they may run: each inner list runs in parallel."""
        depth: dict[str, int] = {}
        waves: list[list[Step]] = []
        for step in self.steps:
            own = max((depth[code] + 1 for code in step.after), default=0)
            depth[step.code] = own
            if own == len(waves):
                waves.append([])
            waves[own].append(step)
        return waves

    def ready(self, completed: set[str]) -> list[Step]:
        """Return the steps that may run now."""
        return [step for step in self.steps if step.code not in completed and completed.issuperset(step.after)]


class StepRule(Section):
    """Which step set an imported matter gets: the first rule that fits its task type and a keyword of its name."""

    step_set: str
    task_types: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()

    def fits(self, task_type: str, name: str) -> bool:
        return (not self.task_types or task_type in self.task_types) and (
            not self.keywords or any(word in name for word in self.keywords)
        )


class ClockThresholds(Section):
    """When a clock turns amber and red: days left of a limit in days, share left of one in hours or minutes."""

    amber_days: int = Field(ge=0)
    red_days: int = Field(ge=0)
    amber_share: float = Field(default=0.5, gt=0, lt=1)
    red_share: float = Field(default=0.2, gt=0, lt=1)
    standing: Standing

    @model_validator(mode="after")
    def _amber_comes_first(self) -> Self:
        if self.red_days > self.amber_days or self.red_share > self.amber_share:
            raise ValueError("red must not come before amber")
        return self

    def as_thresholds(self) -> Thresholds:
        return Thresholds(self.amber_days, self.red_days, self.amber_share, self.red_share)


class Escalation(Section):
    """Whom an overdue case is shown to after so many working days."""

    overdue_days: int = Field(ge=1)
    role: RoleName


class ForbiddenCertificate(Section):
    """A certificate that a village or community must not issue, and who does.

    The list is binding; who issues it instead is what the field knows, for the county to confirm.
    """

    name: Text
    synonyms: tuple[str, ...] = ()
    issuer: Text
    issuer_standing: Standing = Standing.PRACTICE
    # What to do there, where the place knows more than whom to ask.
    how: Text | None = None
    basis: str

    def matched_length(self, wanted: str) -> int:
        """Return the length of the longest of its words in the text, 0 if there is none."""
        return max((len(word) for word in (self.name.zh, *self.synonyms) if word in wanted), default=0)


class SupplementReason(Section):
    """A kind of reason for asking again; supervision sees it with the case's number."""

    code: str = Field(pattern="^[a-z][a-z0-9_]*$")
    name: Text


OTHER_REASON = SupplementReason(code="other", name=Text(zh="其他", en="other"))


class SupplementRules(Section):
    """One notice names everything; each further one needs a reason and reaches supervision."""

    notice: LimitRule
    answer: LimitRule
    free_notices: int = Field(default=1, ge=1)
    reason_from: RoleName
    remind_days_before: tuple[int, ...] = ()
    reasons: tuple[SupplementReason, ...] = (OTHER_REASON,)
    standing: Standing

    @field_validator("reasons")
    @classmethod
    def _other_is_always_there(cls, reasons: tuple[SupplementReason, ...]) -> tuple[SupplementReason, ...]:
        codes = [one.code for one in reasons]
        if len(set(codes)) < len(codes) or OTHER_REASON.code not in codes:
            raise ValueError("reasons differ, and one of them is `other`")
        return reasons


class DeferredRules(Section):
    """Materials brought later on a promise (容缺). The applicant and the clerk are reminded so many working days before."""

    enabled: bool
    longest: LimitRule
    roles: tuple[RoleName, ...]
    remind_days_before: tuple[int, ...] = (3, 0)
    standing: Standing


class BulkRating(Section):
    """How many ratings from one device within how many minutes are reported to supervision."""

    ratings: int = Field(default=5, ge=2)
    minutes: int = Field(default=60, ge=1)


class EvaluationRules(Section):
    """A level up to `bad_from` starts the clock of the rectification."""

    rectification: LimitRule
    call_back: bool
    bad_from: int = Field(default=2, ge=1, le=3)
    bulk: BulkRating = BulkRating()
    # A window's pad serves everybody who comes; more than a busy window serves is somebody pressing it.
    pad: BulkRating = BulkRating(ratings=12, minutes=30)
    levels: dict[int, Text]
    standing: Standing

    @field_validator("levels")
    @classmethod
    def _five_levels(cls, levels: dict[int, Text]) -> dict[int, Text]:
        if set(levels) != {1, 2, 3, 4, 5}:
            raise ValueError("levels must be 1 to 5")
        return levels


class NoticeRules(Section):
    """When a phone does not ring (22 to 7: over night), and how many working days before a deadline the desk reminds."""

    quiet_from: int = Field(default=22, ge=0, le=23)
    quiet_to: int = Field(default=7, ge=0, le=23)
    remind_days_before: tuple[int, ...] = (3, 1, 0)
    standing: Standing = Standing.ASSUMED

    @field_validator("remind_days_before")
    @classmethod
    def _before_not_after(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if any(day < 0 for day in days):
            raise ValueError("a reminder comes before the deadline or on its day")
        return tuple(sorted(set(days)))


class ProxyRules(Section):
    """Who handles for others (代办, 全程代理), how an order may come, and who is visited without asking."""

    agents: tuple[RoleName, ...]
    channels: tuple[Literal["spoken", "written", "telephone", "visit"], ...]
    regular_visits: tuple[Text, ...] = ()


_NUMBER_FIELDS = frozenset(
    {"year", "month", "day", "tenant", "county_code", "township_code", "village_code", "county", "township", "village"}
)


class Numbering(Section):
    """Patterns of running numbers. ``seq`` runs per pattern, village and year; the rest are facts of the case."""

    case: str
    receipt: str
    acceptance: str
    supplement: str
    decision: str
    certificate: str
    refusal: str
    ticket: str

    @field_validator("*")
    @classmethod
    def _known_fields(cls, pattern: str) -> str:
        try:
            used = {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}
        except ValueError as error:
            raise ValueError(f"pattern is malformed: {error}") from None
        unknown = used - _NUMBER_FIELDS - {"seq"}
        if unknown or "seq" not in used:
            raise ValueError(
                f"pattern needs {{seq}} and knows only {sorted(_NUMBER_FIELDS)}; unknown: {sorted(unknown)}"
            )
        return pattern

    def render(self, kind: str, *, seq: int, facts: Mapping[str, str | int]) -> str:
        """Return the number of a document; ``kind`` is one of the pattern names."""
        pattern: str = getattr(self, kind)
        return pattern.format(seq=seq, **facts)


class DeskProfile(Section):
    categories: tuple[WindowCategory, ...] = Field(min_length=1)
    counters: tuple[Counter, ...] = Field(min_length=1)
    clock: ClockThresholds
    escalation: tuple[Escalation, ...] = ()
    step_sets: dict[str, StepSet]
    step_rules: tuple[StepRule, ...] = ()
    default_step_set: str
    certificate_step_set: str
    forbidden_certificates: dict[str, ForbiddenCertificate]
    supplement: SupplementRules
    deferred: DeferredRules
    evaluation: EvaluationRules
    notices: NoticeRules = NoticeRules()
    proxy: ProxyRules
    priority_in_queue: tuple[Text, ...] = ()
    numbering: Numbering
    papers: PaperTexts
    whistle: WhistleRules

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        named = [self.default_step_set, self.certificate_step_set, *(rule.step_set for rule in self.step_rules)]
        missing = sorted(set(named) - set(self.step_sets))
        if missing:
            raise ValueError(f"step sets {missing} are named but not described")
        codes = {category.code for category in self.categories}
        if len(codes) != len(self.categories):
            raise ValueError("two categories have the same code")
        strange = sorted({code for counter in self.counters for code in counter.categories} - codes)
        if strange:
            raise ValueError(f"counters name unknown categories {strange}")
        return self

    def refused_certificate(self, wanted: str) -> ForbiddenCertificate | None:
        """Return the forbidden certificate that somebody asks the village for, or ``None`` if it may be issued.

        Only texts that name a certificate (证明) are looked at: 养犬登记 is an ordinary matter. Of several that fit,
        the one with the longest word wins (票据遗失证明 before 遗失证明). Matters of other offices are not asked here.
        """
        if "证明" not in wanted:
            return None
        best = max(self.forbidden_certificates.values(), key=lambda one: one.matched_length(wanted), default=None)
        return best if best is not None and best.matched_length(wanted) else None

    def step_set_for(self, task_type: str, name: str) -> str:
        """Return the name of the step set for an imported matter."""
        for rule in self.step_rules:
            if rule.fits(task_type, name):
                return rule.step_set
        return self.default_step_set

    def category_for(self, name: str) -> WindowCategory:
        """Return the category of an imported matter; the last one of the place takes what fits nowhere."""
        for category in self.categories:
            if any(word in name for word in category.keywords):
                return category
        return self.categories[-1]
