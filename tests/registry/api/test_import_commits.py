"""A commit in several batches is one: dwellings are shared, households numbered on, events told in order and without gaps."""

import pytest
from linli_registry.imports import staging

from tests.registry import workbooks as w
from tests.registry.importing import Clerk, count, listed

HOUSES = 7


@pytest.fixture
def clerk(empty_registry, monkeypatch):
    monkeypatch.setattr(staging, "BATCH", 4)
    return Clerk(empty_registry)


def one_house(families):
    """Households without numbers of their own, all in one dwelling."""
    rows = [row for n in range(families) for row in w.family(n)]
    for row in rows:
        row[0] = None
        row[8] = row[8] and "花坪村1组1号"
    return rows


async def test_households_of_many_batches_share_their_dwelling_and_are_numbered_on(clerk):
    made = await clerk.committed(listed(*one_house(HOUSES)))
    assert made["counts"]["stored"] == {"new": HOUSES * 3, "households_new": HOUSES}
    pool = clerk.registry.app.state.linli.database.pool
    numbers = [row["number"] for row in await pool.fetch("SELECT number FROM household ORDER BY opened_on, id")]
    assert sorted(int(number[6:]) for number in numbers) == list(range(1, HOUSES + 1))
    assert await pool.fetchval("SELECT count(DISTINCT dwelling) FROM household") == await count(
        clerk.registry, "dwelling"
    )
    assert await count(clerk.registry, "dwelling") == 1


async def test_the_events_of_a_commit_are_told_in_order_and_without_gaps(clerk):
    await clerk.committed(listed(*one_house(HOUSES)))
    pool = clerk.registry.app.state.linli.database.pool
    rows = await pool.fetch("SELECT seq, type FROM outbox ORDER BY seq")
    first, last = rows[0]["seq"], rows[-1]["seq"]
    assert [row["seq"] for row in rows] == list(range(first, first + len(rows)))
    assert await pool.fetchval("SELECT last FROM outbox_seq") == last
    kinds = [row["type"] for row in rows]
    assert kinds.count("cn.linli.registry.resident.registered.v1") == HOUSES * 3
    assert kinds.count("cn.linli.registry.household.changed.v1") == HOUSES


async def test_the_same_list_in_many_batches_changes_nothing(clerk):
    await clerk.committed(listed(*one_house(HOUSES)))
    again = await clerk.committed(listed(*one_house(HOUSES)))
    assert again["counts"]["stored"] == {"unchanged": HOUSES * 3}
