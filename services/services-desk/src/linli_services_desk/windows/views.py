"""Tickets and waits in the form in which the API answers them."""

from datetime import timedelta
from typing import Any

from linli_kernel import public_tokens as tokens
from linli_kernel.database import Database, Tx

from linli_services_desk.windows import repository
from linli_services_desk.windows.domain import expected_wait


async def taken(tx: Tx, row: dict[str, Any]) -> dict[str, Any]:
    """A fresh ticket with its token, its place in the queue and its wait."""
    before = await tx.all(repository.waiting(tx.tenant, row["division"], row["day"]))
    found = await tx.one(repository.measured(tx.tenant, row["division"]))
    token = tokens.PublicToken(tx.tenant, tokens.base62(row["id"].int))
    ahead = places_before(before, row)
    return {**ticket(row), "token": str(token), "ahead": ahead, "expected_wait_minutes": minutes(found, ahead)}


def places_before(waiting: Any, row: Any) -> int:
    """How many of those who wait are called before this ticket."""
    return sum(1 for other in waiting if (other["rank"], other["number"]) < (row["rank"], row["number"]))


async def wait(database: Database, tenant: str, division: str, ahead: int) -> int | None:
    return minutes(await database.fetch_one(repository.measured(tenant, division)), ahead)


def minutes(measured: Any, ahead: int) -> int | None:
    mean = measured["mean_seconds"] if measured else None
    time = timedelta(seconds=float(mean)) if mean is not None else None
    return expected_wait(ahead, int(measured["open_windows"]) if measured else 0, time)


def ticket(row: Any) -> dict[str, Any]:
    names = ("id", "label", "number", "priority", "category", "channel", "state", "division", "calls", "taken_at")
    return {name: row[name] for name in (*names, "window_id", "called_at")}
