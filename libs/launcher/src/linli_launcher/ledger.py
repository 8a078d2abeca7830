"""`linli verify-ledger`: the supervision service's stand-alone verifier, on this installation or on any address.

With `--url` or `--database` the verifier runs as it is and needs no data directory; without them it checks every county
of this installation, row by row in the database and, when the system runs, over the public address as well.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence

from linli_launcher.databases import GATEWAY, SUPERVISION
from linli_launcher.installation import Addresses, Installation

# The arguments hold a database password, so they travel in the environment: others can read a command line.
_VERIFY = (
    "import json, os, sys; from linli_supervision.ledger.verify import main; "
    "sys.exit(main(json.loads(os.environ.pop('LINLI_VERIFY_ARGUMENTS'))))"
)


def verify(arguments: Sequence[str]) -> int:
    """Run the verifier and return its exit code: 0 sound, 1 changed, 2 misuse, 3 unreachable."""
    environment = os.environ | {"LINLI_VERIFY_ARGUMENTS": json.dumps(list(arguments))}
    return subprocess.run([sys.executable, "-c", _VERIFY], env=environment, check=False).returncode


def is_elsewhere(arguments: Sequence[str]) -> bool:
    return any(argument.split("=")[0] in ("--url", "--database", "--extract", "--help", "-h") for argument in arguments)


def verify_installation(
    installation: Installation, addresses: Addresses, arguments: Sequence[str], *, running: bool
) -> int:
    """Check the counties that have a checkpoint, or the one that `arguments` name; return the worst exit code."""
    database = installation.urls(SUPERVISION).app_url.replace("+asyncpg", "")
    places = ["--database", database, "--state", str(installation.data.path / "verified.json")]
    if running:
        places += ["--url", addresses.url(GATEWAY)]
    if any(argument.split("=")[0] == "--tenant" for argument in arguments):
        return verify([*places, *arguments])
    rows = installation.postgres.execute(
        "SELECT DISTINCT tenant FROM ledger_checkpoint ORDER BY tenant", SUPERVISION.database
    )
    if not rows:
        print("no checkpoint yet / 尚无检查点")
    return max((verify([*places, "--tenant", tenant, *arguments]) for (tenant,) in rows), default=0)
