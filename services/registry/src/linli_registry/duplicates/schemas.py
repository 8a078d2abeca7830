"""Bodies and answers of the duplicate routes."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from linli_kernel.http import ApiModel
from pydantic import Field, StringConstraints

from linli_registry.residents.schemas import DivisionPrefix, Resident, ResidentBrief

Reason = Annotated[str, StringConstraints(min_length=1, max_length=200)]
MergedField = Literal[
    "name", "document_kind", "identity_number", "sex", "birth_date", "phone", "bank_account", "ethnic_group",
    "education", "marriage", "political_status", "hukou_division", "presence",
]  # fmt: skip
PairState = Literal["open", "dismissed", "merged"]


class ScanRequest(ApiModel):
    """Look through an area of yours, or all of it. The other person of a pair may live anywhere in the county."""

    division: DivisionPrefix | None = None


class JobAccepted(ApiModel):
    id: UUID
    href: str


class Pair(ApiModel):
    """Two records that may be one person. `score` is 0–100; `reasons` are codes, strongest first."""

    id: UUID
    score: int
    reasons: list[str]
    state: PairState
    source: str
    found_at: datetime
    decided_at: datetime | None
    decided_by: UUID | None
    decision_reason: str | None
    a: ResidentBrief
    b: ResidentBrief
    version: int


class PairPage(ApiModel):
    """`waiting` counts the open pairs of your area, up to 1,000."""

    items: list[Pair]
    next_cursor: str | None
    waiting: int


class Difference(ApiModel):
    """One field side by side, masked as the viewer sees it; `same` compares the whole values."""

    field: str
    a: str | None
    b: str | None
    same: bool
    mergeable: bool


class Comparison(ApiModel):
    """Two people side by side with what differs, and what hangs on each."""

    pair: Pair | None
    a: Resident
    b: Resident
    differences: list[Difference]


class CompareRequest(ApiModel):
    a: UUID
    b: UUID


class Dismissal(ApiModel):
    reason: Reason


class MergeRequest(ApiModel):
    """`absorbed_id` becomes part of `kept_id`. Fields in `from_absorbed` come from the absorbed record, as do fields that
    the kept one lacks. `home` says whose household counts where both have one."""

    kept_id: UUID
    absorbed_id: UUID
    from_absorbed: Annotated[list[MergedField], Field(max_length=20, default_factory=list)]
    home: Literal["kept", "absorbed"] = "kept"
    reason: Reason


class Undoing(ApiModel):
    reason: Reason


class Merge(ApiModel):
    """A merge; `fields` of the kept record changed with it. It stands while `undone_at` is null."""

    id: UUID
    kept_id: UUID
    absorbed_id: UUID
    division: str
    at: datetime
    actor: UUID
    reason: str
    fields: dict[str, Any]
    undone_at: datetime | None
    undone_by: UUID | None
    undo_reason: str | None


class MergeView(Merge):
    """A merge with both records as they are now; the absorbed one keeps what it had."""

    kept: Resident
    absorbed: Resident


class MergeBrief(Merge):
    """A merge in a list: whose records they are, as the viewer may see the names; null out of the viewer's area."""

    division_name: str | None
    kept_name: str | None
    absorbed_name: str | None


class MergePage(ApiModel):
    items: list[MergeBrief]
    next_cursor: str | None


class Elsewhere(ApiModel):
    """The same identity number in another county of the prefecture: where and how, nothing else."""

    county: str
    county_name: str
    presence: str


class ElsewhereList(ApiModel):
    items: list[Elsewhere]
    next_cursor: str | None = None
