"""Answers about the log."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from linli_kernel.http import ApiModel
from pydantic import Field


class LogKey(ApiModel):
    """The public key of a log."""

    origin: str
    key_id: str = Field(description="hexadecimal, four bytes")
    public_key: str = Field(description="Ed25519, base64")
    verifier_key: str = Field(description="`<name>+<id>+<base64>` as C2SP signed-note spells it")


class LogProof(ApiModel):
    """Hashes in base64, nearest first, as RFC 6962 orders them."""

    proof: list[str]
    root: str = Field(description="root of the tree of `size`, base64")
    size: int
    checkpoint: str | None = Field(description="the signed note of exactly this size, when there is one")


class InclusionProof(LogProof):
    index: int
    leaf_hash: str


class ConsistencyProof(LogProof):
    first: int


class Actor(ApiModel):
    id: UUID
    name: str | None = Field(description="null when the account is not known (any more)")


class EntryBrief(ApiModel):
    """One act or event. What concerns people is null once it was erased."""

    index: int
    id: str = Field(description="`<source>:<number>`")
    time: datetime
    source: str
    source_seq: int
    action: str
    role: str
    division: str
    outcome: str
    kind: Literal["act", "event"] | None
    actor: Actor | None
    object_kind: str | None
    object_id: str | None
    case_id: str | None
    people: list[str] | None
    purpose: str | None
    detail: dict[str, Any] | None
    signed: bool = Field(description="covered by the newest checkpoint")


class EntryPage(ApiModel):
    items: list[EntryBrief]
    next_cursor: str | None
    size: int = Field(description="entries under the newest checkpoint")


class EntryFull(EntryBrief):
    """With everything needed to recompute the leaf hash: SHA-256(0x00 ‖ leaf)."""

    leaf: str = Field(description="the leaf's bytes, base64")
    leaf_hash: str = Field(description="base64")
    salt: str | None = Field(description="base64; null once it was destroyed")
    content: str | None = Field(description="what was delivered, canonical JSON, base64; null once it was destroyed")
