"""`linli witness`, and the demo's witnesses: one for each county, so that cosigning is seen.

A witness proves something only where somebody else runs it with a key of their own; those of the demo sit beside the log.
"""

import os
import subprocess
import sys
from collections.abc import Sequence

from linli_launcher.data_directory import MARK
from linli_launcher.databases import GATEWAY, PROJECT, SUPERVISION
from linli_launcher.installation import Addresses, Installation
from linli_launcher.supervisor import Program

_FOLDER = "witnesses"
_PROGRAM = "linli_supervision.witness"


def run(arguments: Sequence[str]) -> int:
    """Run the witness's program as it is and return its exit code."""
    return subprocess.run([sys.executable, "-m", _PROGRAM, *arguments], check=False).returncode


def demo_options(installation: Installation, addresses: Addresses) -> dict[str, str]:
    """Where the demo's witnesses are made: told to the seeding of supervision, so that no further process is started."""
    return {"folder": str(installation.data.path / _FOLDER), "url": addresses.url(GATEWAY)}


def make_demo(installation: Installation, addresses: Addresses, *, seeded: bool) -> None:
    """Make the demo's witnesses once: the seeding did, or the data directory is older than they are."""
    if installation.data.state().get("witnesses") == "done":
        return
    if not seeded:
        installation.run_task(SUPERVISION, "make_demo_witnesses", demo_options(installation, addresses), addresses)
    installation.data.save_state(witnesses="done")


def demo_program(installation: Installation, addresses: Addresses) -> Program | None:
    """Return the one small process that is all witnesses of this data directory; None when there are none."""
    folder = installation.data.path / _FOLDER
    if not folder.exists():
        return None
    return Program(
        name="witness",
        command=[
            *(sys.executable, "-m", _PROGRAM, "run"),
            *("--homes", str(folder), "--url", addresses.url(GATEWAY)),
        ],
        env={**os.environ, MARK: str(installation.data.path), "MALLOC_ARENA_MAX": "1"},
        cwd=PROJECT,
        log=installation.data.logs / "witness.log",
    )
