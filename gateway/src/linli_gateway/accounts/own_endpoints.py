"""What people do with their own account: see it, change the password, use a second factor."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from linli_kernel.database import Tx
from linli_kernel.http import ServiceRouter, current_tx, match_version, reads
from linli_kernel.identity import ANY_TENANT, Viewer
from linli_kernel.permissions import require

from linli_gateway.accounts import repository, service
from linli_gateway.accounts.errors import AccountNotFound, WrongOtp
from linli_gateway.accounts.schemas import OtpCode, OtpRemoval, OtpSecret, OwnChange, OwnPassword, RecoveryCodes
from linli_gateway.parts import Parts, get_parts
from linli_gateway.policy import POLICY, Permission
from linli_gateway.posts import repository as posts
from linli_gateway.second_factor import service as second_factor
from linli_gateway.sessions.issue import user_out
from linli_gateway.sessions.schemas import UserOut

router = ServiceRouter(prefix="/api/auth/v1/me", tags=["own account"])

InParts = Annotated[Parts, Depends(get_parts)]
InTx = Annotated[Tx, Depends(current_tx)]
Me = Annotated[Viewer, Depends(require(POLICY, Permission.ACCOUNT_OWN))]


@router.get("")
async def get_me(response: Response, viewer: Me, parts: InParts) -> UserOut:
    """The person behind the token, with all posts. `ETag` is the version for changes."""
    async with parts.database.transaction(ANY_TENANT, viewer) as tx:
        account = await repository.get(tx, viewer.subject)
        if account is None or viewer.post is None:
            raise AccountNotFound
        held = await posts.open_posts(tx, viewer.subject)
    response.headers["etag"] = f'"{account["version"]}"'
    return user_out(parts, account, held, UUID(viewer.post), viewer.tenant)


@router.patch("")
async def patch_me(
    body: OwnChange,
    response: Response,
    viewer: Me,
    tx: InTx,
    parts: InParts,
    version: Annotated[int, Depends(match_version)],
) -> UserOut:
    """Choose the language of the screens."""
    await repository.change(tx, viewer.subject, {"locale": body.locale}, version=version)
    account = await service.own(tx, viewer)
    response.headers["etag"] = f'"{account["version"]}"'
    held = await posts.open_posts(tx, viewer.subject)
    return user_out(parts, account, held, UUID(viewer.post) if viewer.post else viewer.subject, viewer.tenant)


@router.put("/password", status_code=204)
async def put_password(body: OwnPassword, viewer: Me, tx: InTx, parts: InParts) -> None:
    """Change the own password. Sessions on other devices end."""
    await service.change_own_password(tx, parts, viewer, body)


@router.post("/otp-secret", status_code=201)
@reads
async def post_otp_secret(response: Response, viewer: Me, parts: InParts) -> OtpSecret:
    """Make a second factor's secret. It counts once `confirm` has shown that the authenticator knows it."""
    response.headers["cache-control"] = "no-store"
    # A transaction of its own: the route's would keep the secret for a repeated Idempotency-Key.
    async with parts.database.transaction(ANY_TENANT, viewer) as tx:
        secret, uri = await second_factor.begin(tx, parts, await service.own(tx, viewer))
    return OtpSecret(secret=secret, uri=uri)


@router.post("/otp-secret/confirm")
@reads
async def confirm_otp_secret(body: OtpCode, response: Response, viewer: Me, parts: InParts) -> RecoveryCodes:
    """Put the second factor into use with one code of the authenticator; answers the recovery codes, once."""
    response.headers["cache-control"] = "no-store"
    async with parts.database.transaction(ANY_TENANT, viewer) as tx:
        codes = await second_factor.confirm(tx, parts, await service.own(tx, viewer), body.otp)
    return RecoveryCodes(recovery_codes=codes)


@router.post("/otp-secret/remove", status_code=204)
async def remove_otp_secret(body: OtpRemoval, viewer: Me, tx: InTx, parts: InParts) -> None:
    """Give the second factor up, with the password and one code."""
    async with parts.database.transaction(ANY_TENANT, viewer) as reading:
        row = await repository.get(reading, viewer.subject)
    if row is None:
        raise AccountNotFound
    await service.prove(parts, row, body.password, "/password")
    account = await service.own(tx, viewer)
    if account["otp_secret"] is None or not await second_factor.accept(tx, parts, account, body.otp):
        raise WrongOtp
    await second_factor.remove(tx, viewer.subject)
