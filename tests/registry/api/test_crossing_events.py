"""Two events at once that cross, from one household to the other and back: one waits for the other, neither for ever."""

import asyncio
from itertools import count

import pytest

from .test_households import DAY, household, register

_serial = count(1)
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
async def two_homes(registry):
    """Two households of the village in the order of their ids, each with a head and a grown son."""
    made = []
    for _ in range(2):
        serial = next(_serial)
        head = await register(registry, "顾甲", "1", f"1950-01-{serial:02d}")
        son = await register(registry, "顾乙", "1", f"1980-02-{serial:02d}")
        home = await household(registry, head, son, relations={son: "20"}, address=f"花坪村7组{serial}号")
        made.append((home["id"], home["version"], son))
    return sorted(made)


async def waiting(connection, wanted):
    async with asyncio.timeout(10):
        while await connection.fetchval(WAITING) < wanted:
            pass


def joins(into, other):
    return "join", into, {"other_household_id": other[0]}


def adopts(into, other):
    return "adoption", into, {"resident_id": other[2], "parents": [into[2]]}


@pytest.mark.parametrize("event", [joins, adopts])
async def test_neither_of_two_events_that_cross_fails_for_waiting(registry, two_homes, event):
    first, second = two_homes

    async def post(kind, into, more):
        body = {"kind": kind, "date": DAY, **more}
        return await registry.call("POST", f"households/{into[0]}/events", body, match=into[1])

    pool = registry.app.state.linli.database.pool
    async with pool.acquire() as watcher, pool.acquire() as blocker:
        block = blocker.transaction()
        await block.start()
        await blocker.execute("SELECT FROM household WHERE id = $1 FOR UPDATE", first[0])
        # Held up at the first household, in this order; whoever took the second before would now stand in the way.
        one = asyncio.create_task(post(*event(first, second)))
        await waiting(watcher, 1)
        other = asyncio.create_task(post(*event(second, first)))
        await waiting(watcher, 2)
        await block.rollback()
        answers = await asyncio.wait_for(asyncio.gather(one, other), 10)
    # The second finds that the first changed its household, not that it was kept waiting.
    assert [answer.status_code for answer in answers] == [201, 412], [answer.text for answer in answers]
