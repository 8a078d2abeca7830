"""The data directory of one installation: who holds it, what was done in it, and what an earlier run left behind.

One process at a time holds it. The lock dies with its holder, so a killed launcher never blocks the next one.
"""

import fcntl
import json
import os
import signal
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import psutil

from linli_launcher.errors import LauncherFailure
from linli_launcher.processes import end, is_alive

MARK = "LINLI_LAUNCHED_FROM"
"""In the environment of every process that the launcher starts: the data directory that it belongs to."""


_HANDOVER_SECONDS = 20  # a stopping system gives answers under way 5 s and its database 20 s at most


class AlreadyRunning(LauncherFailure):
    """Another process holds the data directory; the message says which."""


class DataDirectory:
    """Use as a context manager to hold the directory; read-only questions need no holding."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._lock: IO[str] | None = None

    def __enter__(self) -> "DataDirectory":
        self.path.mkdir(parents=True, exist_ok=True)
        if self.path.stat().st_uid == os.geteuid():
            self.path.chmod(0o711)  # the database's account passes through; it cannot list what is here
        self.logs.mkdir(exist_ok=True, mode=0o700)
        self._lock = self._take_lock()
        self._end_orphans()
        self._note.unlink(missing_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._note.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def secrets(self) -> Path:
        return self.path / "secrets.json"

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    def announce(self, facts: dict[str, Any]) -> None:
        """Write down what runs here for `linli status` and for the commands that join a running system."""
        _write_json(self._note, {"pid": os.getpid(), **facts})

    def running(self) -> dict[str, Any] | None:
        """Return what the holder announced, or None when nobody runs or it is not ready yet."""
        note = _read_json(self._note)
        if not note:
            return None
        try:
            return note if is_alive(psutil.Process(note["pid"])) else None
        except psutil.NoSuchProcess:
            return None

    def state(self) -> dict[str, Any]:
        return _read_json(self.path / "state.json")

    def save_state(self, **changes: Any) -> None:
        _write_json(self.path / "state.json", {**self.state(), **changes})

    @property
    def _note(self) -> Path:
        return self.path / "running.json"

    def _take_lock(self) -> IO[str]:
        """Wait for a holder that is just starting or stopping; refuse at once when the system runs."""
        lock = (self.path / "launcher.lock").open("a+")
        deadline = time.monotonic() + _HANDOVER_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return lock
            except BlockingIOError:
                running = self.running()
                if running is not None or time.monotonic() > deadline:
                    lock.close()
                    holder = f"process {running['pid']}, {running['url']}" if running else "another command"
                    raise AlreadyRunning(f"{self.path} is in use by {holder}") from None
            time.sleep(0.1)

    def withdraw(self) -> None:
        """Take the announcement back: the system is about to stop."""
        self._note.unlink(missing_ok=True)

    def _end_orphans(self) -> None:
        """End what a killed launcher left. Its children were told by the kernel already; this waits for them."""
        orphans = [process for process in psutil.process_iter() if self._is_ours(process)]
        if orphans:
            end(orphans, signal.SIGTERM)

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.pid != os.getpid() and process.environ().get(MARK) == str(self.path)
        except (psutil.Error, OSError):
            return False


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return content


def _write_json(path: Path, content: dict[str, Any]) -> None:
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    draft.replace(path)
