"""Checks a form against its matter's JSON Schema and says in Chinese and English what is wrong with which field.

A draft may be incomplete but never malformed; acceptance asks for everything that is required.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from linli_kernel.errors import FieldError
from linli_kernel.given import EARLIEST, LATEST, is_within

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date", raises=ValueError)
def _is_day(value: object) -> bool:
    # The ISO calendar has other spellings (2026-W01-1) that no paper is printed from.
    return not isinstance(value, str) or (len(value) == len("2026-03-07") and is_within(date.fromisoformat(value)))


def problems(schema: dict[str, Any], values: dict[str, Any], today: date, *, complete: bool) -> list[FieldError]:
    """Return every problem at once, in the order of the form. `complete` also reports what is missing."""
    found = [
        problem
        for error in ([] if _is_well(schema, values, complete=complete) else _checked(schema).iter_errors(values))
        for problem in _explain(error, schema, complete=complete)
    ]
    found.extend(_ages(schema, values, today))
    order = {f"/{key}": index for index, key in enumerate(schema["properties"])}
    return sorted(found, key=lambda problem: order.get("/" + problem.pointer.split("/")[2], 999))


def fits(schema: dict[str, Any], value: object) -> bool:
    """Whether a registry value can stand in a field; one that cannot is left for the clerk to enter."""
    return bool(_checked(schema).is_valid(value))


def _is_well(schema: dict[str, Any], values: dict[str, Any], *, complete: bool) -> bool:
    """Whether nothing is wrong, field by field: a tenth of what looking for every error takes."""
    if not schema.keys() <= _PLAIN or schema.get("additionalProperties") is not False:
        return False
    if complete and not values.keys() >= set(schema.get("required", ())):
        return False
    fields = schema["properties"]
    return all(name in fields and fits(fields[name], value) for name, value in values.items())


# A form of other words than these is looked at as a whole.
_PLAIN = frozenset({"$schema", "type", "properties", "required", "additionalProperties"})


def _checked(schema: dict[str, Any]) -> Draft202012Validator:
    return _validator(msgspec.json.encode(schema))


@lru_cache(maxsize=2048)
def _validator(schema: bytes) -> Draft202012Validator:
    return Draft202012Validator(msgspec.json.decode(schema), format_checker=_FORMATS)


def _explain(error: ValidationError, schema: dict[str, Any], *, complete: bool) -> Iterator[FieldError]:
    path = [str(part) for part in error.absolute_path]
    if error.validator == "required" and not path:
        missing = [key for key in _required(error) if key not in _object(error)]
        # jsonschema reports each missing name separately; its message starts with the quoted name.
        name = next((key for key in missing if error.message.startswith(f"{key!r} ")), "")
        if complete and name:
            zh, en = _titles(schema, name)
            yield FieldError(pointer=f"/form/{name}", code="form.required", zh=f"请填写{zh}", en=f"{en} is required")
        return
    if error.validator == "additionalProperties" and not path:
        for name in sorted(set(_object(error)) - set(schema["properties"])):
            yield FieldError(
                pointer=f"/form/{_escape(name)}",
                code="form.unknown_field",
                zh="表单没有此项",
                en="The form has no such field",
            )
        return
    zh, en = _titles(schema, path[0] if path else "")
    zh_rule, en_rule = _rule(error)
    yield FieldError(
        pointer="/form/" + "/".join(_escape(part) for part in path),
        code=f"form.{error.validator}",
        zh=f"{zh}{zh_rule}",
        en=f"{en} {en_rule}",
    )


def _required(error: ValidationError) -> list[str]:
    value: Any = error.validator_value
    return list(value)


def _object(error: ValidationError) -> dict[str, Any]:
    value: Any = error.instance
    return dict(value)


def _rule(error: ValidationError) -> tuple[str, str]:
    limit = error.validator_value
    match error.validator:
        case "format":
            years = EARLIEST.year, LATEST.year
            return "应为 {} 年至 {} 年之间的日期".format(*years), "must be a day between {} and {}".format(*years)
        case "pattern":
            return "格式不正确", "has a wrong format"
        case "enum":
            return "不在可选范围内", "is not one of the choices"
        case "minLength":
            return f"至少 {limit} 个字", f"needs at least {limit} characters"
        case "maxLength":
            return f"不超过 {limit} 个字", f"takes at most {limit} characters"
        case "minimum":
            return f"不小于 {limit}", f"is at least {limit}"
        case "maximum":
            return f"不大于 {limit}", f"is at most {limit}"
        case "type":
            return "类型不正确", "has a wrong type"
        case _:
            return "不符合要求", "is not valid"


def _titles(schema: dict[str, Any], name: str) -> tuple[str, str]:
    facts = schema["properties"].get(name, {})
    return facts.get("title", name), facts.get("x-title-en", name)


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _ages(schema: dict[str, Any], values: dict[str, Any], today: date) -> Iterator[FieldError]:
    for name, facts in schema["properties"].items():
        youngest = facts.get("x-rule", {}).get("min_age")
        if youngest is None or not isinstance(values.get(name), str):
            continue
        try:
            born = date.fromisoformat(values[name])
        except ValueError:
            continue
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        if age < youngest:
            zh, en = f"须年满 {youngest} 周岁（现 {age} 周岁）", f"At least {youngest} years old (now {age})"
            yield FieldError(pointer=f"/form/{name}", code="form.too_young", zh=zh, en=en)
