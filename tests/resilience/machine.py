"""The real system on a data directory of its own, and the ways in which its processes are killed.

Every wait ends with a condition; a deadline that passes fails the test with the log of the launcher.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import psutil
from linli_launcher.data_directory import DataDirectory
from linli_launcher.databases import BY_KEY, COMPONENTS, PROJECT, Component
from linli_launcher.demo import VILLAGES
from linli_launcher.installation import Addresses, Installation
from linli_launcher.postgres import Postgres, PostgresFailed, free_port
from linli_launcher.processes import is_alive
from linli_launcher.system import Options, answers, choose_addresses

from tests.conftest import RUN_DIRECTORY, locked

PEOPLE = 40
"""Residents of a village: enough to look somebody up, and made in a second."""
CASES = 400
"""Made cases of a county, all in work: enough are due that the scheduler of reminders has some seconds to be killed in."""
PATIENCE_SECONDS = 180.0
LAUNCHER, POSTGRES, BACKEND = "launcher", "postgres", "backend"
# What psql is told by a cluster that was killed, or one of whose processes was, until it has recovered.
_RECOVERS = re.compile(
    "connection to server|the database system is|server closed the connection|terminating connection"
)
# A service twice as often as the rest: it is back within seconds, and most commands are in its hands.
TARGETS = ("gateway", "registry", "desk", "supervision") * 4 + (POSTGRES, BACKEND, BACKEND, LAUNCHER)


def eventually(condition: Callable[[], Any], say: Callable[[], str] = lambda: "", patience: float = 0) -> Any:
    """Return what `condition` returns once it is true."""
    deadline = time.monotonic() + (patience or PATIENCE_SECONDS)
    while not (result := condition()):
        assert time.monotonic() < deadline, say()
        time.sleep(0.05)
    return result


def seeded_machine(folder: Path) -> "Machine":
    """A machine with the demo's people in it: seeded once a run, and this one is a copy of that data directory."""
    first = Path(os.environ[RUN_DIRECTORY]) / "machine"
    with locked(first.with_suffix(".lock")):
        done = first.with_suffix(".done")
        if not done.exists():
            shutil.rmtree(first, ignore_errors=True)
            first.mkdir()
            first.chmod(0o711)  # the database's account must pass through
            Machine(first).seed()
            done.touch()
    subprocess.run(["cp", "-a", first / "data", folder], check=True)
    return Machine(folder)


class Machine:
    """`linli run` as an operator starts it; `kill` ends one of its processes as a power cut would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = DataDirectory(folder / "data")
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "launcher.log"

    def seed(self) -> None:
        """Fill the databases with two small villages instead of the demo's large ones."""

        def seed(component: Component) -> str:
            options = {"residents_per_village": PEOPLE} if component.key == "registry" else {}
            return installation.run_task(component, "seed_demo", options, addresses)

        with self._at_rest() as (installation, addresses), ThreadPoolExecutor() as pool:
            installation.prepare_databases()
            list(pool.map(seed, COMPONENTS))
            self.data.save_state(demo={component.key: "done" for component in COMPONENTS})

    def make_cases(self) -> None:
        with self._at_rest() as (installation, addresses):
            for village in VILLAGES:
                made = {"tenant": village[:6], "villages": [village], "cases": CASES}
                installation.run_task(BY_KEY["desk"], "make_cases", made, addresses)

    @contextmanager
    def _at_rest(self) -> Iterator[tuple[Installation, Addresses]]:
        """Only the databases run."""
        with self.data:
            installation = Installation(self.data)
            with installation.postgres.running():
                yield installation, choose_addresses(Options(self.data.path, port=self.port))

    def start(self) -> None:
        command = [sys.executable, "-m", "linli_launcher", "run", "--data", str(self.data.path)]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)], cwd=PROJECT, stdout=output, stderr=subprocess.STDOUT
            )
        eventually(self.is_up, self.what_it_says)

    def is_up(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.what_it_says()
        running = self.data.running()
        return running is not None and running["pid"] == self.process.pid

    def recovered(self) -> bool:
        """Whether every part answers again."""
        return self.is_up() and all(answers(self.address(component.key)) for component in COMPONENTS)

    def address(self, key: str) -> str:
        port: int = (self.data.running() or {"ports": {key: self.port}})["ports"][key]
        return f"http://127.0.0.1:{port}"

    def kill(self, target: str, chance: random.Random) -> bool:
        """Send SIGKILL; false when that process is not there at the moment."""
        victims = self._processes(target)
        if not victims:
            return False
        victim = chance.choice(victims)
        try:
            victim.kill()
        except psutil.NoSuchProcess:
            return False
        if target == LAUNCHER:
            assert self.process is not None
            self.process.wait()
            self.start()
        return True

    def _processes(self, target: str) -> list[psutil.Process]:
        assert self.process is not None
        try:
            launcher = psutil.Process(self.process.pid)
            if target == LAUNCHER:
                return [launcher]
            children = launcher.children()
            if target in BY_KEY:
                wanted = f"{BY_KEY[target].package}.app:create"
                return [child for child in children if is_alive(child) and wanted in child.cmdline()]
            postmasters = [child for child in children if is_alive(child) and child.name() == "postgres"]
            if target == POSTGRES:
                return postmasters
            return [backend for postmaster in postmasters for backend in postmaster.children()]
        except psutil.NoSuchProcess:
            return []

    @cached_property
    def postgres(self) -> Postgres:
        return Installation(self.data).postgres

    def rows(self, database: str, sql: str) -> list[list[str]]:
        """Ask a part's database as its superuser; one that is not back yet after a kill is waited for."""
        asked: list[list[list[str]]] = eventually(lambda: self._ask(database, sql), self.what_it_says)
        return asked[0]

    def _ask(self, database: str, sql: str) -> list[list[list[str]]]:
        """The one answer, or none while the cluster recovers."""
        if not self.postgres.attach():
            return []
        try:
            return [self.postgres.execute(sql, BY_KEY[database].database)]
        except PostgresFailed as failure:
            if _RECOVERS.search(str(failure)) is None:
                raise
            return []

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `linli …` on this data directory."""
        return subprocess.run(
            [sys.executable, "-m", "linli_launcher", *arguments],
            env=os.environ | {"DATA": str(self.data.path)},
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )

    def what_it_says(self) -> str:
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else "no log"

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE_SECONDS)
