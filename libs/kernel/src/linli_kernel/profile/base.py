"""What every section of a profile is made of: bilingual texts, legal references, limits."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from linli_kernel.calendar import Limit, Unit

RoleName = Literal[
    "clerk",
    "grid_worker",
    "village_official",
    "bookkeeper",
    "supervisor",
    "custodian",
    "township_officer",
    "department_officer",
    "county_admin",
    "auditor",
    "social_org",
    "resident",
]


class Section(BaseModel):
    """A part of a profile: unknown keys are refused, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Standing(StrEnum):
    """How firm a rule is. Only ``law`` binds everywhere; a reading or an assumption is the county's to correct."""

    LAW = "law"
    PRACTICE = "practice"
    LOCAL = "local"
    LOCAL_READING = "local_reading"
    ASSUMED = "assumed"


class Text(Section):
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class LawRef(Section):
    """One version of a rule's source. Article numbers are left out where the amended text was not compared."""

    title: Text
    document: str | None = None
    article: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    standing: Standing = Standing.LAW
    note: str | None = None

    def in_force(self, on: date) -> bool:
        """Whether this version holds on a day; without dates it always does."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)

    @model_validator(mode="after")
    def _dates_in_order(self) -> LawRef:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self


class LimitRule(Section):
    """A number with its unit, as written in a profile: ``{number: 5, unit: working_day}``."""

    number: int = Field(ge=0)
    unit: Unit

    def as_limit(self) -> Limit:
        return Limit(self.number, self.unit)
