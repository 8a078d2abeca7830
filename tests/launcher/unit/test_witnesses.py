"""The demo's witnesses are one small process beside the services, and only where their folder is."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from linli_launcher import witnesses
from linli_launcher.databases import COMPONENTS
from linli_launcher.installation import Addresses, Installation

ADDRESSES = Addresses("127.0.0.1", {component.key: 8000 for component in COMPONENTS}, "http://127.0.0.1:8000")


class FakeInstallation:
    """A data directory without a cluster; remembers which tasks were run."""

    def __init__(self, path: Path) -> None:
        self.tasks: list[tuple[str, dict[str, Any]]] = []
        self._state: dict[str, Any] = {}
        self.data = SimpleNamespace(path=path, logs=path, state=lambda: self._state, save_state=self._save)

    def _save(self, **changes: Any) -> None:
        self._state |= changes

    def run_task(self, component: Any, function: str, options: dict[str, Any], addresses: Any) -> str:
        self.tasks.append((function, options))
        Path(options["folder"]).mkdir(exist_ok=True)
        return ""


@pytest.fixture
def installation(tmp_path: Path) -> FakeInstallation:
    return FakeInstallation(tmp_path)


def test_without_their_folder_no_witness_is_started(installation: FakeInstallation) -> None:
    assert witnesses.demo_program(cast(Installation, installation), ADDRESSES) is None


def test_the_seeding_makes_them_without_a_process_of_their_own(installation: FakeInstallation) -> None:
    witnesses.make_demo(cast(Installation, installation), ADDRESSES, seeded=True)
    witnesses.make_demo(cast(Installation, installation), ADDRESSES, seeded=False)
    assert installation.tasks == []


def test_in_an_older_data_directory_they_are_made_once_and_run_in_one_process(installation: FakeInstallation) -> None:
    made = cast(Installation, installation)
    witnesses.make_demo(made, ADDRESSES, seeded=False)
    witnesses.make_demo(made, ADDRESSES, seeded=False)
    assert [name for name, _ in installation.tasks] == ["make_demo_witnesses"]
    program = witnesses.demo_program(made, ADDRESSES)
    assert program is not None
    assert str(installation.data.path / "witnesses") in program.command
    assert "http://127.0.0.1:8000" in program.command


def test_the_command_is_the_program_itself(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    arguments = ["--home", str(home)]
    assert witnesses.run(["init", *arguments, "--url", "http://127.0.0.1:9", "--tenant", "421202"]) == 0
    printed = capfd.readouterr().out.strip()
    assert witnesses.run(["show", *arguments]) == 0
    assert capfd.readouterr().out.startswith(printed)
    assert witnesses.run(["run", *arguments, "--once"]) == 3
    assert witnesses.run(["run", "--once"]) == 2
