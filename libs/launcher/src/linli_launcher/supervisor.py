"""Keeping the processes of one installation alive, and ending all of them.

A program that ends by itself is started again after a growing pause. When `run` returns, for whatever reason, none of
the programs it started is left. honcho, the usual library, ends everything when one process ends.
"""

import asyncio
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from linli_launcher.processes import end, spawn

_STEADY_SECONDS = 30  # a program that ran this long starts again at once
_LONGEST_PAUSE_SECONDS = 10.0
_LOG_BYTES = 20_000_000


@dataclass(frozen=True)
class Program:
    """What to run and where it writes."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    log: Path
    death_signal: signal.Signals = signal.SIGTERM
    patience_seconds: float = 8


@dataclass
class Supervisor:
    """Runs programs until told to stop. Use it from the main thread: the children's death signal depends on it."""

    report: Callable[[str], None]
    first_pause_seconds: float = 0.5
    _running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def pids(self) -> dict[str, int]:
        return {name: process.pid for name, process in self._running.items()}

    def stop(self) -> None:
        self._stopping.set()

    async def run(self, programs: Sequence[Program]) -> None:
        # One thread for each child that is waited for; asyncio's default pool may be smaller than that.
        with ThreadPoolExecutor(max_workers=len(programs) + 1, thread_name_prefix="child") as waiters:
            keepers = [asyncio.create_task(self._keep(program, waiters)) for program in programs]
            told_to_stop = asyncio.create_task(self._stopping.wait())
            try:
                # A keeper only ends early by an error, for instance a program that does not exist.
                await asyncio.wait([told_to_stop, *keepers], return_when=asyncio.FIRST_COMPLETED)
            finally:
                self._stopping.set()
                await asyncio.to_thread(self._end_all, programs)
                await asyncio.gather(told_to_stop, *keepers)

    async def _keep(self, program: Program, waiters: ThreadPoolExecutor) -> None:
        pause = self.first_pause_seconds
        while not self._stopping.is_set():
            started = time.monotonic()
            process = self._start(program)
            code = await asyncio.get_running_loop().run_in_executor(waiters, process.wait)
            self._running.pop(program.name, None)
            if self._stopping.is_set():
                return
            if time.monotonic() - started > _STEADY_SECONDS:
                pause = self.first_pause_seconds
            self.report(f"{program.name} ended with {_ending(code)}; starting it again in {pause:g} s ({program.log})")
            await self._pause(pause)
            pause = longer(pause)

    def _start(self, program: Program) -> "subprocess.Popen[bytes]":
        _rotate(program.log)
        with program.log.open("ab") as output:
            process = spawn(
                program.command, env=program.env, cwd=program.cwd, output=output, death_signal=program.death_signal
            )
        self._running[program.name] = process
        return process

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    def _end_all(self, programs: Sequence[Program]) -> None:
        patience = max((program.patience_seconds for program in programs), default=0)
        alive = []
        for process in list(self._running.values()):
            try:
                alive.append(psutil.Process(process.pid))
            except psutil.NoSuchProcess:
                continue
        end(alive, signal.SIGTERM, patience_seconds=patience)


def longer(pause: float) -> float:
    """Return the pause in seconds before the next try after one that followed `pause`."""
    return min(pause * 2, _LONGEST_PAUSE_SECONDS)


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"


def _rotate(log: Path) -> None:
    """Keep one older file, so that a service that writes a lot cannot fill the disk across restarts."""
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_suffix(".1.log"))
