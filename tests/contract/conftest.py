"""One system for the contract tests of a file."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.contract.objects import make_objects
from tests.contract.system import System, running_system


@pytest.fixture(scope="module")
def system(module_database: Callable[..., Any]) -> Iterator[System]:
    with running_system(module_database) as made:
        made.objects.update(make_objects(made))
        yield made
