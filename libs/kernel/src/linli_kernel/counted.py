"""Lists narrowed to what a figure of the cockpit counts, so that a number and the list behind it say the same.

A list names the figures that it has rows for. What a figure counts of today needs no days; what happened in a time is counted from
`since` to `until`, both included, by the days of China.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import Query
from sqlalchemy import ColumnElement, and_, true

from .clock import SHANGHAI
from .errors import FieldError, Invalid
from .given import GivenDay


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure and its days; without one the days are open."""

    figure: str
    since: date | None = None
    until: date | None = None

    def moments(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether a moment lies within the days."""
        return and_(
            true() if self.since is None else column >= _begin(self.since),
            true() if self.until is None else column < _begin(self.until + timedelta(days=1)),
        )

    def days(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(
            true() if self.since is None else column >= self.since,
            true() if self.until is None else column <= self.until,
        )


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def counted_by(*figures: str) -> Callable[..., Counted | None]:
    """Dependency of a list: `counted`, `since` and `until` as they were asked for."""
    told = "only what this figure of the cockpit counts"

    def dependency(
        counted: Annotated[str | None, Query(pattern=f"^({'|'.join(figures)})$", description=told)] = None,
        since: Annotated[GivenDay | None, Query(description="with `counted`: first day")] = None,
        until: Annotated[GivenDay | None, Query(description="with `counted`: last day")] = None,
    ) -> Counted | None:
        if counted is not None:
            return Counted(counted, since, until)
        if since is not None or until is not None:
            fault = "只有和 counted 一起才能按日期筛选", "Days go with `counted` only"
            raise Invalid(errors=[FieldError("/counted", "counted.missing", *fault)])
        return None

    return dependency
