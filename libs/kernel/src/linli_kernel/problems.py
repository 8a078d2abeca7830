"""Maps every failure to RFC 9457 `application/problem+json` in the user's language. The one place that knows statuses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import msgspec
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response

from . import errors as e
from .messages import STATUS_TITLES, validation_text

log = structlog.get_logger("problems")
Handler = Callable[[Request, Exception], Awaitable[Response]]

STATUS: list[tuple[type[e.DomainError], int]] = [
    (e.Unauthenticated, 401),
    (e.Forbidden, 403),
    (e.NotFound, 404),
    (e.Conflict, 409),
    (e.StaleVersion, 412),
    (e.TooLarge, 413),
    (e.Invalid, 422),
    (e.PreconditionRequired, 428),
    (e.TooMany, 429),
    (e.Unavailable, 503),
]


def status_of(error: e.DomainError) -> int:
    return next((status for kind, status in STATUS if isinstance(error, kind)), 409)


def language(request: Request) -> str:
    """`en` only when it is asked for before Chinese; Chinese otherwise."""
    return language_of(request.headers.get("accept-language", ""))


def language_of(accept_language: str) -> str:
    ranked = []
    for position, part in enumerate(accept_language.lower().split(",")):
        tag, _, quality = part.strip().partition(";q=")
        try:
            rank = float(quality) if quality else 1.0
        except ValueError:
            rank = 0.0
        ranked.append((-rank, position, tag))
    first = min(ranked)[2] if ranked else ""
    return "en" if first.startswith("en") else "zh"


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    lang: str = "zh",
    request_id: str = "",
    fields: Sequence[dict[str, str]] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """Build the answer; `type` is a stable URN of the code."""
    body: dict[str, Any] = {
        "type": f"urn:linli:problem:{code}",
        "title": STATUS_TITLES[lang].get(status, STATUS_TITLES[lang][500]),
        "status": status,
        "detail": detail,
        "code": code,
        "errors": list(fields),
        "request_id": request_id,
    }
    return Response(msgspec.json.encode(body), status, headers, media_type="application/problem+json")


def from_domain_error(error: e.DomainError, lang: str, request_id: str) -> Response:
    status = status_of(error)
    headers: dict[str, str] = {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    fields = [{"pointer": f.pointer, "code": f.code, "detail": f.en if lang == "en" else f.zh} for f in error.errors]
    return problem(
        status, error.code, error.text(lang), lang=lang, request_id=request_id, fields=fields, headers=headers
    )


def request_id_of(request: Request) -> str:
    return str(request.scope.get("linli_request_id", ""))


def install(app: FastAPI) -> None:
    """Register the handlers on an application."""
    for kind in HANDLED:
        app.add_exception_handler(kind, answer)


async def _domain(request: Request, error: Exception) -> Response:
    assert isinstance(error, e.DomainError)  # noqa: S101 - narrows for the type checker
    return from_domain_error(error, language(request), request_id_of(request))


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    lang = language(request)
    fields = []
    for item in error.errors():
        location = [str(part) for part in item["loc"]]
        pointer = "/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in location[1:])
        fields.append({"pointer": pointer, "code": str(item["type"]), "detail": validation_text(item, lang)})
    text = e.Invalid.en if lang == "en" else e.Invalid.zh
    return problem(422, "invalid", text, lang=lang, request_id=request_id_of(request), fields=fields)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    lang = language(request)
    # A body that cannot be read at all is malformed input like any other.
    status = 422 if error.status_code == 400 else error.status_code
    kinds = {404: e.NotFound, 422: e.Invalid, 401: e.Unauthenticated, 403: e.Forbidden, 413: e.TooLarge}
    kind = kinds.get(status)
    detail = (kind.en if lang == "en" else kind.zh) if kind else STATUS_TITLES[lang].get(status, str(error.detail))
    headers = dict(error.headers) if error.headers else None
    return problem(
        status,
        kind.code if kind else f"http.{status}",
        detail,
        lang=lang,
        request_id=request_id_of(request),
        headers=headers,
    )


async def _sqlalchemy(request: Request, error: Exception) -> Response:
    assert isinstance(error, DBAPIError)  # noqa: S101
    if isinstance(error, InterfaceError) or error.connection_invalidated:
        return await _busy(request, error)
    return await _database(request, error.orig if isinstance(error.orig, Exception) else error)


async def _database(request: Request, error: Exception) -> Response:
    """Faults that PostgreSQL found: a value out of range is malformed, a lost race is a conflict, a lost server a pause."""
    state = str(getattr(error, "sqlstate", "") or "")
    lang, request_id = language(request), request_id_of(request)
    kind: e.DomainError
    if state.startswith("22") or isinstance(error, asyncpg.exceptions.DataError):
        kind = e.Invalid()
    elif state.startswith("40"):
        kind = e.LostRace()
    elif state.startswith("23"):
        kind = e.Conflict()
    elif isinstance(error, asyncpg.InterfaceError) or state.startswith(("08", "53", "57")):
        kind = e.Unavailable(retry_after_seconds=2)
    else:
        return await _unexpected(request, error)
    log.warning("database_refused", sqlstate=state, request_id=request_id, kind=type(error).__name__)
    return from_domain_error(kind, lang, request_id)


async def _too_deep(request: Request, error: Exception) -> Response:
    """A body of lists in lists in lists: no reader of ours calls itself without end."""
    return from_domain_error(e.Invalid(), language(request), request_id_of(request))


async def _busy(request: Request, error: Exception) -> Response:
    return from_domain_error(e.Unavailable(retry_after_seconds=2), language(request), request_id_of(request))


async def _unexpected(request: Request, error: Exception) -> Response:
    lang, request_id = language(request), request_id_of(request)
    # The text of an exception may quote a value of a person: only its kind and place are logged.
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame is not None else ""
    log.error("unexpected_error", kind=type(error).__name__, place=place, request_id=request_id)
    detail = "An unexpected fault; it was recorded" if lang == "en" else "系统出现意外问题，已记录；请稍后再试"
    return problem(500, "unexpected", detail, lang=lang, request_id=request_id)


HANDLED: dict[type[Exception], Handler] = {
    e.DomainError: _domain,
    RequestValidationError: _validation,
    HTTPException: _http,
    DBAPIError: _sqlalchemy,
    PoolTimeout: _busy,
    asyncpg.PostgresError: _database,
    asyncpg.InterfaceError: _database,
    ConnectionError: _busy,
    RecursionError: _too_deep,
    Exception: _unexpected,
}


async def answer(request: Request, error: Exception) -> Response:
    """Turn any failure into its problem."""
    for kind, handler in HANDLED.items():
        if isinstance(error, kind):
            return await handler(request, error)
    return await _unexpected(request, error)
