"""`linli rotate-keys` and `linli forget-keys` as an operator types them, on a real system with people in it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from linli_launcher.cli import REENCRYPTED
from linli_launcher.data_directory import DataDirectory

from tests.resilience.machine import Machine, eventually, seeded_machine

UNDER_THE_NEW_KEY = (
    "SELECT count(*) FROM resident WHERE phone IS NOT NULL AND position('k2'::bytea IN substring(phone FOR 12)) > 0"
)
ALL = "SELECT count(*) FROM resident WHERE phone IS NOT NULL"


@pytest.fixture
def machine(open_folders: Callable[[], Path]) -> Iterator[Machine]:
    made = seeded_machine(open_folders())
    try:
        yield made
    finally:
        made.end()
        with DataDirectory(made.data.path):
            pass


def keys_of(machine: Machine) -> dict[str, list[str]]:
    rings = json.loads(machine.data.secrets.read_text())["keyrings"]
    return {name: sorted(ring["keys"]) for name, ring in rings.items()}


def test_the_old_key_can_be_forgotten_after_the_next_start_and_not_before(machine: Machine) -> None:
    rotated = machine.command("rotate-keys")
    assert rotated.returncode == 0, rotated.stderr
    assert "active from the next start: k2" in rotated.stdout
    refused = machine.command("forget-keys")
    assert refused.returncode == 1
    assert "rows are still under older keys" in refused.stderr
    assert all(keys == ["k1", "k2"] for keys in keys_of(machine).values())

    machine.start()
    assert machine.command("forget-keys").returncode == 1, "not while the system runs"
    jobs = "SELECT state FROM job WHERE kind = 'keys.reencrypt'"
    for component in REENCRYPTED:
        eventually(lambda key=component.key: machine.rows(key, jobs) == [["done"]], machine.what_it_says)
    people = machine.rows("registry", ALL)
    assert machine.rows("registry", UNDER_THE_NEW_KEY) == people != [["0"]]
    machine.end()

    forgotten = machine.command("forget-keys")
    assert forgotten.returncode == 0, forgotten.stderr
    assert "forgotten: k1" in forgotten.stdout
    assert {keys_of(machine)[component.key][0] for component in REENCRYPTED} == {"k2"}
    machine.start()
    assert machine.recovered()
