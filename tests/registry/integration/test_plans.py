"""The look at plans finds what it is there for."""

import pytest

from tests.registry import plans

TENANT = "SELECT id FROM resident WHERE tenant = $1::text"


@pytest.fixture(scope="module")
async def full(module_database, seeded_template, postgres):
    return module_database("registry", await plans.filled(postgres, seeded_template)).owner_url


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT id FROM resident WHERE education = $1", ["it reads all of resident"]),
        ("SELECT count(*) FROM household", ["it reads all of household"]),
        (f"{TENANT} AND education = $2", ["it reads a whole county of resident"]),
        (f"{TENANT} AND id > $2 ORDER BY id LIMIT 50", []),
        (f"{TENANT} AND id = $2", []),
        (f"{TENANT} AND phone_index = $2", []),
    ],
)
async def test_a_query_without_an_index_that_narrows_it_is_named(full, sql, found):
    told = await plans.faults(full, {sql: "it"})
    assert told == found


async def test_what_the_registry_asks_is_heard_on_every_way(registry):
    with plans.heard() as asked:
        await registry.search(q="张桂兰")
        home = (await registry.known())["household_id"]
        await registry.call("GET", f"households/{home}/events")
        await registry.call("PATCH", f"residents/{(await registry.known())['id']}", {}, match=999)
    places = set(asked.values())
    assert {"residents/repository.py:locked", "households/repository.py:events_of"} <= places
    assert any(place.startswith("residents/") and "find" in place for place in places)
