"""Days and moments as a client gives them: written out, in years in which somebody could have lived or be planned for.

A mistyped year (0001, 9999) is refused where it arrives, with the same sentence everywhere; every date in a body, path or query
of the API is one of these types. A number is no date: 20260314 would be read as seconds of the year 1970. A moment names its
offset, or it would be another one on another machine.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

# Nobody alive was born before, and no plan, lease or promise reaches farther.
EARLIEST = date(1850, 1, 1)
LATEST = date(2150, 12, 31)
_RANGE = (
    f"日期应在 {EARLIEST.year} 年至 {LATEST.year} 年之间，请检查年份|"
    f"The date must lie between {EARLIEST.year} and {LATEST.year}; check the year"
)
_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HOW_A_DAY = "日期应为 年-月-日，例如 2026-03-07|Write a date as 2026-03-07"
_HOW_A_MOMENT = "时间应为 2026-03-07T09:00:00+08:00 的形式|Write a time as 2026-03-07T09:00:00+08:00"
_SCHEMA: dict[str, Any] = {"formatMinimum": EARLIEST.isoformat(), "formatMaximum": LATEST.isoformat()}


def is_within(day: date) -> bool:
    """Whether a day can be meant."""
    return EARLIEST <= day <= LATEST


def _written_day(value: Any) -> Any:
    if (isinstance(value, str) and _WRITTEN.fullmatch(value)) or type(value) is date:
        return value
    raise ValueError(_HOW_A_DAY)


def _written_moment(value: Any) -> Any:
    if (isinstance(value, str) and _WRITTEN.match(value)) or isinstance(value, datetime):
        return value
    raise ValueError(_HOW_A_MOMENT)


def _day(value: date) -> date:
    if not is_within(value):
        raise ValueError(_RANGE)
    return value


def _moment(value: datetime) -> datetime:
    if not is_within(value.date()):
        raise ValueError(_RANGE)
    return value


GivenDay = Annotated[date, BeforeValidator(_written_day), AfterValidator(_day), Field(json_schema_extra=_SCHEMA)]
GivenMoment = Annotated[
    AwareDatetime, BeforeValidator(_written_moment), AfterValidator(_moment), Field(json_schema_extra=_SCHEMA)
]
