"""The extract as a file. Additive only: verifiers out there read it."""

from datetime import datetime
from typing import Any, Literal

from linli_kernel.http import ApiModel
from pydantic import Field


class ExtractLog(ApiModel):
    origin: str
    verifier_key: str
    public_key: str = Field(description="Ed25519, base64")


class ExtractEntry(ApiModel):
    """The entry in words and in the bytes that it is hashed from."""

    index: int
    id: str
    time: datetime
    source: str
    source_seq: int
    action: str
    role: str
    division: str
    outcome: str
    kind: str | None
    object_kind: str | None
    object_id: str | None
    case_id: str | None
    purpose: str | None
    detail: dict[str, Any] | None
    leaf: str
    leaf_hash: str
    salt: str | None
    content: str | None


class ExtractProof(ApiModel):
    size: int
    proof: list[str]
    root: str


class ExtractWitness(ApiModel):
    name: str
    title: str
    verifier_key: str


class ExtractFile(ApiModel):
    """Everything needed to check one entry without any connection."""

    format: Literal["linli-ledger-extract/v1"]
    made_at: datetime
    log: ExtractLog
    entry: ExtractEntry
    erased_by: int | None = Field(
        description="entry that says that content was erased; null too where it is still there"
    )
    inclusion: ExtractProof
    checkpoint: str = Field(description="C2SP note with the cosignatures")
    witnesses: list[ExtractWitness]
    explanation: list[str]
