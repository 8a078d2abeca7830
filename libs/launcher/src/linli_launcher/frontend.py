"""Building the screens, and only when their sources changed.

`python -m linli_launcher.frontend ARGUMENTS` runs npm in `frontend/` with the packages of the lock file.
"""

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from linli_launcher.databases import PROJECT
from linli_launcher.node import INSTALL, NpmFailed, npm

FRONTEND = PROJECT / "frontend"
_NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results", "playwright-report"}
_BUILT_FROM = PROJECT / ".build" / "frontend.inputs"
_INSTALLED_FROM = FRONTEND / "node_modules" / ".linli-lock"


def ensure_packages() -> None:
    """Install the packages of the lock file when they are not the installed ones."""
    wanted = _digest([FRONTEND / "package.json", FRONTEND / "package-lock.json"])
    if _read(_INSTALLED_FROM) != wanted:
        npm(INSTALL, FRONTEND)
        _INSTALLED_FROM.write_text(wanted, encoding="utf-8")


def ensure_built() -> bool:
    """Build `frontend/dist` when a source changed since the last build; tell whether it was built."""
    built = FRONTEND / "dist" / "index.html"
    if built.exists() and _read(_BUILT_FROM) == _digest(sources()):
        return False
    ensure_packages()
    npm(["run", "build"], FRONTEND)
    _BUILT_FROM.parent.mkdir(exist_ok=True)
    # Taken after the build, which itself writes type declarations among the sources.
    _BUILT_FROM.write_text(_digest(sources()), encoding="utf-8")
    return True


def sources() -> Iterator[Path]:
    for folder, folders, names in os.walk(FRONTEND):
        folders[:] = sorted(set(folders) - _NOT_SOURCES)
        yield from (Path(folder) / name for name in sorted(names))


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(FRONTEND)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


if __name__ == "__main__":
    try:
        ensure_packages()
        npm(sys.argv[1:], FRONTEND)
    except NpmFailed as failure:
        sys.exit(str(failure))
