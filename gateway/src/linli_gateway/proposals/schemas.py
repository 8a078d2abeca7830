"""Bodies and answers of what waits for a second administrator."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from linli_kernel.http import ApiModel
from pydantic import Field

from linli_gateway.posts.schemas import NewPost

State = Literal["waiting", "confirmed", "refused", "withdrawn"]


class AdminProposal(ApiModel):
    """A post that administers, or a new password or second factor of somebody who has one, until two agree."""

    id: UUID
    kind: Literal["posts", "password", "otp"]
    account_id: UUID
    username: str
    name: str
    tenant: str = Field(description="county that administers the account; `*` for the whole system")
    posts: list[NewPost] = Field(description="posts to be given; empty for the other kinds")
    state: State
    by: UUID
    by_name: str
    at: datetime
    decided_by: UUID | None
    decided_by_name: str | None
    decided_at: datetime | None
    reason: str | None
    version: int
    my_actions: list[Literal["confirm", "refuse", "withdraw"]] = Field(
        description="what the viewer may try; that two accounts are two people is seen to when it is confirmed"
    )


class AdminProposals(ApiModel):
    items: list[AdminProposal]
    next_cursor: str | None


class Confirmed(ApiModel):
    """`activation_code` is shown once: told to the person by whoever confirmed, as the password is by whoever proposed."""

    proposal: AdminProposal
    activation_code: str | None = Field(description="typed at the next sign-in besides the password; none for `otp`")


class RefusedProposal(ApiModel):
    reason: str = Field(min_length=1, max_length=300)
