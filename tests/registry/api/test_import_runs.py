"""A commit that two workers run at once, or whose end is not heard: stored once, and known to be stored."""

import asyncio
from uuid import UUID

import pytest
from linli_registry.imports import writing

from tests.registry.importing import Clerk, count, listed, person

# Without numbers nothing in the register itself would keep them from entering twice.
PAIR = listed(
    person("万无号", "户主", sex="男", born="1980-01-01", household="1"),
    person("万无证", "配偶", sex="女", born="1981-01-01", household="1"),
)
FORGOTTEN = "UPDATE job SET heartbeat_at = now() - interval '1 hour' WHERE state = 'running'"


@pytest.fixture
def clerk(empty_registry):
    return Clerk(empty_registry)


@pytest.fixture
def linli(clerk):
    return clerk.registry.app.state.linli


async def until_one_waits(linli, task):
    """Until the task stands at a lock of the other, or has gone past where it should have."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(500):
        if task.done() or await linli.database.pool.fetchval(waiting):
            return


async def test_a_second_worker_waits_for_the_first_and_stores_nothing_again(clerk, linli, monkeypatch):
    made = await clerk.checked(PAIR)
    job = (await clerk.call("POST", f"imports/{made['id']}/commit", {})).json()["id"]
    real, inside, go_on = writing.write_all, asyncio.Event(), asyncio.Event()

    async def slow(*args):
        inside.set()
        await go_on.wait()
        return await real(*args)

    monkeypatch.setattr(writing, "write_all", slow)
    first = asyncio.create_task(linli.jobs.run_one())
    await inside.wait()
    await linli.database.pool.execute(FORGOTTEN)
    second = asyncio.create_task(linli.jobs.run_one())
    await until_one_waits(linli, second)
    go_on.set()
    await asyncio.gather(first, second)
    assert await count(clerk.registry, "resident") == 2
    assert (await clerk.call("GET", f"jobs/{job}")).json()["state"] == "done"
    assert (await clerk.call("GET", f"imports/{made['id']}")).json()["state"] == "committed"


async def test_a_commit_whose_end_was_not_heard_stays_committed(clerk, linli, monkeypatch):
    made = await clerk.checked(PAIR)
    answer = await clerk.call("POST", f"imports/{made['id']}/commit", {})

    def lost(relay):
        raise ConnectionResetError

    monkeypatch.setattr(type(linli.relay), "poke", lost)
    await linli.jobs.run_one()
    monkeypatch.undo()
    assert (await clerk.call("GET", f"imports/{made['id']}")).json()["state"] == "committed"
    await linli.database.pool.execute(FORGOTTEN)
    job = await clerk.job(answer)
    assert (job["id"], job["state"]) == (str(UUID(answer.json()["id"])), "done")
    assert await count(clerk.registry, "resident") == 2


async def test_the_same_list_stored_twice_at_once_enters_once(clerk, linli, monkeypatch):
    lists = [await clerk.checked(PAIR) for _ in range(2)]
    for made in lists:
        await clerk.call("POST", f"imports/{made['id']}/commit", {})
    real, entered, go_on = writing.write_all, asyncio.Event(), asyncio.Event()

    async def slow(*args):
        entered.set()
        await go_on.wait()
        return await real(*args)

    monkeypatch.setattr(writing, "write_all", slow)
    first = asyncio.create_task(linli.jobs.run_one())
    await entered.wait()
    second = asyncio.create_task(linli.jobs.run_one())
    await until_one_waits(linli, second)
    go_on.set()
    await asyncio.gather(first, second)
    assert await count(clerk.registry, "resident") == 2
    states = [(await clerk.call("GET", f"imports/{made['id']}")).json()["state"] for made in lists]
    assert states == ["committed", "committed"]
