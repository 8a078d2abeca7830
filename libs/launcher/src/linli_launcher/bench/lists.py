"""A list of people brought in and taken out through the gateway, against plain COPY of the same rows into the same tables.

An import counts from the end of its upload to the end of its commit, by the clock: everything is validated twice and stored
once.
"""

import asyncio
import csv
import io
import itertools
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import psutil
from linli_kernel.codes import identity

from linli_launcher.bench.copying import copied
from linli_launcher.bench.measured import Measured
from linli_launcher.bench.report import Bar, at_least, at_most, show
from linli_launcher.bench.scenarios import TENANT, VILLAGE, Clerk
from linli_launcher.databases import REGISTRY
from linli_launcher.errors import LauncherFailure

IMPORT_ROWS_PER_SECOND, EXPORT_ROWS_PER_SECOND = 3_000, 20_000
MOST_MEMORY_MIB = 200
"""Beside the file itself, of which the largest that is taken has 19 MB, an import holds some thousand rows."""
_TABLES = ("resident", "dwelling", "household", "membership", "kinship", "resident_history", "life_event")
"""What an import fills; the events of the outbox are left out of the yardstick."""
_HEADERS = ("户号", "姓名", "与户主关系", "公民身份号码", "民族", "联系电话", "住址", "文化程度")
_FAMILY = (("户主", 1950, 1), ("妻", 1952, 2), ("长子", 1980, 3))
_SURNAMES, _GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "桂兰建国秀英志强丽华海燕文博子涵玉珍春生明月"
_POLL_SECONDS = 0.1
_CALM_PERCENT, _CALM_WITHIN_SECONDS = 15, 60
_PATH = "/api/registry/v1"


@dataclass(frozen=True)
class _Stored:
    """How long a list took from the end of its upload to the end of its commit, and in each job; memory in bytes."""

    rows: int
    seconds: float
    checked: float
    stored: float
    grown: int

    def line(self) -> str:
        return (
            f"    {self.rows:9,} rows: checked {self.rows / self.checked:7,.0f} rows/s   stored"
            f" {self.rows / self.stored:7,.0f} rows/s   both {self.rows / self.seconds:7,.0f} rows/s"
            f"   memory of the registry + {self.grown / 2**20:,.0f} MiB"
        )


def measure(measured: Measured, clerk: Clerk, rows: int) -> list[Bar]:
    memory = psutil.Process(measured.running["pids"]["registry"])
    before = memory.memory_info().rss
    header, *lines = _file(rows + rows // 10)
    whole = rows - rows % len(_FAMILY)
    # A tenth first: memory that does not grow with the list is seen by comparing the two.
    few, many = (_imported(clerk, memory, before, [header, *part]) for part in (lines[whole:], lines[:whole]))
    _calm(memory)
    exported = {name: _exported(clerk, memory, name) for name in ("csv", "xlsx")}
    people = int(measured.installation.postgres.execute("SELECT count(*) FROM resident", REGISTRY.database)[0][0])
    yardstick = asyncio.run(copied(measured.dsn(REGISTRY, owner=True), _TABLES))
    copy_in, copy_out = people / yardstick.into_seconds, people / yardstick.first_out_seconds
    into, out = many.rows / many.seconds, min(exported.values())
    show(
        f"a list of {rows:,} people",
        [
            few.line(),
            f"{many.line()}; {into / copy_in:.0%} of COPY ({copy_in:,.0f} rows/s)",
            *(f"    exported as {name:4} {rate:8,.0f} rows/s: {rate / copy_out:.0%} of COPY ({copy_out:,.0f} rows/s)"
              for name, rate in exported.items()),
        ],
    )  # fmt: skip
    return [
        at_least("import, validated and stored", into, IMPORT_ROWS_PER_SECOND, " rows/s"),
        at_least("export", out, EXPORT_ROWS_PER_SECOND, " rows/s"),
        at_most("memory of an import", many.grown / 2**20, MOST_MEMORY_MIB, " MiB"),
    ]


def _imported(clerk: Clerk, memory: psutil.Process, before: int, lines: list[str]) -> _Stored:
    rows = len(lines) - 1
    made = clerk.upload(f"{_PATH}/imports", "list.csv", "".join(lines).encode(), {"division": VILLAGE})
    here = f"{_PATH}/imports/{made['id']}"
    began = time.perf_counter()
    checked, peak = _followed(clerk, clerk.call("POST", f"{here}/check"), memory)
    stored, later = _followed(clerk, clerk.call("POST", f"{here}/commit", {"without_faulty": True}), memory)
    seconds = time.perf_counter() - began
    new = int(stored["result"]["stored"]["new"])
    if new < rows * 0.99:
        raise LauncherFailure(f"only {new} of {rows} people of the list were stored")
    return _Stored(rows, seconds, _seconds(checked), _seconds(stored), max(peak, later) - before)


def _calm(process: psutil.Process) -> None:
    """Wait until what an import sets off (events to deliver, duplicates to look for) is done."""
    ends = time.monotonic() + _CALM_WITHIN_SECONDS
    while process.cpu_percent(interval=1) > _CALM_PERCENT and time.monotonic() < ends:
        pass


def _exported(clerk: Clerk, memory: psutil.Process, kind: str) -> float:
    """Return rows per second."""
    asked = clerk.call("POST", f"{_PATH}/exports", {"format": kind, "purpose": "bench"})
    written, _ = _followed(clerk, asked, memory)
    return int(written["result"]["rows"]) / _seconds(written)


def _file(rows: int) -> list[str]:
    """Return the lines of families of three with names and birthdays as spread as a village's."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(_HEADERS)
    given = itertools.cycle(a + b for a in _GIVEN for b in _GIVEN if a != b)
    for n in range(rows):
        house, (relation, year, order) = n // 3, _FAMILY[n % 3]
        born = date(year, 1, 1) + timedelta(days=house % 7_300)
        number = identity.make(TENANT, born, 800 + order * 2 + house // 7_300 * 8 + order % 2)
        place = f"花坪村{house % 9 + 1}组{house + 1000}号"
        name = _SURNAMES[house % len(_SURNAMES)] + next(given)
        lines.writerow((f"B{house:07d}", name, relation, number, "汉族", f"139{n:08d}", place, "初中"))
    return text.getvalue().splitlines(keepends=True)


def _followed(clerk: Clerk, job: dict[str, Any], memory: psutil.Process) -> tuple[dict[str, Any], int]:
    """Wait for the end of a job; returns it and the most memory that was seen meanwhile."""
    most = 0
    while True:
        state = clerk.call("GET", f"{_PATH}/jobs/{job['id']}")
        most = max(most, memory.memory_info().rss)
        if state["state"] == "done":
            return state, most
        if state["state"] in ("failed", "cancelled"):
            raise LauncherFailure(f"{state['kind']} ended as {state['state']}")
        time.sleep(_POLL_SECONDS)


def _seconds(job: dict[str, Any]) -> float:
    began, ended = (datetime.fromisoformat(job[name]) for name in ("started_at", "finished_at"))
    return (ended - began).total_seconds()
