"""A command that will not do something says so in one sentence; a fault still shows where it happened."""

import sys
from pathlib import Path

import pytest
from linli_kernel.task import REFUSED, main

COMMANDS = """
from linli_kernel.refusals import CommandRefused

class Settings:
    pass

def refuse(settings: Settings):
    raise CommandRefused("the file is no division list")

def read(settings: Settings):
    open("/nowhere/divisions.csv")

def fail(settings: Settings):
    raise ZeroDivisionError

def work(settings: Settings):
    return "done"
"""


@pytest.fixture(autouse=True)
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "some_commands.py").write_text(COMMANDS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "some_commands", raising=False)


@pytest.mark.parametrize(
    ("function", "said"),
    [("refuse", "the file is no division list"), ("read", "/nowhere/divisions.csv: No such file or directory")],
)
def test_an_expected_refusal_is_one_line(function: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("some_commands", function, {}) == REFUSED
    assert capsys.readouterr().out == f"{said}\n"


def test_a_fault_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        main("some_commands", "fail", {})


def test_what_a_command_returns_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main("some_commands", "work", {}) == 0
    assert capsys.readouterr().out == "done\n"
