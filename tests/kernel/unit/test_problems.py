"""What a caller is told when the database refused a statement."""

from datetime import date
from typing import Any, Literal

import asyncpg
import msgspec
import pytest
from fastapi.exceptions import RequestValidationError
from linli_kernel.given import GivenDay
from linli_kernel.messages import validation_text
from linli_kernel.problems import answer
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (asyncpg.exceptions.DeadlockDetectedError("x"), 409, "lost_race"),
        (asyncpg.exceptions.SerializationError("x"), 409, "lost_race"),
        (asyncpg.exceptions.UniqueViolationError("x"), 409, "conflict"),
        (asyncpg.exceptions.NumericValueOutOfRangeError("x"), 422, "invalid"),
        (asyncpg.exceptions.TooManyConnectionsError("x"), 503, "unavailable"),
        (RecursionError(), 422, "invalid"),
        (LookupError("secret"), 500, "unexpected"),
    ],
)
async def test_a_fault_of_the_database_becomes_what_the_caller_can_do_about_it(
    error: Exception, status: int, code: str
) -> None:
    told = await answer(Request({"type": "http", "headers": []}), error)
    body = msgspec.json.decode(told.body)
    assert (told.status_code, body["code"]) == (status, code)
    assert "secret" not in body["detail"]


@pytest.mark.parametrize(
    ("written", "language", "said"),
    [
        ("2026-02-30", "zh-CN", "日历上没有这一天"),
        ("2026-13-01", "zh-CN", "日历上没有这一天"),
        ("2026-02-30", "en", "no such day in the calendar"),
        ("0202-03-07", "zh-CN", "1850 年至 2150 年"),
        ("7.3.2026", "zh-CN", "日期应为 年-月-日"),
    ],
)
async def test_a_day_that_cannot_be_is_refused_with_what_is_wrong_with_it(
    written: str, language: str, said: str
) -> None:
    days: TypeAdapter[date] = TypeAdapter(GivenDay)
    with pytest.raises(ValidationError) as refused:
        days.validate_python(written)
    faults = [{**fault, "loc": ("body", "date")} for fault in refused.value.errors()]
    request = Request({"type": "http", "headers": [(b"accept-language", language.encode())]})
    body = msgspec.json.decode((await answer(request, RequestValidationError(faults))).body)
    (fault,) = body["errors"]
    assert fault["pointer"] == "/date"
    assert said in fault["detail"]


def test_allowed_words_are_listed_in_the_language_of_the_sentence() -> None:
    words: TypeAdapter[Any] = TypeAdapter(Literal["male", "female", 3])
    with pytest.raises(ValidationError) as refused:
        words.validate_python("x")
    (fault,) = refused.value.errors()
    assert validation_text(fault, "zh") == "只能选择：male、female、3"
    assert " or " in validation_text(fault, "en")
