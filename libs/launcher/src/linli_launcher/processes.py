"""Knowing which process is which, and ending the right one.

A process id alone proves nothing: after a crash or a container restart it may belong to a zombie or to a stranger.
Every decision here compares the working directory, the executable or the start time as well.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Account:
    """The operating system account that a child runs as; `switch` only when we are root and must step down."""

    name: str
    uid: int
    gid: int
    switch: bool

    def popen_arguments(self) -> dict[str, Any]:
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, directory: Path) -> bool:
        if not self.switch:
            return os.access(directory, os.X_OK)
        probe = subprocess.run(
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(directory)],
            cwd="/",
            stderr=subprocess.DEVNULL,
            check=False,
            **self.popen_arguments(),
        )
        return probe.returncode == 0


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path,
    output: IO[bytes],
    account: Account | None = None,
    death_signal: signal.Signals | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a child in a session of its own, so that a terminal's Ctrl-C reaches the launcher alone.

    With `death_signal` the kernel (Linux) sends that signal when the launcher dies, even by `kill -9`. The kernel
    counts the thread that forked as the parent: call this from the main thread.
    """
    return subprocess.Popen(
        [str(part) for part in command],
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=_die_with_parent(death_signal) if death_signal else None,
        **(account.popen_arguments() if account else {}),
    )


def end_with_parent(death_signal: signal.Signals) -> None:
    """Let the kernel send this process the signal when the process that started it dies (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(death_signal))


def _die_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up before the fork: loading a library after it may dead-lock
    parent = os.getpid()

    def arm() -> None:
        prctl(_PR_SET_PDEATHSIG, int(death_signal))
        # The launcher may have died between the fork and the line above; then nobody would send the signal.
        if os.getppid() != parent:
            os._exit(1)

    return arm


def is_alive(process: psutil.Process) -> bool:
    """Tell whether the process still does anything; a zombie that nobody reaped does not."""
    try:
        return process.is_running() and process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return False


def working_in(directory: Path, executable_name: str) -> Iterator[psutil.Process]:
    """Yield the live processes that run `executable_name` with `directory` as their working directory."""
    for process in psutil.process_iter():
        if runs(process, directory, executable_name):
            yield process


def runs(process: psutil.Process, directory: Path, executable_name: str) -> bool:
    try:
        if not is_alive(process):
            return False
        # After an upgrade the kernel shows the executable of an old process as "… (deleted)".
        executable = process.exe().removesuffix(" (deleted)")
        return Path(executable).name == executable_name and process.cwd() == str(directory)
    except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
        return False


def end(
    processes: Sequence[psutil.Process],
    first: signal.Signals,
    last: signal.Signals = signal.SIGKILL,
    patience_seconds: float = 10,
) -> None:
    """Signal the processes, wait, and signal with `last` those that stayed. psutil refuses a pid that was reused."""
    _signal_all(processes, first)
    _, stayed = psutil.wait_procs([p for p in processes if is_alive(p)], timeout=patience_seconds)
    stayed = [p for p in stayed if is_alive(p)]
    if stayed:
        _signal_all(stayed, last)
        psutil.wait_procs(stayed, timeout=patience_seconds)


def _signal_all(processes: Sequence[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue
