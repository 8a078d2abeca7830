"""The weekly report as a PDF: the week beside the one before, and a line for each place below; set in the one design of every paper."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from linli_kernel.documents import DocumentCompiler, resolve_font_dir
from msgspec import Struct

from linli_supervision.cockpit.measures import MEASURES, OF_PLACE, SECTIONS, Figures
from linli_supervision.disclosures.wall import Issuer

TEMPLATES = Path(__file__).with_name("templates")


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
                Line(one.name, one.said(now), "" if one.standing else one.said(before))
                for key, one in rows.items()
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
        head=["地方", *OF_PLACE.values()],
        places=[
            [place["name"] or place["division"], *(MEASURES[key].said(place["figures"]) for key in OF_PLACE)]
            for place in shown["below"]
        ],
    )


async def pdf(paper: WeeklyReport, font_dir: Path | None) -> bytes:
    return await compiler(font_dir).render_in_thread("weekly_report", paper, created_at=paper.issued_at)
