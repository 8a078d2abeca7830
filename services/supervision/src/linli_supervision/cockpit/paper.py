"""The weekly report as a PDF: the week beside the one before, and a line for each place below; set in the one design of every paper."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from linli_kernel.documents import DocumentCompiler, resolve_font_dir
from msgspec import Struct

from linli_supervision.disclosures.wall import Issuer

TEMPLATES = Path(__file__).with_name("templates")
Figures = Mapping[str, Any]
Reading = Callable[[Figures], str]


class Line(Struct, frozen=True):
    name: str
    now: str
    before: str


class Section(Struct, frozen=True):
    name: str
    rows: list[Line]


class WeeklyReport(Struct, frozen=True, kw_only=True):
    issuer: Issuer
    title: str
    issued_at: datetime
    first: date
    last: date
    note: str
    sections: list[Section]
    head: list[str]
    places: list[list[str]]


def _count(name: str) -> Reading:
    return lambda figures: "—" if figures[name] is None else f"{figures[name]:,}"


def _rate(part: str, *whole: str) -> Reading:
    def read(figures: Figures) -> str:
        of = sum(figures[name] for name in whole)
        return f"{figures[part] / of:.1%}" if of else "—"

    return read


def _unrated(figures: Figures) -> str:
    return f"{figures['decided'] - figures['rated']:,}"


STANDING = frozenset({"in_work", "due_soon", "overdue", "duties_due", "duties_missing", "whistles_open", "flags_open"})
"""What stands today: nobody has kept how it stood a week ago."""
SECTIONS: Mapping[str, Mapping[str, tuple[str, Reading]]] = {
    "办件与时限": {
        "accepted": ("受理（件）", _count("accepted")),
        "decided": ("办结（件）", _count("decided")),
        "on_time": ("按时办结率", _rate("on_time", "decided")),
        "in_work": ("现有在办（件）", _count("in_work")),
        "due_soon": ("现有临期（件）", _count("due_soon")),
        "overdue": ("现有超期（件）", _count("overdue")),
    },
    "群众评价": {
        "satisfied": ("满意率", _rate("satisfied", "rated")),
        "unrated": ("未评价（件）", _unrated),
    },
    "村务公开与议事": {
        "disclosures": ("已公开（次）", _count("disclosures")),
        "duties_due": ("现有待公开（项）", _count("duties_due")),
        "duties_missing": ("现有逾期未公开（项）", _count("duties_missing")),
        "deliberations": ("发起议事（件）", _count("deliberations")),
        "meetings": ("议事会议（次）", _count("meetings")),
        "solved": ("议定并落实（件）", _count("solved")),
    },
    "吹哨与监督": {
        "whistles": ("吹哨（次）", _count("whistles")),
        "whistles_open": ("现有未销哨（件）", _count("whistles_open")),
        "response": ("报到及时率", _rate("response_met", "response_met", "response_missed")),
        "solution": ("办结及时率", _rate("solution_met", "solution_met", "solution_missed")),
        "committee_meetings": ("监委会会议（次）", _count("committee_meetings")),
        "flags_open": ("现有未结红旗（面）", _count("flags_open")),
    },
}
OF_PLACE = (("办结", "办件与时限", "decided"), ("按时率", "办件与时限", "on_time"), ("超期", "办件与时限", "overdue"),
    ("满意率", "群众评价", "satisfied"), ("已公开", "村务公开与议事", "disclosures"), ("未公开", "村务公开与议事", "duties_missing"),
    ("未销哨", "吹哨与监督", "whistles_open"))  # fmt: skip


@lru_cache(maxsize=2)
def compiler(font_dir: Path | None = None) -> DocumentCompiler:
    """Return the typesetter, made once per font folder (None: the project's own)."""
    return DocumentCompiler(TEMPLATES, resolve_font_dir(font_dir))


def weekly(shown: Mapping[str, Any], before: Figures) -> WeeklyReport:
    """Return the paper of an area's week; `shown` is its cockpit, `before` the figures of the week before."""
    now = shown["figures"]
    sections = [
        Section(
            name,
            [
                Line(label, read(now), "" if key in STANDING else read(before))
                for key, (label, read) in rows.items()
                if key != "flags_open" or now["flags_open"] is not None
            ],
        )
        for name, rows in SECTIONS.items()
    ]
    return WeeklyReport(
        issuer=Issuer(shown["name"] or shown["division"]),
        title="治理周报",
        issued_at=shown["as_of"],
        first=shown["first"],
        last=shown["last"],
        note="" if shown["registry"] else "登记库暂时无法连接，地名以区划代码代替。",
        sections=sections,
        head=["地方", *(title for title, _, _ in OF_PLACE)],
        places=[
            [
                place["name"] or place["division"],
                *(SECTIONS[group][key][1](place["figures"]) for _, group, key in OF_PLACE),
            ]
            for place in shown["below"]
        ],
    )


async def pdf(paper: WeeklyReport, font_dir: Path | None) -> bytes:
    return await compiler(font_dir).render_in_thread("weekly_report", paper, created_at=paper.issued_at)
