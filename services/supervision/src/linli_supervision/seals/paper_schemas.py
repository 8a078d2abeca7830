"""Bodies and answers about seals of rubber: what is stamped, envelopes, photographs, incidents."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from linli_kernel.http import ApiModel
from pydantic import Field, StringConstraints, model_validator

EnvelopeNumber = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=40, pattern=r"^[\w\s〔〕（）()\[\]第号/.—-]+$"),
]
Count = Annotated[int, Field(ge=0, le=999)]
PhotographMoment = Literal["opening", "closing", "anew"]
IncidentKind = Literal["broken", "missing", "other_number", "overdue", "excess", "disputed", "key_lost"]


class DocumentToStamp(ApiModel):
    """A paper of a case that waits for its seal is named by `document_id` with its case, and bears its own title."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)] | None = None
    copies: Annotated[int, Field(ge=1, le=999)]
    impressions: Annotated[int, Field(ge=1, le=999, description="how often the seal is to be pressed, in all copies")]
    case_id: UUID | None = None
    document_id: UUID | None = None

    @model_validator(mode="after")
    def _named(self) -> DocumentToStamp:
        if self.document_id is not None and self.case_id is None:
            raise ValueError("请同时给出文书所属的办件|name the case of the document too")
        if self.document_id is None and self.title is None:
            raise ValueError("请填写文书名称|give the document a title")
        return self


class PaperRequest(ApiModel):
    purpose: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
    documents: list[DocumentToStamp] = Field(min_length=1, max_length=20)

    @model_validator(mode="after")
    def _each_once(self) -> PaperRequest:
        named = [one.document_id for one in self.documents if one.document_id is not None]
        if len(set(named)) != len(named):
            raise ValueError("同一份文书只填一行|each document of a case stands on one line")
        return self


class Unsealing(ApiModel):
    """What the custodians find before they open: anything but the whole envelope under its number ends the use."""

    condition: Literal["whole", "broken", "missing"]
    number: EnvelopeNumber | None = Field(None, description="as it is read from the envelope; none when it is missing")


class StampedLine(ApiModel):
    line: Annotated[int, Field(ge=1, le=20)]
    copies: Count
    impressions: Count


class Reclosing(ApiModel):
    number: EnvelopeNumber = Field(description="of the new envelope")
    documents: list[StampedLine] = Field(min_length=1, max_length=20, description="every line of the request, once")


class StampedDocument(ApiModel):
    """`…_made` once the seal was closed in again."""

    line: int
    title: str
    case_id: UUID | None
    document_id: UUID | None = Field(description="the paper of the case that waits for this seal")
    void_at: datetime | None = Field(description="since when the paper is void: it must not be stamped")
    copies: int
    impressions: int
    copies_made: int | None
    impressions_made: int | None


class SealPhotograph(ApiModel):
    id: UUID
    moment: PhotographMoment
    media_type: str
    size: int
    sha256: str
    by_name: str
    at: datetime


class SealIncident(ApiModel):
    """`by_name` is empty when the clock found it; `expected` and `found` are numbers of envelopes."""

    id: UUID
    use_id: UUID
    kind: IncidentKind
    sequence: int
    expected: str
    found: str
    by_name: str
    at: datetime


class PaperUse(ApiModel):
    """The part of a use that a seal of rubber has: `reclose_by` is when the record must be signed at the latest."""

    documents: list[StampedDocument]
    photographs: list[SealPhotograph] = Field(description="of the present opening")
    incidents: list[SealIncident]
    opened_number: str | None
    closed_number: str | None
    unsealed_at: datetime | None
    reclosed_at: datetime | None
    reclose_by: datetime | None
    overdue: bool


class Envelope(ApiModel):
    """One link of a seal's chain. `follows`: it was closed by the use that opened the one before, or anew after an incident."""

    sequence: int
    number: str
    cause: Literal["first", "use", "anew"]
    closed_at: datetime
    closed_by: UUID | None
    by_name: str
    opened_at: datetime | None
    opened_by: UUID | None
    purpose: str | None = Field(description="of the use that opened it")
    photograph_id: UUID
    follows: bool


class EnvelopePage(ApiModel):
    items: list[Envelope]
    next_cursor: str | None


class IncidentPage(ApiModel):
    items: list[SealIncident]
    next_cursor: str | None


class SealEnvelope(ApiModel):
    """Where a seal of rubber lies: `doubtful` after an incident, until committee or township has closed it in anew."""

    state: Literal["none", "closed", "open", "doubtful"]
    sequence: int
    number: str | None
    closed_at: datetime | None
    may_close: bool = Field(description="you may close it into its first envelope, or anew after an incident")
