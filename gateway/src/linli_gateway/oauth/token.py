"""The token endpoint: RFC 6749 client credentials, for partners and for our own services.

Answers and errors have the form of RFC 6749 §5, not of the rest of the API, because foreign libraries read them.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus

from fastapi import Request
from linli_kernel.http import fast_json
from linli_kernel.identity import ANY_TENANT
from linli_kernel.tokens import LIFETIME_SECONDS
from starlette.responses import Response

from linli_gateway.attempts.domain import BY_NAME, BY_SOURCE, source_of
from linli_gateway.attempts.service import Charge, charge_all, key, refund_all
from linli_gateway.oauth import repository
from linli_gateway.parts import Parts, Visitor
from linli_gateway.records import repository as records
from linli_gateway.sessions import tokens
from linli_gateway.sessions.errors import TooManyAttempts

NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}
MAX_FORM_BYTES = 8192


class TokenError(Exception):
    """An error of RFC 6749 §5.2."""

    def __init__(self, error: str, description: str, *, status: int = 400, retry_after: int | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status
        self.retry_after = retry_after

    def response(self) -> Response:
        headers = dict(NO_STORE)
        if self.status == 401:
            headers["www-authenticate"] = 'Basic realm="linli", charset="UTF-8"'
        if self.retry_after is not None:
            headers["retry-after"] = str(self.retry_after)
        body = {"error": self.error, "error_description": self.description}
        return fast_json(body, status=self.status, headers=headers)


@dataclass(frozen=True, slots=True)
class Credentials:
    client_id: str
    secret: str


async def answer(request: Request, parts: Parts, visitor: Visitor) -> Response:
    """Answer one token request."""
    try:
        form = await _form(request)
        credentials = _credentials(request.headers.get("authorization"), form)
        if "grant_type" not in form:
            raise TokenError("invalid_request", "grant_type is missing")
        if form["grant_type"] != "client_credentials":
            raise TokenError("unsupported_grant_type", "only client_credentials is supported")
        body = await _issue(parts, visitor, credentials, form.get("scope"))
        return fast_json(body, headers=NO_STORE)
    except TokenError as error:
        return error.response()


async def _form(request: Request) -> dict[str, str]:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/x-www-form-urlencoded":
        raise TokenError("invalid_request", "the body must be application/x-www-form-urlencoded")
    raw = await request.body()
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, strict_parsing=bool(raw), max_num_fields=20)
    except ValueError as error:
        raise TokenError("invalid_request", "the form cannot be read") from error
    form = dict(pairs)
    if len(raw) > MAX_FORM_BYTES or len(form) != len(pairs):
        raise TokenError("invalid_request", "a parameter is repeated or the form is too long")
    return form


def _credentials(authorization: str | None, form: dict[str, str]) -> Credentials:
    """Read HTTP Basic (§2.3.1) or the form; both at once are an error."""
    in_form = "client_secret" in form
    if authorization is None:
        if not in_form or "client_id" not in form:
            raise TokenError("invalid_client", "client authentication is missing", status=401)
        return Credentials(form["client_id"], form["client_secret"])
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic" or in_form:
        raise TokenError("invalid_request", "use one way of client authentication")
    try:
        client_id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise TokenError("invalid_client", "the Authorization header cannot be read", status=401) from error
    if not colon:
        raise TokenError("invalid_client", "the Authorization header cannot be read", status=401)
    return Credentials(unquote_plus(client_id), unquote_plus(secret))


async def _issue(parts: Parts, visitor: Visitor, given: Credentials, scope: str | None) -> dict[str, object]:
    own = parts.settings.service_clients.get(given.client_id)
    if own is not None:
        # Our own services are many requests from one machine: a long random secret needs no growing delay.
        if not hmac.compare_digest(own.get_secret_value().encode(), given.secret.encode()):
            raise TokenError("invalid_client", "unknown client or wrong secret", status=401)
        return _body(parts.keys.sign(tokens.of_service(given.client_id, parts.clock.now())), "")
    return await _issue_to_partner(parts, visitor, given, scope)


async def _issue_to_partner(parts: Parts, visitor: Visitor, given: Credentials, scope: str | None) -> dict[str, object]:
    source = source_of(visitor.address)
    own_key = key("client", given.client_id, source)
    charges = [Charge(own_key, BY_NAME), Charge(key("source", source), BY_SOURCE)]
    try:
        await charge_all(parts.database, charges)
    except TooManyAttempts as slow:
        raise TokenError(
            "invalid_client", "too many attempts", status=429, retry_after=slow.retry_after_seconds
        ) from slow
    async with parts.database.transaction(ANY_TENANT) as tx:
        # NUL cannot be stored, so no client has it in its id.
        client = None if "\x00" in given.client_id else await repository.by_client_id(tx, given.client_id)
    right = await parts.passwords.verify(client["secret_hash"] if client else None, given.secret)
    if not right or client is None or client["state"] != "active":
        raise TokenError("invalid_client", "unknown client or wrong secret", status=401)
    granted = _granted(client["scopes"], scope)
    async with parts.database.transaction(ANY_TENANT) as tx:
        await repository.used(tx, client["id"])
        await records.signed_in(tx, visitor, method="client", outcome="ok")
    await refund_all(parts.database, charges, forget=[own_key])
    claims = tokens.of_client(
        client_id=client["id"],
        name=client["name"],
        session_id=client["sid"],
        tenant=client["county"],
        divisions=client["divisions"],
        scope=granted,
        now=parts.clock.now(),
    )
    return _body(parts.keys.sign(claims), " ".join(granted))


def _granted(allowed: list[str], wanted: str | None) -> list[str]:
    if wanted is None or not wanted.strip():
        return list(allowed)
    scopes = wanted.split(" ")
    if not set(scopes) <= set(allowed):
        raise TokenError("invalid_scope", "a scope is unknown or not granted to this client")
    return scopes


def _body(token: str, scope: str) -> dict[str, object]:
    return {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_SECONDS, "scope": scope}
