"""Bodies and answers of partners' clients."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from linli_kernel.http import ApiModel
from pydantic import Field

from linli_gateway.posts.schemas import Division

Scope = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]{0,63}$")]
# 128 random bits in base64 are 22 signs; whoever makes the secret keeps it, we keep only its hash.
Secret = Annotated[str, Field(min_length=22, max_length=128, pattern=r"^[!-~]+$")]


class NewClient(ApiModel):
    """The secret is made by the caller and never answered again."""

    client_id: str = Field(pattern=r"^[a-z][a-z0-9-]{2,40}$")
    name: str = Field(min_length=1, max_length=60)
    secret: Secret
    tenant: str = Field(max_length=20)
    divisions: list[Division] = Field(min_length=1, max_length=40)
    scopes: list[Scope] = Field(max_length=50)


class ClientChange(ApiModel):
    name: str | None = Field(None, min_length=1, max_length=60)
    divisions: list[Division] | None = Field(None, min_length=1, max_length=40)
    scopes: list[Scope] | None = Field(None, max_length=50)
    secret: Secret | None = None
    state: Literal["active", "disabled"] | None = None


class ClientOut(ApiModel):
    id: UUID
    client_id: str
    name: str
    tenant: str
    divisions: list[str]
    scopes: list[str]
    state: Literal["active", "disabled"]
    version: int
    created_at: datetime
    last_used_at: datetime | None


class Clients(ApiModel):
    items: list[ClientOut]
    next_cursor: str | None
