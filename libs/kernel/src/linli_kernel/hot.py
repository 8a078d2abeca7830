"""The short way for the few endpoints that answer most requests: marked `@hot`, same function, same document.

An ordinary FastAPI route spends more on its layers than on its work. A hot one is called straight from the application object:
path parameters (UUID), an optional JSON body, the viewer, the database and the request are the only parameters it may take. Whatever
does not fit exactly (a query string, a malformed id, another method or media type) goes the ordinary way and gets the ordinary answer.
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
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import problems
from .edge import observe, trace_of
from .errors import Invalid, TooLarge

Endpoint = TypeVar("Endpoint", bound=Callable[..., Awaitable[Response]])
# A search or a reveal is a few hundred bytes; more than this is no request of ours.
LARGEST_BODY_BYTES = 256 * 1024
_UUID = "([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"


def hot(endpoint: Endpoint) -> Endpoint:
    """Mark an endpoint that only reads and returns a ready Response (`fast_json`)."""
    endpoint.__dict__["linli_hot"] = True
    return endpoint


@dataclass(slots=True)
class _Plan:
    """How to call one endpoint without solving dependencies."""

    route: APIRoute
    pattern: re.Pattern[str]
    path_names: list[str]
    body_name: str | None
    body_model: type[BaseModel] | None
    request_name: str | None
    given: list[tuple[str, Callable[[Request], Awaitable[Any]]]]

    async def __call__(self, request: Request, path_values: tuple[str, ...]) -> Response:
        arguments: dict[str, Any] = {name: await call(request) for name, call in self.given}
        for name, value in zip(self.path_names, path_values, strict=True):
            arguments[name] = UUID(value)
        if self.request_name is not None:
            arguments[self.request_name] = request
        if self.body_name is not None and self.body_model is not None:
            arguments[self.body_name] = await _body(request, self.body_model)
        response: Response = await self.route.endpoint(**arguments)
        return response


async def _body(request: Request, model: type[BaseModel]) -> BaseModel:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await request.receive()
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > LARGEST_BODY_BYTES:
            raise TooLarge
        parts.append(part)
        if not message.get("more_body", False):
            break
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
    except UnicodeDecodeError as error:
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
    given = []
    for inner in dependant.dependencies:
        if inner.dependencies or inner.query_params or inner.header_params or inner.call is None or inner.name is None:
            raise TypeError(f"{route.path}: a dependency of a hot endpoint takes the request only")
        given.append((inner.name, inner.call))
    body = dependant.body_params[0] if dependant.body_params else None
    names = [field.name for field in dependant.path_params]
    pattern = re.compile("^" + re.sub(r"\{[a-z_]+\}", _UUID, route.path_format) + "$")
    return _Plan(
        route=route,
        pattern=pattern,
        path_names=sorted(names, key=lambda name: route.path_format.index("{" + name + "}")),
        body_name=body.name if body else None,
        body_model=_model_of(body),
        request_name=dependant.request_param_name,
        given=given,
    )


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
                match = plan.pattern.match(scope["path"])
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
            response = await plan(request, path_values)
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
        seconds = time.perf_counter() - started
        observe(scope["method"], plan.route.path_format, response.status_code, seconds)
