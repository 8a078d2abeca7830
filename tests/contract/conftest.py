"""One system for the contract tests of a file."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from linli_launcher.databases import DatabaseUrls

from tests.contract.objects import make_objects
from tests.contract.system import PARTS, System, running_system, seeding


@pytest.fixture(scope="module")
async def databases(
    module_database: Callable[..., DatabaseUrls], seeded_template: Callable[..., Awaitable[str]], keyring: str
) -> dict[str, DatabaseUrls]:
    """A database of each part with the demo's data, which is made once a run."""
    templates = {part: await seeded_template(part, seeding(part, keyring), "demo") for part in PARTS}
    return {part: module_database(part, template) for part, template in templates.items()}


@pytest.fixture(scope="module")
def system(databases: dict[str, Any], keyring: str) -> Iterator[System]:
    with running_system(databases, keyring) as made:
        made.objects.update(make_objects(made))
        yield made
