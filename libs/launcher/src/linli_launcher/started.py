"""A system that a program starts for its own use and ends again."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from linli_launcher.data_directory import DataDirectory
from linli_launcher.databases import PROJECT
from linli_launcher.errors import LauncherFailure
from linli_launcher.system import answers

_START_SECONDS = 240  # the first start migrates and seeds


@contextlib.contextmanager
def started_system(
    module: Sequence[str], data: Path, environment: Mapping[str, str] = os.environ
) -> Iterator[dict[str, Any]]:
    """Run `python -m module…` until it announces itself in the data directory; yields what it announced."""
    log = data.parent / "linli.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *module], env=dict(environment), stdout=output, stderr=subprocess.STDOUT, cwd=PROJECT
        )
    try:
        yield _announcement(process, data, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _announcement(process: "subprocess.Popen[bytes]", data: Path, log: Path) -> dict[str, Any]:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        running = DataDirectory(data).running()
        if running is not None:
            return running
        time.sleep(0.1)
    raise LauncherFailure(f"the system did not start:\n{log.read_text(errors='replace')}")


@contextlib.contextmanager
def started_process(
    module: Sequence[str], url: str, path: str, log: Path, environment: Mapping[str, str]
) -> Iterator[int]:
    """Run `python -m module…` until it answers with 200; yields its process id."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *module], env=dict(environment), stdout=output, stderr=subprocess.STDOUT, cwd=PROJECT
        )
    deadline = time.monotonic() + _START_SECONDS
    try:
        while not answers(url, path):
            if process.poll() is not None or time.monotonic() > deadline:
                raise LauncherFailure(f"{module[0]} did not start:\n{log.read_text(errors='replace')}")
            time.sleep(0.05)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
