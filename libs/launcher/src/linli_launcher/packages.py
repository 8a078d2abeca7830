"""Data lists that are published as npm packages: fetched by name for as long as they are read, never kept here."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linli_launcher.errors import LauncherFailure
from linli_launcher.node import npm

_NAME = re.compile(r"(@[a-z0-9~][a-z0-9._~-]*/)?[a-z0-9~][a-z0-9._~-]*(@[0-9A-Za-z.+-]+)?")


class NoPackageName(LauncherFailure):
    """What was given is no name of a package."""


@contextmanager
def packed(name: str) -> Iterator[Path]:
    """The archive of a package, `name` or `name@version`, from the registry that npm is set up with; none of its scripts runs."""
    if not _NAME.fullmatch(name):
        raise NoPackageName(f"{name} is no name of a package")
    with tempfile.TemporaryDirectory() as folder:
        npm(("pack", "--ignore-scripts", "--silent", "--", name), Path(folder), quiet=True)
        yield next(Path(folder).glob("*.tgz"))
