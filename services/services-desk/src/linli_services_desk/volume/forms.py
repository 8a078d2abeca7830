"""A made case's form: whole, as an accepted case's form is, so that whoever finds the case can decide it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from linli_services_desk.matters import forms

_WORDS = ("如实填写", "13900000000", "6217000000000000", "0" * 20, "1")
_DAY = "2026-03-02"


def youngest(schema: Mapping[str, Any]) -> int:
    """Years that an applicant must have completed."""
    return max((field.get("x-rule", {}).get("min_age", 0) for field in schema["properties"].values()), default=0)


def may_apply(schema: Mapping[str, Any], born: date, today: date) -> bool:
    """Whether somebody born that day was old enough in any made case, which may be a year old and more."""
    return today.year - born.year - 1 >= youngest(schema)


def answers(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A value for each required field, to stand where the applicant's own facts do not."""
    return {name: _answer(schema["properties"][name]) for name in schema.get("required", ())}


def _answer(field: dict[str, Any]) -> Any:
    match field:
        case {"enum": [first, *_]}:
            return first
        case {"type": "boolean"}:
            return True
        case {"type": "array", "items": items}:
            return [_answer(items)]
        case {"type": "object", "properties": properties}:
            return {name: _answer(properties[name]) for name in field.get("required", ())}
        case {"type": "integer" | "number"}:
            return field.get("minimum", 1)
        case {"format": "date"}:
            return _DAY
        case _:
            return next(words for words in _WORDS if forms.fits(field, words))
