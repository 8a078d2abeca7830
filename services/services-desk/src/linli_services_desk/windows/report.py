"""A hall's day in words: sums by window, category, channel and hour, with the names of the place."""

from collections.abc import Iterable, Sequence
from typing import Any

from linli_kernel.errors import FieldError, Invalid
from linli_kernel.profile import Profile

from linli_services_desk.schema import Row
from linli_services_desk.windows.domain import Tally, tallies

UNNAMED = ("未选类别", "no category")


def known_category(profile: Profile, code: str | None) -> None:
    """Refuse a category that the place does not have."""
    if code is not None and code not in {one.code for one in profile.desk.categories}:
        raise Invalid(errors=[FieldError("/category", "desk.category_unknown", "没有这个类别", "No such category")])


def day_report(profile: Profile, rows: Sequence[Row], windows: Iterable[Row]) -> dict[str, Any]:
    """Return the parts of the report; windows and categories stand in the order of the hall."""
    by_window = tallies(rows, lambda row: row["window_id"])
    by_category = tallies(rows, lambda row: row["category"])
    by_channel = tallies(rows, lambda row: str(row["channel"]))
    by_hour = tallies(rows, lambda row: int(row["hour"]))
    total = tallies(rows, lambda row: None).get(None, Tally())
    categories = [(one.code, one.name.zh, one.name.en) for one in profile.desk.categories]
    return {
        "total": total.shown(),
        "by_window": [
            {
                "window_id": window["id"],
                "number": window["number"],
                "name": window["name"],
                **by_window[window["id"]].shown(),
            }
            for window in windows
            if window["id"] in by_window
        ],
        "by_category": [
            {"code": code, "name": zh, "name_en": en, **by_category[code].shown()}
            for code, zh, en in [*categories, (None, *UNNAMED)]
            if code in by_category
        ],
        "by_channel": [{"channel": channel, **tally.shown()} for channel, tally in by_channel.items()],
        "by_hour": [{"hour": hour, **tally.shown()} for hour, tally in sorted(by_hour.items())],
    }
