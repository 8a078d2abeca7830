"""The quick look at a form says the same as the whole check, for every shipped matter."""

from datetime import date
from typing import Any

import pytest
from linli_services_desk.matters import forms
from linli_services_desk.matters.domain import Definition, sample_matters

STRANGE: tuple[Any, ...] = (
    "",
    " ",
    "x" * 6000,
    "2026-13-40",
    "2026-01-02",
    "13812345678",
    7,
    -1,
    10**9,
    0.5,
    True,
    None,
    [],
    [1, 1],
    {},
)


def _filled(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: next(value for value in STRANGE if forms.fits(facts, value)) for name, facts in schema["properties"].items()
            if any(forms.fits(facts, value) for value in STRANGE)}  # fmt: skip


@pytest.mark.parametrize("definition", sample_matters(), ids=lambda definition: str(definition["code"]))
def test_a_form_is_well_when_the_whole_check_finds_nothing(definition: Definition) -> None:
    schema = definition["form_schema"]
    good = _filled(schema)
    tried = [good, {}, {**good, "unheard_of": 1}]
    tried += [{**good, name: value} for name in schema["properties"] for value in STRANGE]
    tried += [{key: value for key, value in good.items() if key != name} for name in schema["required"]]
    for values in tried:
        errors = list(forms._checked(schema).iter_errors(values))
        missing_only = all(error.validator == "required" and not error.absolute_path for error in errors)
        assert forms._is_well(schema, values, complete=True) == (not errors), values
        assert forms._is_well(schema, values, complete=False) == missing_only, values


def test_a_form_with_words_beyond_the_plain_ones_is_looked_at_as_a_whole() -> None:
    schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {"a": {"type": "string", "title": "甲"}, "b": {"type": "string", "title": "乙"}},
        "dependentRequired": {"a": ["b"]},
    }
    assert forms.problems(schema, {"a": "1"}, date(2026, 1, 1), complete=True)
    assert not forms.problems(schema, {"a": "1", "b": "2"}, date(2026, 1, 1), complete=True)
