"""What the tests of the registry's API ask of its database is looked at as a whole once they are through."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from linli_launcher.postgres import Postgres

from tests.registry import plans

# Queries that read a whole table by an index without a condition on it, each with its reason.
WHOLE = {
    "divisions/succession.py:load": "the few thousand that ended, by the index of those that have a successor",
    "divisions/endpoints.py:_page": "a page of the public list in the order of its codes",
    "transfers/repository.py:moving": "those under way, by the index of those under way",
    "transfers/meanwhile.py:edited": "those of one county that are under way, a few dozen, by that index",
    "transfers/meanwhile.py:take_back": "those of one county that are under way, a few dozen, by that index",
}


@pytest.fixture(scope="session", autouse=True)
async def every_query_is_narrowed_by_an_index(
    session_database: Callable[..., Any], seeded_template: plans.Template, postgres: Postgres
) -> AsyncIterator[None]:
    """Red at the end, with the functions' names, when a query would read a whole table or a whole county of one."""
    with plans.heard() as asked:
        yield
    full = session_database("registry", await plans.filled(postgres, seeded_template))
    wide = await plans.faults(full.owner_url, asked)
    left = [one for one in wide if one.split(" ")[0] not in WHOLE]
    assert left == [], "\n".join(left)
