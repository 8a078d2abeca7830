"""What a cockpit's figures are called on paper, and how each is made of the counts; rates are shares of 1, or nothing while nothing was measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Measure:
    """`standing`: how it stands today; nobody has kept how it stood a week ago."""

    name: str
    value: Callable[[Figures], int | float | None]
    standing: bool = False

    def said(self, figures: Figures) -> str:
        value = self.value(figures)
        if value is None:
            return "—"
        return f"{value:.1%}" if isinstance(value, float) else f"{value:,}"


def _count(key: str, name: str) -> Measure:
    return Measure(name, lambda figures: figures[key])


def _standing(key: str, name: str) -> Measure:
    return Measure(name, lambda figures: figures[key], standing=True)


def _rate(name: str, part: str, *whole: str) -> Measure:
    def value(figures: Figures) -> float | None:
        of = sum(figures[one] for one in whole)
        return float(figures[part] / of) if of else None

    return Measure(name, value)


SECTIONS: Mapping[str, Mapping[str, Measure]] = {
    "办件与时限": {
        "accepted": _count("accepted", "受理（件）"),
        "decided": _count("decided", "办结（件）"),
        "on_time": _rate("按时办结率", "on_time", "decided"),
        "in_work": _standing("in_work", "现有在办（件）"),
        "due_soon": _standing("due_soon", "现有临期（件）"),
        "overdue": _standing("overdue", "现有超期（件）"),
    },
    "群众评价": {
        "satisfied": _rate("满意率", "satisfied", "rated"),
        "unrated": Measure("未评价（件）", lambda figures: figures["decided"] - figures["rated"]),
    },
    "村务公开与议事": {
        "disclosures": _count("disclosures", "已公开（次）"),
        "duties_due": _standing("duties_due", "现有待公开（项）"),
        "duties_missing": _standing("duties_missing", "现有逾期未公开（项）"),
        "deliberations": _count("deliberations", "发起议事（件）"),
        "meetings": _count("meetings", "议事会议（次）"),
        "group_meetings": _count("group_meetings", "村（居）民小组会议（次）"),
        "solved": _count("solved", "议定并落实（件）"),
    },
    "吹哨与监督": {
        "whistles": _count("whistles", "吹哨（次）"),
        "whistles_open": _standing("whistles_open", "现有未销哨（件）"),
        "response": _rate("报到及时率", "response_met", "response_met", "response_missed"),
        "solution": _rate("办结及时率", "solution_met", "solution_met", "solution_missed"),
        "committee_meetings": _count("committee_meetings", "监委会会议（次）"),
        "inquiries_open": _standing("inquiries_open", "现有未结问查（项）"),
        "flags_open": _standing("flags_open", "现有未结红旗（面）"),
    },
}
MEASURES = {key: measure for section in SECTIONS.values() for key, measure in section.items()}
OF_PLACE = {
    "decided": "办结", "on_time": "按时率", "overdue": "超期", "satisfied": "满意率", "disclosures": "已公开",
    "duties_missing": "未公开", "whistles_open": "未销哨",
}  # fmt: skip
"""The few columns that a paper has room for."""
YEARLY = {
    "disclosures": "公开村（居）务（次）",
    "meetings": "议事会议（次）",
    "group_meetings": "村（居）民小组会议（次）",
    "committee_meetings": "监委会会议（次）",
    "deliberations": "开展协商（次）",
    "solved": "解决具体事项（项）",
}
"""As the yearly report of a place counts."""
