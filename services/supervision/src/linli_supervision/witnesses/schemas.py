"""Answers about witnesses and checkpoints."""

from datetime import datetime
from typing import Annotated, Literal

from linli_kernel.http import ApiModel
from pydantic import Field, StringConstraints

from linli_supervision.witnesses.domain import WitnessKind


class Cosigner(ApiModel):
    name: str
    title: str
    kind: WitnessKind
    time: datetime = Field(description="when the witness says it saw the checkpoint")


class CheckpointShown(ApiModel):
    """A signed checkpoint with everything that vouches for it."""

    size: int
    root: str = Field(description="base64")
    time: datetime
    note: str = Field(description="C2SP note: the log's signature and the cosignatures")
    cosigned_by: list[Cosigner]


class CheckpointPage(ApiModel):
    items: list[CheckpointShown]
    next_cursor: str | None


class WitnessShown(ApiModel):
    """`silent`: the log grew and it has not signed for ten minutes; `waiting`: it has not signed anything yet."""

    id: str = Field(description="key id, hexadecimal")
    name: str
    verifier_key: str = Field(description="`<name>+<id>+<base64>`, type 4: C2SP cosignature/v1")
    title: str
    kind: WitnessKind
    since: datetime
    retired_at: datetime | None
    version: int
    size: int | None = Field(description="the largest checkpoint that it signed")
    signed_at: datetime | None
    note: str | None = Field(description="that checkpoint as the log and this witness signed it")
    state: Literal["well", "waiting", "silent", "retired"]


class WitnessList(ApiModel):
    items: list[WitnessShown]
    next_cursor: str | None = None


class NewWitness(ApiModel):
    """`linli witness init` prints the key; title is what people see."""

    verifier_key: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=300)]
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60)]
    kind: WitnessKind
