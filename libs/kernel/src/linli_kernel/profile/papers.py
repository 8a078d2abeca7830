"""What a county words itself on the papers it hands out.

A text names its facts between braces; a name that the paper does not know stops the start, so that no paper is ever handed out
with a brace in it.
"""

from __future__ import annotations

import string
from collections.abc import Iterable
from typing import Self

from pydantic import Field, model_validator

from linli_kernel.profile.base import Section, Standing

ISSUER_FACTS = frozenset({"body", "place", "window", "address", "hours", "phone", "complaint_phone"})
_CASE_FACTS = ISSUER_FACTS | {"applicant", "case_number", "matter", "applied_on"}
# What each notice knows of its case. A fact may be empty: a sentence that names it is then left out.
NOTICE_FACTS: dict[str, frozenset[str]] = {
    "acceptance_notice": _CASE_FACTS
    | {"accepted_on", "completeness", "deadline", "due_on", "provisional", "deferred", "legal_basis"},
    "supplement_notice": _CASE_FACTS | {"answer_by", "repeated_reason"},
    "not_accepted_notice": _CASE_FACTS | {"legal_basis", "remedy"},
    "decision": _CASE_FACTS | {"outcome", "facts", "legal_basis", "effective_on", "remedy"},
    "refusal_note": ISSUER_FACTS
    | {"applicant", "certificate", "asked_on", "competent_issuer", "legal_basis", "how", "remedy"},
}
CERTIFICATE_FACTS = frozenset(
    {"name", "sex", "birth_date", "identity_number", "address", "purpose", "village", "valid_until", "issued_on"}
)
PAPERS = frozenset({"receipt", "residence_certificate", "certificate", *NOTICE_FACTS})


def placeholders(text: str) -> set[str]:
    """The names between braces; ValueError for anything but plain names."""
    names = {name for _, name, spec, conversion in string.Formatter().parse(text) if name is not None}
    if strange := sorted(name for name in names if not name.isidentifier()):
        raise ValueError(f"a text takes plain names between braces, not {strange}")
    return names


def _unknown(texts: Iterable[str], known: Iterable[str]) -> list[str]:
    return sorted(set[str]().union(*(placeholders(text) for text in texts)) - set(known))


class CertificateText(Section):
    """What a certificate of the village says. Names between braces are filled in: those of `CERTIFICATE_FACTS`, or fields of
    the matter's form, which `fields` lists."""

    title: str = Field(min_length=1, max_length=40)
    paragraphs: tuple[str, ...] = Field(min_length=1, max_length=8)
    fields: tuple[str, ...] = ()
    standing: Standing

    @model_validator(mode="after")
    def _knows_its_facts(self) -> Self:
        if unknown := _unknown(self.paragraphs, CERTIFICATE_FACTS | set(self.fields)):
            raise ValueError(f"{self.title}: nothing is known of {unknown}")
        used = set[str]().union(*(placeholders(text) for text in self.paragraphs))
        if unused := set(self.fields) - used:
            raise ValueError(f"{self.title}: {sorted(unused)} are listed and not used")
        return self


class NoticeText(Section):
    """The paragraphs before and after what the case itself brings: things to supply, reasons, what was decided.

    A sentence ends with 。; one that names a fact which the case does not have is left out.
    """

    opening: tuple[str, ...] = Field(min_length=1, max_length=8)
    closing: tuple[str, ...] = Field(default=(), max_length=8)
    standing: Standing


class PaperTexts(Section):
    """`notes` stand on a kind of paper before the signature. `granted` takes {result}; what an officer writes goes before both."""

    remedy: str
    refusal_remedy: str
    granted: str
    refused: str
    checked: str
    verified_how: str
    notices: dict[str, NoticeText]
    notes: dict[str, str] = Field(default_factory=dict)
    certificates: dict[str, CertificateText] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known_papers(self) -> Self:
        if strange := sorted(set(self.notes) - PAPERS):
            raise ValueError(f"notes for papers that do not exist: {strange}")
        plain = [self.remedy, self.refusal_remedy, self.refused, self.verified_how, *self.notes.values()]
        filled = ((plain, ()), ([self.granted], ("result",)), ([self.checked], ("matter",)))
        if any(_unknown(texts, known) for texts, known in filled):
            raise ValueError("only `granted` is filled in, with {result}, and `checked`, with {matter}")
        return self

    @model_validator(mode="after")
    def _every_notice_is_worded(self) -> Self:
        if set(self.notices) != set(NOTICE_FACTS):
            raise ValueError(f"`notices` words exactly {sorted(NOTICE_FACTS)}")
        for kind, text in self.notices.items():
            if unknown := _unknown((*text.opening, *text.closing), NOTICE_FACTS[kind]):
                raise ValueError(f"notices.{kind}: nothing is known of {unknown}")
        return self
