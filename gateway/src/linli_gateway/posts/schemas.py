"""Bodies and answers of posts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from linli_kernel.http import ApiModel
from linli_kernel.identity import Role
from pydantic import Field

Division = Annotated[
    str, Field(pattern=r"^\d{4}(\d{2}|\d{5}|\d{8})?$", description="prefix of a division code: 4, 6, 9 or 12 digits")
]
Tenant = Annotated[str, Field(pattern=r"^(\*|[a-z0-9]{2,20})$")]


class NewPost(ApiModel):
    """Under which role, where, and with which title."""

    role: Role
    tenants: list[Tenant] = Field(min_length=1, max_length=40, description="counties; only an auditor may have several")
    divisions: list[Division] = Field(default_factory=list, max_length=40)
    grids: list[UUID] = Field(default_factory=list, max_length=200)
    department: str | None = Field(None, min_length=1, max_length=60)
    title: str = Field(min_length=1, max_length=60)


class PostChange(ApiModel):
    divisions: list[Division] | None = Field(None, max_length=40)
    grids: list[UUID] | None = Field(None, max_length=200)
    department: str | None = Field(None, min_length=1, max_length=60)
    title: str | None = Field(None, min_length=1, max_length=60)


class PostRecord(ApiModel):
    """A post as administration sees it."""

    id: UUID
    account_id: UUID
    role: Role
    tenants: list[str]
    divisions: list[str]
    grids: list[UUID]
    department: str | None
    title: str
    version: int
    created_at: datetime
