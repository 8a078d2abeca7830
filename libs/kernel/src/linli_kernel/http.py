"""What every route shares: strict input, one transaction per command, idempotent retries, quick JSON.

A command's transaction is committed before the answer leaves; any failure leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Header, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, model_validator
from sqlalchemy import text
from starlette.responses import Response

from .database import Database, HotQuery, Tx
from .errors import Conflict, FieldError, Invalid, PreconditionRequired
from .events import Act
from .identity import ANY_TENANT, Viewer
from .privacy import KeyRing

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class IdempotencyKeyReused(Conflict):
    code = "idempotency.key_reused"
    zh = "同一个重试标记（Idempotency-Key）用于了不同的内容"
    en = "The Idempotency-Key was used with another body"


class _Replay(Exception):
    """The stored answer of an earlier attempt."""

    def __init__(self, response: Response) -> None:
        self.response = response


def has_unstorable_text(value: Any) -> bool:
    """Whether some text in a JSON value holds what PostgreSQL cannot keep: NUL or a lone surrogate."""
    if isinstance(value, str):
        return _UNSTORABLE.search(value) is not None
    if isinstance(value, dict):
        return any(has_unstorable_text(k) or has_unstorable_text(v) for k, v in value.items())
    if isinstance(value, list | tuple):
        return any(has_unstorable_text(item) for item in value)
    return False


class ApiModel(BaseModel):
    """A body or an answer; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, from_attributes=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_unstorable_text(cls, value: Any) -> Any:
        if has_unstorable_text(value):
            raise ValueError("含有无法保存的字符|Contains a character that cannot be stored")
        return value


def reads(endpoint: Endpoint) -> Endpoint:
    """Mark a POST that only reads (sensitive search): no transaction is prepared for it."""
    endpoint.__dict__["linli_reads"] = True
    return endpoint


def _query_names(dependant: Dependant) -> set[str]:
    names = {str(field.alias) for field in dependant.query_params}
    for inner in dependant.dependencies:
        names |= _query_names(inner)
    return names


def _only_reads_with(dependant: Dependant) -> bool:
    """Whether a dependency is for reads alone (`permissions.reading`)."""
    return any(getattr(inner.call, "only_reads", False) or _only_reads_with(inner) for inner in dependant.dependencies)


class LinliRoute(APIRoute):
    """Refuses unknown query parameters; runs a command in one lazy transaction."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        original = super().get_route_handler()
        known = _query_names(self.dependant)
        plain_read = only_reads(self)
        route = self.path_format
        if not plain_read and _only_reads_with(self.dependant):
            raise TypeError(f"{route}: a command belongs to the county of its viewer, whatever the address names")

        async def handler(request: Request) -> Response:
            if request.scope["query_string"]:
                _check_query(request, known)
            if "\x00" in request.scope["path"]:
                raise Invalid
            if plain_read:
                return await original(request)
            return await in_transaction(request, original, route)

        return handler


def only_reads(route: APIRoute) -> bool:
    """Whether no transaction is prepared for the route."""
    return not (set(route.methods or ()) - SAFE_METHODS) or hasattr(route.endpoint, "linli_reads")


def _check_query(request: Request, known: set[str]) -> None:
    faults = [
        FieldError(f"/{name}", "query.unknown", "没有这个查询条件", "There is no such query parameter")
        for name in request.query_params
        if name not in known
    ]
    if has_unstorable_text(list(request.query_params.values())):
        faults.append(FieldError("", "query.text", "含有无法保存的字符", "Contains a character that cannot be stored"))
    if faults:
        raise Invalid(errors=faults)


async def in_transaction(
    request: Request, original: Callable[[Request], Coroutine[Any, Any, Response]], route: str
) -> Response:
    """Run a command in its transaction, once for each idempotency key; `route` is the pattern that the key belongs to."""
    database: Database = request.app.state.linli.database
    tx = Tx(database, None, request.scope.get("linli_request_id", ""))
    tx.origin = f"{request.headers.get('x-forwarded-for', '')}|{request.headers.get('user-agent', '')}"
    request.scope["linli_tx"] = tx
    key = request.headers.get("idempotency-key")
    if key is not None:
        if not 1 <= len(key) <= 128 or not key.isprintable():
            raise Invalid(
                errors=[
                    FieldError("/Idempotency-Key", "idempotency.key", "重试标记应为 1–128 个字符", "1-128 characters")
                ]
            )
        # Read now: once a form was parsed from the stream its bytes are gone.
        await request.body()
        tx.before_first_statement = _Remember(request, route, key)
    try:
        response = await original(request)
        if key is not None:
            await tx.begin()
        if key is not None and isinstance(request.scope.get("linli_remembered"), _Remember):
            request.scope["linli_remembered"].store(tx, response)
        await tx.commit()
    except _Replay as replay:
        await tx.rollback()
        return replay.response
    except BaseException:
        await tx.rollback()
        raise
    return response


def _without_boundary(body: bytes, content_type: str) -> bytes:
    """The body of an upload without its separators, which a client draws anew for every attempt."""
    kind, _, options = content_type.partition("boundary=")
    boundary = options.split(";")[0].strip().strip('"').encode()
    return body.replace(boundary, b"") if kind.startswith("multipart/") and boundary else body


_KEEP_ANSWER = HotQuery(
    text(
        "UPDATE idempotency_key SET status = CAST(:status AS integer), headers = CAST(:headers AS jsonb), body = :body "
        "WHERE tenant = :t AND subject = :s AND key = :k"
    )
)


class _Remember:
    """Claims the key by the first statement of the transaction and keeps the answer with the last.

    A second request with the same key waits on the row until the first has ended.
    """

    def __init__(self, request: Request, route: str, key: str) -> None:
        self.request = request
        self.key = key
        self.route = f"{request.method} {route}"

    async def __call__(self, tx: Tx) -> None:
        viewer = tx.viewer
        self.subject = str(viewer.subject) if viewer else "public"
        self.tenant = tx.tenant if viewer is None or viewer.tenant != ANY_TENANT else ANY_TENANT
        body = _without_boundary(await self.request.body(), self.request.headers.get("content-type", ""))
        digest = hashlib.sha256(self.request.url.path.encode() + b"\n" + body).digest()
        claimed = await tx.scalar(
            text(
                "INSERT INTO idempotency_key (tenant, subject, key, route, body_hash) VALUES (:t, :s, :k, :r, :h) "
                "ON CONFLICT (tenant, subject, key) DO NOTHING RETURNING 1"
            ),
            {"t": self.tenant, "s": self.subject, "k": self.key, "r": self.route, "h": digest},
        )
        self.request.scope["linli_remembered"] = self
        if claimed:
            return
        stored = await tx.one(
            text(
                "SELECT route, body_hash, status, headers, body FROM idempotency_key "
                "WHERE tenant = :t AND subject = :s AND key = :k"
            ),
            {"t": self.tenant, "s": self.subject, "k": self.key},
        )
        if stored is None or stored["status"] is None or stored["route"] != self.route or stored["body_hash"] != digest:
            raise IdempotencyKeyReused
        headers = {**stored["headers"], "Idempotent-Replayed": "true"}
        ring: KeyRing = self.request.app.state.linli.keyring
        raise _Replay(Response(ring.decrypt_bytes(stored["body"], **self._place), stored["status"], headers))

    @property
    def _place(self) -> dict[str, str]:
        return {"tenant": self.tenant, "table": "idempotency_key", "column": "body", "row": self.key}

    def store(self, tx: Tx, response: Response) -> None:
        ring: KeyRing = self.request.app.state.linli.keyring
        kept = {k: v for k, v in response.headers.items() if k in {"content-type", "etag", "location"}}
        tx.later(
            _KEEP_ANSWER,
            {
                "status": response.status_code,
                "headers": msgspec.json.encode(kept).decode(),
                # An answer may quote a person's data: it rests encrypted like every other copy.
                "body": ring.encrypt_bytes(bytes(response.body), **self._place),
                "t": self.tenant,
                "s": self.subject,
                "k": self.key,
            },
        )


def ServiceRouter(**options: Any) -> APIRouter:  # noqa: N802 - reads like the class it configures
    """An APIRouter whose routes are `LinliRoute`s."""
    return APIRouter(route_class=LinliRoute, **options)


async def current_tx(request: Request) -> Tx:
    """Dependency: the command's transaction, with the viewer if the route has one."""
    tx: Tx = request.scope["linli_tx"]
    tx.viewer = request.scope.get("linli_viewer")
    return tx


async def current_db(request: Request) -> Database:
    """Dependency: the database for autocommit reads."""
    database: Database = request.app.state.linli.database
    return database


async def match_version(
    if_match: Annotated[
        str | None, Header(alias="If-Match", description='the `ETag` that was read, e.g. `"7"`')
    ] = None,
) -> int:
    """Dependency: the expected version; raises PreconditionRequired or Invalid."""
    if if_match is None:
        raise PreconditionRequired
    value = if_match.strip().removeprefix("W/").strip('"')
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise Invalid(errors=[FieldError("/If-Match", "if_match.invalid", "版本号格式不正确", "Not a version")])
    return int(value)


async def match_version_if_sent(
    if_match: Annotated[str | None, Header(alias="If-Match", description="checked when it is sent")] = None,
) -> int | None:
    """Dependency: the expected version of what another row belongs to, where the caller knows one."""
    return None if if_match is None else await match_version(if_match)


def _encode_other(value: Any) -> Any:
    return str(value)


_encoder = msgspec.json.Encoder(enc_hook=_encode_other)
_JSON = (b"content-type", b"application/json")


def file_headers(name: str, *, download: bool = False) -> dict[str, str]:
    """Headers of a file with people's data: shown or saved under `name`, kept nowhere on the way, taken for nothing else."""
    return {
        "Content-Disposition": f"{'attachment' if download else 'inline'}; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }


def fast_json(
    value: Any, *, status: int = 200, etag: int | None = None, headers: dict[str, str] | None = None
) -> Response:
    """Encode a ready value without a second validation; `etag` is the record's version."""
    return _Ready(_encoder.encode(value), status, etag, headers)


class _Ready(Response):
    """A response whose head is written once; the general one prepares for cookies, charsets and later changes."""

    def __init__(self, body: bytes, status: int, etag: int | None, headers: dict[str, str] | None) -> None:
        self.status_code = status
        self.body = body
        self.background = None
        self.raw_headers = [(b"content-length", b"%d" % len(body)), _JSON]
        if etag is not None:
            self.raw_headers.append((b"etag", b'"%d"' % etag))
        if headers:
            self.raw_headers += [
                (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
            ]


async def read_audit(request: Request, viewer: Viewer | None, act: Act, tenant: str | None = None) -> None:
    """Record a read of people's data; returns once the entry is durable, so call it before answering."""
    database: Database = request.app.state.linli.database
    owner = tenant or (viewer.tenant if viewer else "")
    await database.record_read(owner, viewer, request.scope.get("linli_request_id", ""), act)
