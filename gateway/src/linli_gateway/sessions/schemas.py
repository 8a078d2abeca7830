"""Bodies and answers of signing in."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from linli_kernel.http import ApiModel
from pydantic import Field, model_validator

ClientKind = Literal["web", "mobile"]


class SignIn(ApiModel):
    """Either `username` and `password`, or `phone` and `code` for residents."""

    username: str | None = Field(None, min_length=1, max_length=64)
    password: str | None = Field(None, min_length=1, max_length=256)
    otp: str | None = Field(
        None, min_length=1, max_length=32, description="code of the authenticator, or a recovery code"
    )
    activation_code: str | None = Field(
        None,
        min_length=1,
        max_length=32,
        description="from the second administrator, once (401 `auth.activation_required`); send `new_password` with it",
    )
    new_password: str | None = Field(
        None,
        min_length=1,
        max_length=256,
        description="replaces an initial or expired password (403 `auth.password_change_required`)",
    )
    phone: str | None = Field(None, pattern=r"^1[3-9]\d{9}$")
    code: str | None = Field(None, pattern=r"^\d{6}$")
    identity_tail: str | None = Field(
        None,
        pattern=r"^[0-9A-Za-z]{4}$",
        description="end of the own document number, where several people have the phone (401 `auth.who_needed`)",
    )
    post_id: UUID | None = Field(None, description="post to begin with; otherwise the last one used")
    client: ClientKind = Field("web", description="`mobile` gets the refresh token in the body instead of a cookie")

    @model_validator(mode="after")
    def _one_way(self) -> SignIn:
        staff = self.username is not None and self.password is not None
        resident = self.phone is not None and self.code is not None
        mixed = (self.username or self.password or self.otp or self.new_password or self.activation_code) and (
            self.phone or self.code
        )
        if staff == resident or mixed or (staff and self.identity_tail):
            raise ValueError("请提供用户名和密码，或手机号和验证码|give username and password, or phone and code")
        return self


class Refresh(ApiModel):
    """Only for clients without cookies."""

    refresh_token: str | None = Field(None, min_length=1, max_length=200)


class ChoosePost(ApiModel):
    post_id: UUID
    tenant: str | None = Field(None, max_length=20, description="county, for a post that reaches several")


class CountyOut(ApiModel):
    """A county by its key, with the six digits of its code today; none for the whole system."""

    tenant: str
    name: str
    division: str


class PostOut(ApiModel):
    """One post; `tenants` are the counties it reaches."""

    id: UUID
    role: str
    title: str
    tenants: list[CountyOut]
    divisions: list[str]
    grids: list[UUID]
    department: str | None


class UserOut(ApiModel):
    id: UUID
    name: str
    username: str | None
    locale: str
    posts: list[PostOut]
    post_id: UUID = Field(description="the post that the token is for")
    tenant: str = Field(description="the county that the token is for; `*` for the whole system")
    otp_enabled: bool


class SignedIn(ApiModel):
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the type's name
    expires_in: int = Field(description="seconds")
    refresh_token: str | None = Field(None, description="only for `client: mobile`")
    user: UserOut


class PostChosen(ApiModel):
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105
    expires_in: int
    user: UserOut


class OnlineSession(ApiModel):
    id: UUID
    account_id: UUID
    username: str | None
    name: str
    role: str | None
    title: str | None
    county: str
    client: str
    source: str
    user_agent: str
    started_at: datetime
    last_seen_at: datetime
    current: bool = Field(description="the session of this request")


class OnlineSessions(ApiModel):
    items: list[OnlineSession]
    next_cursor: str | None
