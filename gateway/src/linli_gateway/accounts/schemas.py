"""Bodies and answers of accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from linli_kernel.http import ApiModel
from pydantic import Field

from linli_gateway.accounts.domain import USERNAME
from linli_gateway.posts.schemas import NewPost, PostRecord
from linli_gateway.proposals.schemas import AdminProposal

Locale = Literal["zh-CN", "en"]
Password = Field(min_length=1, max_length=256)


class NewAccount(ApiModel):
    """The initial password has to be changed at the first sign-in."""

    username: str = Field(
        pattern=f"^{USERNAME.pattern}$", max_length=64, description="lower case, `role.division` by custom"
    )
    name: str = Field(min_length=1, max_length=60, description="as colleagues see it")
    tenant: str | None = Field(None, max_length=20, description="county that administers it; `*` for the whole system")
    password: str = Password
    locale: Locale = "zh-CN"
    posts: list[NewPost] = Field(default_factory=list, max_length=20)


class AccountChange(ApiModel):
    name: str | None = Field(None, min_length=1, max_length=60)
    locale: Locale | None = None


class ResetPassword(ApiModel):
    """A password chosen by the administrator; it has to be changed at the next sign-in."""

    password: str = Password


class AccountOut(ApiModel):
    id: UUID
    username: str
    name: str
    tenant: str
    state: Literal["active", "disabled"]
    locale: str
    must_change_password: bool
    password_changed_at: datetime
    otp_enabled: bool
    activation_pending: bool = Field(description="the next sign-in needs the code of the second administrator")
    posts: list[PostRecord]
    proposals: list[AdminProposal] = Field(description="what waits for a second administrator")
    version: int
    created_at: datetime
    updated_at: datetime


class Accounts(ApiModel):
    items: list[AccountOut]
    next_cursor: str | None


class Ended(ApiModel):
    ended: int = Field(description="how many sessions were ended")


class OwnPassword(ApiModel):
    current_password: str = Password
    new_password: str = Password


class OtpSecret(ApiModel):
    """Shown once; put into use by `confirm`."""

    secret: str
    uri: str = Field(description="`otpauth:` address for a QR code")


class OtpCode(ApiModel):
    otp: str = Field(pattern=r"^\d{6}$")


class RecoveryCodes(ApiModel):
    """Shown once; each is good for one sign-in without the authenticator."""

    recovery_codes: list[str]


class OtpRemoval(ApiModel):
    password: str = Password
    otp: str = Field(min_length=6, max_length=32, description="code of the authenticator, or a recovery code")


class OwnChange(ApiModel):
    locale: Locale


class AccountName(ApiModel):
    id: UUID
    name: str
    username: str


class Colleague(ApiModel):
    """Somebody at the same desk; `title` is that of the post."""

    id: UUID
    name: str
    role: str
    title: str


class Colleagues(ApiModel):
    items: list[Colleague]


class AccountNames(ApiModel):
    items: list[AccountName]
