"""What a caller is told when the database refused a statement."""

import asyncpg
import msgspec
import pytest
from linli_kernel.problems import answer
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
