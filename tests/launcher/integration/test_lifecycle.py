"""`linli run` as a real process: it leaves nothing behind, and it gets up again after every kind of kill.

The four components are one small stand-in application, so that these tests are about the launcher alone.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from linli_launcher.data_directory import MARK, DataDirectory
from linli_launcher.postgres import free_port
from linli_launcher.processes import is_alive
from linli_launcher.system import answers

_STAND_IN = """
async def application(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})

def create():
    return application
"""
_COMMANDS = """
class Settings:
    pass

async def seed_demo(settings: Settings):
    with open({seeds!r}, "a") as file:
        file.write("seeded\\n")

async def make_demo_witnesses(settings: Settings, folder: str, url: str):
    pass
"""
_RUN = """
import sys
from pathlib import Path
from linli_launcher import databases, system
for component in databases.COMPONENTS:
    object.__setattr__(component, "package", "stand_in")
    object.__setattr__(component, "folder", "/nowhere")
system.serve(system.Options(Path(sys.argv[1]), port=int(sys.argv[2])))
"""
_PATIENCE_SECONDS = 180  # for a machine with much else to do; every wait ends with its condition


class Launched:
    """A running launcher and what can be asked about it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        environment = os.environ | {"PYTHONPATH": f"{folder}:{os.environ.get('PYTHONPATH', '')}"}
        self.output = (folder / "output").open("a+")
        self.process = subprocess.Popen(
            [sys.executable, "-c", _RUN, str(self.data), str(self.port)],
            env=environment,
            stdout=self.output,
            stderr=subprocess.STDOUT,
        )
        eventually(lambda: bool(self.note()) or self.process.poll() is not None, self.text)
        assert self.process.poll() is None, self.text()

    def note(self) -> dict[str, Any]:
        with contextlib.suppress(FileNotFoundError):
            content: dict[str, Any] = json.loads((self.data / "running.json").read_text())
            if content["pid"] == self.process.pid:
                return content
        return {}

    def text(self) -> str:
        return (self.folder / "output").read_text()

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def postmasters(self) -> list[psutil.Process]:
        found = []
        for process in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.name() == "postgres" and is_alive(process):
                    found.append(process)
        return found

    def end(self, number: signal.Signals) -> None:
        self.process.send_signal(number)
        self.process.wait(_PATIENCE_SECONDS)
        self.output.close()


def eventually(condition: Any, say: Any = lambda: "") -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, say()
        time.sleep(0.05)


@pytest.fixture
def folder(open_folder: Path) -> Iterator[Path]:
    path = open_folder
    package = path / "stand_in"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "app.py").write_text(_STAND_IN)
    (package / "commands.py").write_text(_COMMANDS.format(seeds=str(path / "seeds")))
    yield path
    # Whatever a failed test left running: holding the directory ends it.
    with DataDirectory(path / "data"):
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                assert process.environ().get(MARK) != str(path / "data")


def test_the_terminate_signal_leaves_no_process(folder: Path) -> None:
    launched = Launched(folder)
    family = launched.family()
    assert len(family) > 5
    assert answers(f"http://127.0.0.1:{launched.port}")
    launched.end(signal.SIGTERM)
    assert launched.process.returncode == 0
    assert not any(is_alive(process) for process in family)
    assert not (folder / "data" / "running.json").exists()


def test_after_kill_9_of_the_launcher_everything_ends_and_the_next_start_works_without_seeding_again(
    folder: Path,
) -> None:
    launched = Launched(folder)
    family = launched.family()
    launched.end(signal.SIGKILL)
    again = Launched(folder)
    try:
        assert not any(is_alive(process) for process in family)
        assert (folder / "seeds").read_text().splitlines() == ["seeded"] * 4
    finally:
        again.end(signal.SIGINT)
    assert again.process.returncode == 0


def test_a_killed_service_and_a_killed_database_come_back(folder: Path) -> None:
    launched = Launched(folder)
    try:
        killed = psutil.Process(launched.note()["pids"]["gateway"])
        killed.kill()
        url = f"http://127.0.0.1:{launched.port}"
        eventually(lambda: not is_alive(killed) and answers(url), launched.text)
        (killed,) = launched.postmasters()
        killed.kill()
        eventually(lambda: "PostgreSQL ended" in launched.text(), launched.text)
        eventually(lambda: launched.postmasters() not in ([], [killed]), launched.text)
    finally:
        launched.end(signal.SIGTERM)
    assert launched.process.returncode == 0, launched.text()


def test_a_database_that_does_not_start_at_once_is_tried_again(folder: Path) -> None:
    launched = Launched(folder)
    try:
        (killed,) = launched.postmasters()
        settings = Path(killed.cwd()) / "postgresql.conf"
        # Without its settings no start succeeds, as when the recovery after a power cut is itself cut short.
        settings.rename(settings.with_suffix(".away"))
        killed.kill()
        eventually(lambda: "trying again" in launched.text(), launched.text)
        settings.with_suffix(".away").rename(settings)
        eventually(lambda: launched.postmasters() not in ([], [killed]), launched.text)
    finally:
        launched.end(signal.SIGTERM)
    assert launched.process.returncode == 0, launched.text()


def test_a_second_launcher_on_the_same_data_is_refused_and_harms_nothing(folder: Path) -> None:
    launched = Launched(folder)
    try:
        second = subprocess.run(
            [sys.executable, "-m", "linli_launcher", "run", "--data", str(launched.data), "--port", str(free_port())],
            capture_output=True,
            text=True,
            check=False,
        )
        assert second.returncode == 1
        assert f"in use by process {launched.process.pid}" in second.stderr
        assert answers(f"http://127.0.0.1:{launched.port}")
    finally:
        launched.end(signal.SIGTERM)
