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


@pytest.mark.parametrize(
    "written",
    [86400, "86400", 20260314, "20260314", 0, True, "2026-03-14T00:00:00", "2026-03-14T00:00:00Z", "2026-3-14"],
)
def test_a_day_that_is_not_written_as_one_is_refused_and_never_read_as_seconds(written: Any) -> None:
    with pytest.raises(ValidationError, match=r"2026-03-07\|Write a date"):
        TypeAdapter(GivenDay).validate_python(written)


@pytest.mark.parametrize("written", [86400, "86400", 20260314, "20260314", 0, True])
def test_a_moment_that_is_not_written_as_one_is_refused_and_never_read_as_seconds(written: Any) -> None:
    with pytest.raises(ValidationError, match=r"\|Write a time"):
        TypeAdapter(GivenMoment).validate_python(written)


@pytest.mark.parametrize("written", ["2026-03-14", "2026-03-14T09:00:00"])
def test_a_moment_without_its_offset_is_refused(written: str) -> None:
    with pytest.raises(ValidationError, match="timezone"):
        TypeAdapter(GivenMoment).validate_python(written)


def test_a_moment_with_its_offset_is_taken() -> None:
    taken = TypeAdapter(GivenMoment).validate_python("2026-03-14T09:00:00+08:00")
    assert taken.isoformat() == "2026-03-14T09:00:00+08:00"
