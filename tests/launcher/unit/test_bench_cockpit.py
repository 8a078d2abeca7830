"""The benchmark of the cockpit asks for the whole prefecture, of villages that have a year, and judges by its bar."""

from types import SimpleNamespace
from typing import Any

import pytest
from linli_launcher.bench import cockpit
from linli_launcher.bench.load import Figures
from linli_launcher.bench.scenarios import Scenario

VILLAGES = [["421202104221"], ["421281100201"]]


class Installation:
    def __init__(self) -> None:
        self.tasks: list[Any] = []
        self.postgres = SimpleNamespace(execute=lambda sql, database: VILLAGES if "LIKE '4212%'" in sql else [])

    def run_task(self, component: Any, function: str, options: Any, addresses: str) -> None:
        self.tasks.append((component.key, function, options, addresses))


class Measured:
    url, addresses = "http://bench", "here"

    def __init__(self, seconds: float) -> None:
        self.installation = Installation()
        self._seconds = seconds
        self.asked: list[bytes] = []

    def pids(self, key: str) -> dict[str, int]:
        return {}

    def counted(self, url: str, requests: Any, pids: Any, *, connections: int) -> Figures:
        assert connections == 1
        self.asked.append(requests())
        return Figures("", 1, [self._seconds] * 3)

    def directly(self, scenario: Scenario, connections: int) -> Figures:
        assert connections == 1
        return Figures("", 1, [0.1] * 3)


@pytest.mark.parametrize(("seconds", "met"), [(0.3, True), (0.301, False)])
def test_the_bar_is_three_tenths_of_a_second_for_every_village(
    seconds: float, met: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cockpit, "Clerk", lambda url, account: SimpleNamespace(token=f"token-of-{account}"))
    measured: Any = Measured(seconds)
    (bar,) = cockpit.measure(measured)
    assert bar.met is met
    assert "2 villages" in bar.name
    villages = [code for (code,) in VILLAGES]
    assert measured.installation.tasks == [("supervision", "make_figures", {"villages": villages}, "here")]
    assert measured.asked[0].startswith(b"GET /api/supervision/v1/cockpit?division=4212 ")
    assert b"token-of-auditor.4212" in measured.asked[0]
    assert f"{seconds / 0.1:.2f}× the statements' own time" in capsys.readouterr().out
