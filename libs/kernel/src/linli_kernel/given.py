"""Days and moments as a client gives them: years in which somebody could have lived or be planned for.

A mistyped year (0001, 9999) is refused where it arrives, with the same sentence everywhere; every date in a body, path or query
of the API is one of these types.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field

# Nobody alive was born before, and no plan, lease or promise reaches farther.
EARLIEST = date(1850, 1, 1)
LATEST = date(2150, 12, 31)
_RANGE = (
    f"日期应在 {EARLIEST.year} 年至 {LATEST.year} 年之间，请检查年份|"
    f"The date must lie between {EARLIEST.year} and {LATEST.year}; check the year"
)
_SCHEMA: dict[str, Any] = {"formatMinimum": EARLIEST.isoformat(), "formatMaximum": LATEST.isoformat()}


def is_within(day: date) -> bool:
    """Whether a day can be meant."""
    return EARLIEST <= day <= LATEST


def _day(value: date) -> date:
    if not is_within(value):
        raise ValueError(_RANGE)
    return value


def _moment(value: datetime) -> datetime:
    if not is_within(value.date()):
        raise ValueError(_RANGE)
    return value


GivenDay = Annotated[date, AfterValidator(_day), Field(json_schema_extra=_SCHEMA)]
GivenMoment = Annotated[datetime, AfterValidator(_moment), Field(json_schema_extra=_SCHEMA)]
