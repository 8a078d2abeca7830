"""Every operation of the combined API document, called with generated input under every post, answers as the document says.

No 5xx; no status, content type or body outside the document. Identifiers are drawn from the objects of `objects.py` as often as
from nowhere, so that the calls reach the rules. `LINLI_CONTRACT_EXAMPLES=50` looks longer than the one right and one wrong call of every day.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
from typing import Any

import pytest
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


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda value: str(value))
def test_every_answer_is_in_the_document(system: System, document: Any, method: str, path: str) -> None:
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        try_as_everybody(system, document[path][method], mode)


def try_as_everybody(system: System, operation: Any, mode: GenerationMode) -> None:
    """Draw the same few calls each time and send each under every post; what is not in the document fails."""
    posts: list[dict[str, str]] = [system.auth(role) for role in Role]

    @settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        for headers in posts:
            case.call_and_validate(base_url=system.urls["gateway"], headers=headers, checks=CHECKS, timeout=30)

    # What takes no input cannot be called wrongly.
    with contextlib.suppress(Unsatisfiable) if mode is GenerationMode.NEGATIVE else contextlib.nullcontext():
        call()
