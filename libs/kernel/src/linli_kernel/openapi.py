"""Completes a service's OpenAPI document: problems, security, retries. What every route shares is written once, here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from .permissions import PUBLIC, Policy

PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem",
    "required": ["type", "title", "status", "detail", "code", "errors", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "in the language of Accept-Language (zh, en)"},
        "code": {"type": "string", "description": "stable, e.g. `registry.already_in_household`"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {"pointer": {"type": "string"}, "code": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
        "request_id": {"type": "string"},
    },
}
PROBLEMS = {
    "401": "no token, or one that is not accepted",
    "403": "in scope, but not this post's to do",
    "404": "absent or out of scope",
    "405": "no such method here",
    "409": "a rule forbids it in the present state",
    "412": "the record changed meanwhile",
    "413": "too large",
    "422": "malformed input; `errors` names every field",
    "428": "`If-Match` is missing",
    "429": "too many requests; see Retry-After",
    "502": "a service did not answer",
    "503": "temporarily unavailable; see Retry-After",
    "504": "a service did not answer in time",
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
    "description": "the same key and body give the same answer; another body is 409",
}


def permissions_of(route: APIRoute) -> list[Any]:
    """The permissions that a route's dependencies check."""
    return [p for call in _calls(route.dependant) if (p := getattr(call, "permission", None)) is not None]


def _calls(dependant: Dependant) -> Iterator[Any]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)


def all_routes(app: FastAPI) -> Iterator[APIRoute]:
    """Every API route of an application built by `build_service`."""
    return (route for route in app.routes if isinstance(route, APIRoute))


def document(app: FastAPI, policy: Policy) -> dict[str, Any]:
    """Build the completed document once."""
    if app.openapi_schema:
        return app.openapi_schema
    made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    components = made.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas["Problem"] = PROBLEM
    components["responses"] = {
        f"Problem{status}": {
            "description": text,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, text in PROBLEMS.items()
    }
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    open_paths = {
        (route.path_format, method.lower())
        for route in all_routes(app)
        for method in route.methods or ()
        if any(policy.get(permission) is PUBLIC for permission in permissions_of(route))
    }
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            _complete(operation, method, (path, method) in open_paths)
    app.openapi_schema = made
    return made


def _complete(operation: dict[str, Any], method: str, is_public: bool) -> None:
    for status in PROBLEMS:
        if status == "422" or status not in operation["responses"]:
            operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
    if not is_public:
        operation["security"] = [{"bearer": []}]
    if method == "post":
        operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
