"""An area's ranking and its yearly figures as workbooks: text stays text, figures are numbers that can be summed up."""

import io
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from linli_kernel.clock import SHANGHAI
from linli_kernel.spreadsheet import Cell, XlsxWriter

from linli_supervision.cockpit.measures import MEASURES, YEARLY

Kind = Literal["ranking", "yearly"]
PEOPLE = {"residents": "登记人口", "households": "户数"}
RANKED = (*PEOPLE, *MEASURES)
Shown = Mapping[str, Any]


def workbook(kind: Kind, shown: Shown, by: str) -> bytes:
    """Return the workbook of an area's cockpit; `by` is the figure that a ranking goes by, the highest first."""
    title, head, rows = _ranking(shown, by) if kind == "ranking" else _yearly(shown)
    at = f"{shown['as_of'].astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    told = f"{_name(shown)} {title} {shown['first']} 至 {shown['last']}，截至 {at}"
    target = io.BytesIO()
    writer = XlsxWriter(target, title)
    writer.begin(told, head)
    writer.figures(rows)
    writer.end(told)
    return target.getvalue()


def _ranking(shown: Shown, by: str) -> tuple[str, list[str], Sequence[Sequence[Cell]]]:
    columns = {
        key: one for key, one in MEASURES.items() if key != "flags_open" or shown["figures"]["flags_open"] is not None
    }
    places = sorted(shown["below"], key=lambda place: _order(place, by), reverse=True)
    head = ["名次", "区划代码", "地方", *PEOPLE.values(), *(one.name for one in columns.values())]
    rows = [
        [
            rank,
            place["division"],
            _name(place),
            *(_people(place, key) for key in PEOPLE),
            *(one.value(place["figures"]) for one in columns.values()),
        ]
        for rank, place in enumerate(places, start=1)
    ]
    return "下级排名", head, rows


def _yearly(shown: Shown) -> tuple[str, list[str], Sequence[Sequence[Cell]]]:
    total = {**shown, "division": "", "name": "合计"}
    rows = [
        [place["division"], _name(place), *(place["figures"][key] for key in YEARLY)]
        for place in (*shown["below"], total)
    ]
    return "年度议事与公开", ["区划代码", "地方", *YEARLY.values()], rows


def _name(place: Shown) -> str:
    return str(place["name"] or place["division"])


def _people(place: Shown, key: str) -> int | None:
    return place["people"][key] if place["people"] else None


def _order(place: Shown, by: str) -> float:
    """What nobody knows comes last."""
    value = _people(place, by) if by in PEOPLE else MEASURES[by].value(place["figures"])
    return -1.0 if value is None else value
