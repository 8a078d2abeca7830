"""The combined API document in the repository, made from the code without a database or a network.

`python -m linli_launcher.openapi` writes `frontend/src/api/openapi.json` and the types made from it;
with `--check` it writes nothing and fails when either differs from what is committed.
"""

import json
import os
import subprocess
import sys

from linli_launcher.databases import PROJECT
from linli_launcher.errors import LauncherFailure
from linli_launcher.frontend import FRONTEND, ensure_packages
from linli_launcher.node import npm

DOCUMENT = FRONTEND / "src" / "api" / "openapi.json"
TYPES = FRONTEND / "src" / "api" / "schema.d.ts"
# In a process of its own: the launcher imports no component.
_COMBINED = "from linli_gateway.commands import combined_openapi; print(combined_openapi())"


class Drift(LauncherFailure):
    """What is committed is not what the code says."""


def combined() -> str:
    """Return the document of all components as it is committed."""
    settings = {"LINLI_PROFILES_DIR": str(PROJECT / "profiles"), "LINLI_LOG_LEVEL": "ERROR"}
    result = subprocess.run(
        [sys.executable, "-c", _COMBINED],
        env=os.environ | settings,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise LauncherFailure(f"the code gives no API document:\n{result.stderr[-3000:]}")
    return json.dumps(json.loads(result.stdout), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def write() -> None:
    DOCUMENT.write_text(combined(), encoding="utf-8")
    ensure_packages()
    npm(["run", "api"], FRONTEND)


def check() -> None:
    """Compare with the committed files; the types are made anew from the committed document."""
    if not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != combined():
        raise Drift("frontend/src/api/openapi.json is not what the services say: make api")
    before = TYPES.read_text(encoding="utf-8") if TYPES.exists() else ""
    ensure_packages()
    npm(["run", "api"], FRONTEND, quiet=True)
    after = TYPES.read_text(encoding="utf-8")
    if before != after:
        TYPES.write_text(before, encoding="utf-8")
        raise Drift("frontend/src/api/schema.d.ts is not made from openapi.json: make api")


if __name__ == "__main__":
    try:
        check() if sys.argv[1:] == ["--check"] else write()
    except LauncherFailure as failure:
        sys.exit(str(failure))
