"""Every date that a client gives is a bounded one: read from the committed API document, which `make check` holds to the code."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from linli_kernel.given import EARLIEST, LATEST, GivenDay, GivenMoment
from linli_launcher.openapi import DOCUMENT
from pydantic import TypeAdapter, ValidationError

METHODS = ("get", "post", "put", "patch", "delete")


@cache
def document() -> Any:
    return json.loads(DOCUMENT.read_text(encoding="utf-8"))


def _dates(node: Any, path: str, seen: frozenset[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, list):
        for one in node:
            yield from _dates(one, path, seen)
    if not isinstance(node, dict):
        return
    name = str(node.get("$ref", "")).rsplit("/", 1)[-1]
    if name and name not in seen:
        yield from _dates(document()["components"]["schemas"][name], name, seen | {name})
    if node.get("format") in ("date", "date-time"):
        yield path, node
    for key, one in node.items():
        plain = key in ("properties", "anyOf", "allOf", "oneOf", "items", "schema", "content")
        yield from _dates(one, path if plain else f"{path}.{key}", seen)


def given() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document()["paths"].items():
        for method in METHODS:
            operation = item.get(method, {})
            for parameter in operation.get("parameters", ()):
                yield from _dates(parameter["schema"], f"{method} {path} {parameter['name']}", frozenset())
            yield from _dates(operation.get("requestBody", {}), f"{method} {path}", frozenset())


def test_every_date_in_a_body_path_or_query_is_bounded() -> None:
    found = dict(given())
    assert len(found) > 30
    assert sorted(path for path, schema in found.items() if schema.get("formatMinimum") != EARLIEST.isoformat()) == []


@pytest.mark.parametrize("kind", [GivenDay, GivenMoment])
@pytest.mark.parametrize("year", ["0001", "1849", "2151", "9999"])
def test_a_mistyped_year_is_refused_in_chinese_and_english(kind: Any, year: str) -> None:
    text = f"{year}-06-01" + ("T00:00:00+08:00" if kind is GivenMoment else "")
    with pytest.raises(ValidationError, match=r"请检查年份\|The date must lie"):
        TypeAdapter(kind).validate_python(text)


def test_the_first_and_the_last_day_are_taken() -> None:
    days = TypeAdapter(GivenDay)
    assert [days.validate_python(day.isoformat()) for day in (EARLIEST, LATEST)] == [EARLIEST, LATEST]
