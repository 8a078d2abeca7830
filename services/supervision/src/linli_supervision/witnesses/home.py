"""A witness's folder: its key, what it watches, and what it remembers.

What it remembers reaches the disk before it signs: killed at any moment, it never signs two histories. Nothing here makes
it forget: after a restore that was explained, a new witness with a new key takes over (docs/operations.md).
"""

import base64
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from linli_supervision.ledger.note import SigningKey, VerifierKey, open_checkpoint

_WATCHED, _KEY, _MEMORY = "witness.json", "key", "memory.json"


class HomeError(Exception):
    """The folder is no witness's home, or what is in it cannot be read; the message is for its operator."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Which log this witness looks at, and under which name it signs; `log_key` is None to trust on first use."""

    name: str
    url: str
    tenant: str
    log_key: str | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """The log's key and the largest checkpoint seen, as the log signed it; `sent` says that it was handed in."""

    log_key: str
    note: str
    sent: bool


def _write(path: Path, content: str, mode: int = 0o644) -> None:
    """Write aside, force to the disk, rename: a crash leaves the old or the new, never half of one."""
    handle, aside = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(aside).chmod(mode)
    Path(aside).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Home:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.watched = Watched(**json.loads((folder / _WATCHED).read_text("utf-8")))
            seed = base64.b64decode((folder / _KEY).read_text("ascii"), validate=True)
            self.key = SigningKey.from_seed(self.watched.name, seed)
            self.memory = self._recall()
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise HomeError(
                f"{folder}: 不是见证人目录，或内容损坏 / no witness's folder, or damaged ({error})"
            ) from error

    @classmethod
    def create(cls, folder: Path, watched: Watched) -> "Home":
        """Make a key and a folder around it; refuses a folder that has one."""
        if (folder / _WATCHED).exists():
            raise HomeError(f"{folder}: 已有见证人 / there is a witness already")
        key = SigningKey.create(watched.name)
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / _KEY, base64.b64encode(key.seed).decode(), 0o600)
        # Last: a folder without it is not a home yet, so a crash before this line is repaired by doing it again.
        _write(folder / _WATCHED, json.dumps(asdict(watched), ensure_ascii=False, indent=1))
        return cls(folder)

    def _recall(self) -> Memory | None:
        """A memory that cannot be read is an error, never a fresh start: forgetting is what an attacker would want."""
        path = self.folder / _MEMORY
        if not path.exists():
            return None
        memory = Memory(**json.loads(path.read_text("utf-8")))
        open_checkpoint(memory.note.encode(), VerifierKey.parse(memory.log_key))
        return memory

    def remember(self, memory: Memory) -> None:
        _write(self.folder / _MEMORY, json.dumps(asdict(memory), ensure_ascii=False, indent=1))
        self.memory = memory

    def keep_evidence(self, name: str, note: str) -> bool:
        """Keep a refusal beside the memory; False when the same was kept and told before."""
        path = self._evidence(name)
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            _write(path, note)
        return not path.with_suffix(".told").exists()

    def told(self, name: str) -> None:
        """The log took the refusal: it is not told again."""
        _write(self._evidence(name).with_suffix(".told"), "")

    def _evidence(self, name: str) -> Path:
        return self.folder / "refusals" / f"{name}.txt"
