"""One system for all contract tests of a worker."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.contract.objects import make_objects
from tests.contract.system import System, running_system


@pytest.fixture(scope="session")
def system(session_database: Callable[[str], Any]) -> Iterator[System]:
    with running_system(session_database) as made:
        made.objects.update(make_objects(made))
        yield made
