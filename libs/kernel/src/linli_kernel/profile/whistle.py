"""A place's rules for whistle and report-in (吹哨报到): departments, categories, both limits, escalation, what is a near duplicate.

Both limits are the place's own pledge, not law: every one of them is the county's to correct.
"""

from __future__ import annotations

from datetime import time
from typing import Literal, Self

from pydantic import Field, model_validator

from linli_kernel.profile.base import RoleName, Section, Standing, Text

WhistleUnit = Literal["working_hour", "hour", "working_day"]
Urgency = Literal["ordinary", "urgent"]


class WhistleLimit(Section):
    """`working_hour` counts office hours only, `hour` the clock on the wall, `working_day` ends with the office day."""

    number: int = Field(ge=1)
    unit: WhistleUnit


class WhistleLimits(Section):
    report_in: WhistleLimit
    solution: WhistleLimit


class WhistleCategory(Section):
    """What residents whistle about, and the departments that are proposed for it, the lead first."""

    code: str = Field(pattern="^[a-z][a-z0-9_]*$")
    name: Text
    departments: tuple[str, ...] = ()


class WhistleEscalation(Section):
    """Whom a missed limit goes to, so many office hours after it passed."""

    role: RoleName
    after_working_hours: int = Field(ge=0)


class SimilarWhistles(Section):
    """Two whistles of one village are offered for joining within these days and metres, from this likeness of 0 to 1 on."""

    days: int = Field(ge=1)
    metres: int = Field(ge=1)
    likeness: float = Field(gt=0, lt=1)


class PublicWhistles(Section):
    """How much may come in without signing in."""

    per_phone_and_day: int = Field(ge=1)
    per_village_and_hour: int = Field(ge=1)
    photos: int = Field(ge=0, le=9)


class WhistleRules(Section):
    departments: tuple[str, ...] = Field(min_length=1)
    categories: tuple[WhistleCategory, ...] = Field(min_length=1)
    office_hours: tuple[tuple[time, time], ...] = Field(min_length=1)
    limits: dict[Urgency, WhistleLimits]
    rework: WhistleLimit
    escalation: tuple[WhistleEscalation, ...] = Field(min_length=1)
    similar: SimilarWhistles
    public: PublicWhistles
    # 基本满意 counts as satisfied in the national evaluation.
    satisfied_from: int = Field(default=3, ge=1, le=5)
    standing: Standing

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        unknown = sorted({name for one in self.categories for name in one.departments} - set(self.departments))
        if unknown:
            raise ValueError(f"categories propose unknown departments {unknown}")
        if set(self.limits) != {"ordinary", "urgent"}:
            raise ValueError("limits must be given for ordinary and urgent")
        ends = [moment for session in self.office_hours for moment in session]
        if ends != sorted(set(ends)):
            raise ValueError("office hours must follow each other")
        return self

    def category(self, code: str) -> WhistleCategory | None:
        return next((one for one in self.categories if one.code == code), None)
