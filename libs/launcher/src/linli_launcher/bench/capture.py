"""Which statements does a request send? Read from the server's own log, so that a yardstick runs the very same ones.

Only the benchmark's own cluster is ever told to log statements: they hold personal data of made-up people.
"""

import contextlib
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from linli_launcher.errors import LauncherFailure
from linli_launcher.postgres import SETTINGS, Postgres

LOGGING_SETTINGS = {
    **SETTINGS,
    "logging_collector": "on",
    "log_destination": "jsonlog",
    "log_directory": "statements",
    "log_filename": "statements.log",
    "log_rotation_size": "0",
    "log_error_verbosity": "default",
    "log_parameter_max_length": "-1",
}
_COLLECTED_SECONDS = 30.0
_EXECUTED = re.compile(r"^(?:duration: [\d.]+ ms  )?(?:execute [^:]*|statement): (?P<sql>.*)$", re.DOTALL)
_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ", "SHOW ")
_PARAMETER = re.compile(r"\$\d+ = (NULL|'(?:[^']|'')*')")


@dataclass(frozen=True)
class Statement:
    """A statement with its parameters as PostgreSQL writes them."""

    sql: str
    parameters: tuple[str | None, ...]

    @property
    def reads(self) -> bool:
        return self.sql.lstrip().upper().startswith(("SELECT", "WITH"))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class StatementLog:
    """The log of a cluster that was started with `LOGGING_SETTINGS`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self._file: Path = postgres.data / "statements" / "statements.json"

    @contextlib.contextmanager
    def recording(self) -> Iterator[None]:
        """Log every statement of the sessions that are open or opened in the block."""
        self._tell("log_min_duration_statement", "0")
        try:
            yield
        finally:
            self._tell("log_min_duration_statement", "-1")

    def during(self, database: str, work: Callable[[], object]) -> list[Statement]:
        """Return what was sent to the database while `work` ran."""
        return list(parse(self._lines(work), database))

    def transactions_during(self, database: str, work: Callable[[], object]) -> list[list[Statement]]:
        """Return the transactions that were committed on the database while `work` ran."""
        return list(transactions(self._lines(work), database))

    def _lines(self, work: Callable[[], object]) -> list[str]:
        start = self._file.stat().st_size
        work()
        # The collector writes a little later than the server answers: what was sent is there once this mark is.
        mark = f"mark {uuid4()}"
        self._postgres.execute(f"SELECT '{mark}'")
        deadline = time.monotonic() + _COLLECTED_SECONDS
        while time.monotonic() < deadline:
            lines = whole_lines(self._file, start)
            if any(mark in line for line in lines):
                return lines
            time.sleep(0.02)
        raise LauncherFailure("the server's log of statements did not arrive")

    def _tell(self, name: str, value: str) -> None:
        self._postgres.execute(f"ALTER SYSTEM SET {name} = '{value}'; SELECT pg_reload_conf(); SELECT pg_sleep(0.2)")


def whole_lines(file: Path, start: int) -> list[str]:
    """Return the lines that begin at `start` or after it and are complete.

    The server writes a long line in several pieces: at any moment the end of the file may lie within one.
    """
    with file.open("rb") as log:
        log.seek(max(start - 1, 0))
        lines = log.readlines()
    if start:
        del lines[0]
    return [line.decode() for line in lines if line.endswith(b"\n")]


def parse(lines: Iterable[str], database: str) -> Iterator[Statement]:
    """Yield the statements of one database from lines of a JSON log; transaction control is left out."""
    for _, statement in _executed(lines, database):
        if not statement.sql.upper().startswith(_CONTROL):
            yield statement


def transactions(lines: Iterable[str], database: str) -> Iterator[list[Statement]]:
    """Yield what each committed transaction sent; statements outside of one are left out."""
    open_on: dict[int, list[Statement]] = {}
    for session, statement in _executed(lines, database):
        word = statement.sql.upper()
        if word.startswith("BEGIN"):
            open_on[session] = []
        elif word.startswith("COMMIT") and session in open_on:
            yield open_on.pop(session)
        elif session in open_on and not word.startswith(_CONTROL):
            open_on[session].append(statement)


def _executed(lines: Iterable[str], database: str) -> Iterator[tuple[int, Statement]]:
    for line in lines:
        entry = json.loads(line)
        executed = _EXECUTED.match(entry.get("message", ""))
        if entry.get("dbname") == database and executed is not None:
            yield entry["pid"], Statement(executed["sql"].strip(), _parameters(entry.get("detail", "")))


def _parameters(detail: str) -> tuple[str | None, ...]:
    return tuple(None if found == "NULL" else found[1:-1].replace("''", "'") for found in _PARAMETER.findall(detail))


def to_python(type_name: str, text: str | None) -> Any:
    """Return the value that asyncpg takes for a parameter of that type."""
    if text is None:
        return None
    if type_name.endswith("[]"):
        return [to_python(type_name[:-2], part) for part in _array(text)]
    convert: dict[str, Callable[[str], Any]] = {
        "uuid": UUID,
        "int2": int,
        "int4": int,
        "int8": int,
        "float8": float,
        "bool": lambda value: value == "t",
        "bytea": lambda value: bytes.fromhex(value.removeprefix("\\x")),
        "date": date.fromisoformat,
        "timestamptz": datetime.fromisoformat,
    }
    return convert.get(type_name, str)(text)


def _array(text: str) -> list[str]:
    """Split an array literal; its parts are ids, codes and grams, which need no nesting."""
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"|([^,{}]+)', text)
    return [re.sub(r"\\(.)", r"\1", quoted) if quoted else plain for quoted, plain in parts]
