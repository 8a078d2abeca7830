"""The short way for the few endpoints that answer most requests: marked `@hot`, same function, same document.

An ordinary FastAPI route spends more on its layers than on its work. A hot one is called straight from the application object:
path parameters, an optional JSON body, the request, and dependencies that take the request or one header are the only parameters it
may take; a command runs in its transaction as ever. Whatever does not fit exactly (a query string, a malformed id, another method or
media type) goes the ordinary way and gets the ordinary answer.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import problems
from .edge import account, trace_of
from .errors import Invalid, TooLarge
from .http import in_transaction, only_reads

Endpoint = TypeVar("Endpoint", bound=Callable[..., Awaitable[Response]])
# A search or a reveal is a few hundred bytes; more than this is no request of ours.
LARGEST_BODY_BYTES = 256 * 1024
# How a parameter of the path looks, by its type; NUL is refused the ordinary way.
_PATH = {UUID: "([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})", str: "([^/\\x00]+)"}


def hot(endpoint: Endpoint) -> Endpoint:
    """Mark an endpoint that returns a ready Response (`fast_json`)."""
    endpoint.__dict__["linli_hot"] = True
    return endpoint


Resolve = Callable[[Request], Awaitable[Any]]


@dataclass(slots=True)
class _Plan:
    """How to call one endpoint without solving dependencies. What is `given` under no name only checks."""

    route: APIRoute
    pattern: re.Pattern[str]
    path: list[tuple[str, Callable[[str], Any]]]
    body_name: str | None
    body_model: type[BaseModel] | None
    request_name: str | None
    given: list[tuple[str | None, Resolve]]
    reads: bool

    def answer(self, request: Request, path_values: tuple[str, ...]) -> Awaitable[Response]:
        if self.reads:
            return self(request, path_values)
        return in_transaction(request, lambda request: self(request, path_values), self.route.path_format)

    async def __call__(self, request: Request, path_values: tuple[str, ...]) -> Response:
        arguments: dict[str, Any] = {}
        for known_as, resolve in self.given:
            value = await resolve(request)
            if known_as is not None:
                arguments[known_as] = value
        for (name, read), text in zip(self.path, path_values, strict=True):
            arguments[name] = read(text)
        if self.request_name is not None:
            arguments[self.request_name] = request
        if self.body_name is not None and self.body_model is not None:
            arguments[self.body_name] = await _body(request, self.body_model)
        response: Response = await self.route.endpoint(**arguments)
        return response


async def _body(request: Request, model: type[BaseModel]) -> BaseModel:
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > LARGEST_BODY_BYTES:
                raise TooLarge
            parts.append(part)
    except ClientDisconnect:
        # Nobody waits for the answer any more; half an order is none.
        raise Invalid from None
    return _validated(b"".join(parts), model)


def _validated(content: bytes, model: type[BaseModel]) -> BaseModel:
    """Validate a body; what is wrong is reported as FastAPI reports it."""
    if not content:
        raise RequestValidationError([{"type": "missing", "loc": ("body",), "msg": "Field required", "input": None}])
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        if error.errors(include_url=False)[0]["type"] != "json_invalid":
            raise _located(error) from error
    try:
        # Python's reader takes a little more than pydantic's (a lone surrogate), and says where it stopped.
        return model.model_validate(json.loads(content))
    except ValidationError as error:
        raise _located(error) from error
    except json.JSONDecodeError as error:
        place = ("body", error.pos)
        raise RequestValidationError([{"type": "json_invalid", "loc": place, "msg": "", "input": {}}]) from error
    except ValueError as error:
        # Bytes that are no text, or a number of thousands of digits.
        raise Invalid from error


def _located(error: ValidationError) -> RequestValidationError:
    return RequestValidationError([{**item, "loc": ("body", *item["loc"])} for item in error.errors(include_url=False)])


def _is_json(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(name == b"content-type" and value.startswith(b"application/json") for name, value in headers)


def _plan(route: APIRoute) -> _Plan:
    dependant: Dependant = route.dependant
    if dependant.query_params or dependant.header_params or dependant.cookie_params or len(dependant.body_params) > 1:
        raise TypeError(
            f"{route.path}: a hot endpoint takes path parameters, one body, and dependencies of the request only"
        )
    body = dependant.body_params[0] if dependant.body_params else None
    kinds: dict[str, Any] = {str(field.name): field.field_info.annotation for field in dependant.path_params}
    pattern = re.sub(r"\{([a-z_]+)\}", lambda found: _PATH[kinds[found[1]]], route.path_format)
    return _Plan(
        route=route,
        pattern=re.compile(pattern),
        path=[(name, kinds[name]) for name in re.findall(r"\{([a-z_]+)\}", route.path_format)],
        body_name=body.name if body else None,
        body_model=_model_of(body),
        request_name=dependant.request_param_name,
        given=[_given(route, inner) for inner in dependant.dependencies],
        reads=only_reads(route),
    )


def _given(route: APIRoute, inner: Dependant) -> tuple[str | None, Resolve]:
    """How a dependency is resolved that takes the request, or one header, or nothing."""
    call: Any = inner.call
    taken = [*inner.header_params, *([inner.request_param_name] if inner.request_param_name else [])]
    # A query string goes the ordinary way, so here a query parameter is what it is without one.
    named = any(field.field_info.is_required() for field in inner.query_params)
    if inner.dependencies or named or call is None or len(taken) > 1:
        raise TypeError(f"{route.path}: a dependency of a hot endpoint takes the request or one header")
    if inner.request_param_name is not None:
        return inner.name, call
    wire = inner.header_params[0].alias.lower().encode() if inner.header_params else b""

    async def resolve(request: Request) -> Any:
        if not wire:
            return await call()
        return await call(next((v.decode("latin-1") for k, v in request.scope["headers"] if k == wire), None))

    return inner.name, resolve


def _model_of(body: Any) -> type[BaseModel] | None:
    annotation = body.field_info.annotation if body is not None else None
    if body is not None and not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        raise TypeError(f"{body.name}: the body of a hot endpoint is one model")
    return annotation


class Application(FastAPI):
    """FastAPI with the short way in front; `shortcut` may take a request before any layer sees it."""

    _hot: dict[str, list[_Plan]]
    shortcut: Callable[[Scope], ASGIApp | None] | None = None

    def prepare_hot_routes(self) -> None:
        """Collect the marked endpoints; call once, after all routes are added."""
        self._hot = {}
        for route in self.routes:
            if isinstance(route, APIRoute) and hasattr(route.endpoint, "linli_hot"):
                for method in route.methods or ():
                    self._hot.setdefault(method, []).append(_plan(route))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.shortcut is not None and (other := self.shortcut(scope)) is not None:
            await other(scope, receive, send)
            return
        if scope["type"] == "http" and not scope["query_string"]:
            for plan in self._hot.get(scope["method"], ()):
                match = plan.pattern.fullmatch(scope["path"])
                if match is not None and (plan.body_model is None or _is_json(scope["headers"])):
                    await self._serve(plan, match.groups(), scope, receive, send)
                    return
        await super().__call__(scope, receive, send)

    async def _serve(
        self, plan: _Plan, path_values: tuple[str, ...], scope: Scope, receive: Receive, send: Send
    ) -> None:
        started = time.perf_counter()
        scope["app"] = self
        request_id, traceparent = trace_of(scope["headers"])
        scope["linli_request_id"] = request_id
        scope["linli_traceparent"] = traceparent
        request = Request(scope, receive)
        try:
            response = await plan.answer(request, path_values)
        except Exception as error:
            response = await problems.answer(request, error)
        response.raw_headers.append((b"x-request-id", request_id.encode()))
        start: Message = {
            "type": "http.response.start",
            "status": response.status_code,
            "headers": response.raw_headers,
        }
        await send(start)
        await send({"type": "http.response.body", "body": response.body})
        account(scope, plan.route.path_format, response.status_code, time.perf_counter() - started)
