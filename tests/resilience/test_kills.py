"""The promise of the whole system: whatever is killed at whatever moment, nothing acknowledged is lost or doubled.

LINLI_KILLS sets how many processes are killed, LINLI_KILL_SEED which and when.
"""

import os
import random
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from linli_launcher.data_directory import DataDirectory
from linli_launcher.demo import VILLAGES

from tests.resilience import reckoning
from tests.resilience.machine import PATIENCE_SECONDS, TARGETS, Machine, eventually, seeded_machine
from tests.resilience.traffic import Clerk, Command, Officer, Person, Pulse, Registrar, Whistler

KILLS = int(os.environ.get("LINLI_KILLS", "10"))
LONGEST_GAP = 12
"""Requests between two kills at most; with four people that is some tenths of a second, or the middle of a restart."""


@pytest.fixture(scope="module")
def machine(open_folders: Callable[[], Path]) -> Iterator[Machine]:
    made = seeded_machine(open_folders())
    made.make_cases()
    try:
        made.start()
        yield made
    finally:
        made.end()
        # Whatever a failed test left running: holding the directory ends it.
        with DataDirectory(made.data.path):
            pass


def test_nothing_acknowledged_is_lost_or_doubled_whatever_is_killed(machine: Machine) -> None:
    seed = int(os.environ.get("LINLI_KILL_SEED", secrets.randbelow(2**32)))
    print(f"LINLI_KILL_SEED={seed} LINLI_KILLS={KILLS}")
    people = work_through_kills(machine, random.Random(seed))
    commands = [command for person in people for command in person.commands]
    reckoning.check_commands(machine, commands)
    ask_again(machine, people)
    reckoning.check_commands(machine, commands)
    reckoning.check_delivery(machine)
    reckoning.check_acts(machine, commands)
    reckoning.check_ledger(machine)
    reckoning.check_numbers(machine)
    reckoning.check_files(machine, commands)
    reckoning.check_reminders(machine)
    reckoning.check_telling(machine)


def work_through_kills(machine: Machine, chance: random.Random) -> list[Person]:
    """Let people work while processes are killed, until everything has come back; returns them."""
    pulse = Pulse()
    people: list[Person] = [
        kind(machine, village, pulse, chance.getrandbits(32))
        for village in VILLAGES
        for kind in (Registrar, Clerk, Officer, Whistler)
    ]
    for person in people:
        person.start()
    try:
        for number in range(KILLS):
            pulse.wait_for(chance.randrange(1, LONGEST_GAP), PATIENCE_SECONDS)
            # Each part is killed at least once; chance decides the rest.
            target = TARGETS[number] if number < 4 else chance.choice(TARGETS)
            eventually(lambda target=target: machine.kill(target, chance), machine.what_it_says)
        eventually(machine.recovered, machine.what_it_says)
    finally:
        pulse.stop()
        for person in people:
            person.join(PATIENCE_SECONDS)
    for person in people:
        assert person.failure is None, repr(person.failure)
        assert not person.is_alive()
    return people


def ask_again(machine: Machine, people: list[Person]) -> None:
    """Send what got no answer once more with its key: it is done now, and what was done before is not done again."""
    for person in people:
        for command in [command for command in person.commands if not command.acknowledged]:
            before = markers(machine, command)
            eventually(lambda command=command: answered(command), machine.what_it_says)
            assert command.acknowledged, f"{command.kind}: {command.status} {command.answer}"
            assert markers(machine, command) - before in (0, 1)


def markers(machine: Machine, command: Command) -> int:
    return reckoning.records(machine, command.kind)[command.marker] if command.kind in reckoning.RECORDS else 0


def answered(command: Command) -> bool:
    answer = command.send()
    return answer is not None and (answer.is_success or command.refused)
