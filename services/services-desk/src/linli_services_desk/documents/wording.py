"""The sentences of a notice: the place's own words, filled with the facts of the paper.

What a notice knows is `NOTICE_FACTS` of the profile; a sentence that names a fact which this paper does not have is left out,
so that no paper says 请于前补正.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec
from linli_kernel.profile.papers import NOTICE_FACTS, PaperTexts, placeholders

from linli_services_desk.documents.papers import (
    AcceptanceNotice,
    Decision,
    DocumentKind,
    NotAcceptedNotice,
    Paper,
    Worded,
)

_SENTENCE = re.compile(r"[^。]+。?")


def worded(kind: DocumentKind, paper: Paper, texts: PaperTexts) -> Paper:
    """The paper with the place's sentences; a paper that has its words, or takes none, comes back as it is."""
    if not isinstance(paper, Worded) or paper.opening:
        return paper
    text, facts = texts.notices[kind.value], _facts(kind, paper)
    opening, closing = tuple(_filled(text.opening, facts)), tuple(_filled(text.closing, facts))
    return msgspec.structs.replace(paper, opening=opening, closing=closing)


def written_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _filled(paragraphs: Iterable[str], facts: Mapping[str, str]) -> Iterator[str]:
    for paragraph in paragraphs:
        said = [one for one in _SENTENCE.findall(paragraph) if all(facts[name] for name in placeholders(one))]
        if said:
            yield "".join(said).format_map(facts)


def _facts(kind: DocumentKind, paper: Worded) -> dict[str, str]:
    own: dict[str, Any] = {**msgspec.structs.asdict(paper.issuer), **msgspec.structs.asdict(paper)}
    own["applicant"] = own["applicant"].name
    if isinstance(paper, Decision):
        own["outcome"] = "准予" if paper.approved else "不予"
    if isinstance(paper, AcceptanceNotice):
        own |= _of_acceptance(paper)
    elif isinstance(paper, Decision | NotAcceptedNotice):
        # The sentence that decides names the basis; a matter without one must not lose it.
        own["legal_basis"] = paper.legal_basis or "有关规定"
    return {name: _printed(own[name]) for name in NOTICE_FACTS[kind.value]}


def _of_acceptance(paper: AcceptanceNotice) -> dict[str, Any]:
    owed = [one.name + (f"（请于{written_day(one.promised)}前补交）" if one.promised else "") for one in paper.deferred]
    return {
        "completeness": "基本齐全" if owed else "齐全",
        "deferred": "；".join(owed),
        "provisional": "暂定" if paper.deadline_provisional else "",
        # The phrase of the limit often says the day itself.
        "due_on": None if "办结" in paper.deadline else paper.due_on,
    }


def _printed(value: Any) -> str:
    return written_day(value) if isinstance(value, date) else str(value or "")
