"""Every operation of the combined API document, called with generated input, answers as the document says.

It is called under every post that the table of `access.py` lets in, and under one that it does not: whoever else is not let in is
refused at the same place, as `test_who_may_do_what.py` shows for each. No 5xx; no status, content type or body outside the document.
Identifiers are drawn from the objects of `objects.py` as often as from nowhere, so that the calls reach the rules.
`LINLI_CONTRACT_EXAMPLES=50` looks longer than the one right and one wrong call of every day.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import re
from collections.abc import Iterator
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from linli_kernel.identity import Role
from linli_launcher.databases import PROJECT
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.access import TABLE
from tests.contract.system import System

EXAMPLES = int(os.environ.get("LINLI_CONTRACT_EXAMPLES", "1"))
DOCUMENT = json.loads((PROJECT / "frontend/src/api/openapi.json").read_text(encoding="utf-8"))
# What would disturb the other operations: a new signing key is unknown to the services for seconds.
SPARED = {("POST", "/api/auth/v1/signing-keys")}
# Server-sent events are read to their end, which the job decides.
STREAMS = {path for path in DOCUMENT["paths"] if path.endswith("/events") and "/jobs/" in path}
METHODS = ("get", "post", "put", "patch", "delete")
OPERATIONS = [
    (method.upper(), path)
    for path, item in sorted(DOCUMENT["paths"].items())
    for method in METHODS
    if method in item and (method.upper(), path) not in SPARED and path not in STREAMS
]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def with_objects(document: dict[str, Any], objects: dict[str, Any]) -> dict[str, Any]:
    """The same document, whose parameters and body fields of a known name are drawn from what exists too."""
    made = copy.deepcopy(document)
    known = {name: value for name, value in objects.items() if isinstance(value, str | int)}
    known |= {"division": objects["village"], "If-Match": '"1"', "place": "421202"}

    def drawn(schema: dict[str, Any], name: str) -> dict[str, Any]:
        return {"anyOf": [{"enum": [known[name]]}, schema]}

    for item in made["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []) if isinstance(operation, dict) else []:
                if parameter.get("name") in known:
                    parameter["schema"] = drawn(parameter["schema"], parameter["name"])
    for schema in made["components"]["schemas"].values():
        for name in set(schema.get("properties", {})) & set(known):
            schema["properties"][name] = drawn(schema["properties"][name], name)
    return made


@pytest.fixture(scope="module")
def document(system: System) -> Any:
    return schemathesis.openapi.from_dict(with_objects(DOCUMENT, system.objects))


@pytest.fixture(scope="module")
def line() -> Iterator[requests.Session]:
    """One connection for all calls; it remembers no cookie and no header."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers.clear()
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        yield session


def let_in(method: str, path: str) -> list[tuple[Role, ...]]:
    """The posts of each line of the table that is about the operation."""
    form = re.compile(re.sub(r"\{\w+\}", "[^/]+", path))
    return [
        row.roles
        for row in TABLE
        if row.method == method and form.fullmatch(re.sub(r"\{\w+\}", "x", row.path.partition("?")[0]))
    ]


def callers(system: System, method: str, path: str) -> list[dict[str, str]]:
    """The headers of whoever the operation is called as: nobody too where it is open to all, everybody where no line says."""
    lines = let_in(method, path) or [tuple(Role)]
    roles = {role for line in lines for role in line}
    stranger = [role for role in Role if role not in roles][:1]
    open_to_all = [{}] if () in lines else []
    return open_to_all + [system.auth(role) for role in [*(one for one in Role if one in roles), *stranger]]


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda value: str(value))
def test_every_answer_is_in_the_document(
    system: System, document: Any, line: requests.Session, method: str, path: str
) -> None:
    headers = callers(system, method, path)
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        try_each(system, document[path][method], mode, headers, line)


def try_each(
    system: System, operation: Any, mode: GenerationMode, posts: list[dict[str, str]], line: requests.Session
) -> None:
    """Draw the same few calls each time and send each under every post; what is not in the document fails."""

    @settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        for headers in posts:
            case.call_and_validate(system.urls["gateway"], line, headers, CHECKS, timeout=30)

    # What takes no input cannot be called wrongly.
    with contextlib.suppress(Unsatisfiable) if mode is GenerationMode.NEGATIVE else contextlib.nullcontext():
        call()
