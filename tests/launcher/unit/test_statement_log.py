"""Reading the end of a log that its server is still writing."""

from pathlib import Path

import pytest
from linli_launcher.bench.capture import whole_lines


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "statements.json"
    file.write_text('{"n":1,"name":"张"}\n{"n":2}\n{"n":3', encoding="utf-8")
    return file


def test_only_lines_that_are_complete_are_read(log: Path) -> None:
    assert whole_lines(log, 0) == ['{"n":1,"name":"张"}\n', '{"n":2}\n']


@pytest.mark.parametrize("within", [1, 16, 17])
def test_a_line_that_had_begun_before_is_left_out(log: Path, within: int) -> None:
    assert whole_lines(log, within) == ['{"n":2}\n']


def test_a_line_that_begins_just_there_is_read(log: Path) -> None:
    assert whole_lines(log, len('{"n":1,"name":"张"}\n'.encode())) == ['{"n":2}\n']
