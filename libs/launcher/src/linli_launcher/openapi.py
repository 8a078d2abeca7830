"""The combined API document in the repository, made from the code without a database or a network.

`python -m linli_launcher.openapi` writes `frontend/src/api/openapi.json` and the types made from it;
with `--check` it writes nothing and fails when either differs from what is committed.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from linli_launcher.databases import COMPONENTS, GATEWAY, PROJECT, Component
from linli_launcher.errors import LauncherFailure
from linli_launcher.frontend import FRONTEND, ensure_packages
from linli_launcher.node import npm
from linli_launcher.secret_store import SecretStore

DOCUMENT = FRONTEND / "src" / "api" / "openapi.json"
TYPES = FRONTEND / "src" / "api" / "schema.d.ts"
_OWN = "import json; from {package}.app import create; print(json.dumps(create().openapi()))"
_COMBINE = (
    "import json, sys; from linli_gateway.openapi import combine; given = json.load(sys.stdin); "
    "print(json.dumps(combine(given.pop('gateway'), given)))"
)


class Drift(LauncherFailure):
    """What is committed is not what the code says."""


def combined() -> str:
    """Return the document of all components as it is committed."""
    with tempfile.TemporaryDirectory() as folder:
        secrets = SecretStore.load_or_create(Path(folder) / "secrets.json")
        documents = {component.key: _python(_OWN, component, secrets) for component in COMPONENTS}
        whole = _python(_COMBINE, GATEWAY, secrets, json.dumps(documents))
    return json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _python(code: str, component: Component, secrets: SecretStore, given: str | None = None) -> Any:
    """Run code in a process of its own: the launcher imports no component."""
    settings = {
        "LINLI_ENVIRONMENT": "demo",
        # Never connected to: an application is made without its database.
        "LINLI_DATABASE_URL": f"postgresql+asyncpg://{component.database}@127.0.0.1:1/{component.database}",
        "LINLI_KEYRING": secrets.keyring(component.key),
        "LINLI_SERVICE_CLIENTS": json.dumps(secrets.clients),
        "LINLI_PROFILES_DIR": str(PROJECT / "profiles"),
    }
    result = subprocess.run(
        [sys.executable, "-c", code.format(package=component.package) if given is None else code],
        input=given,
        env=os.environ | settings,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise LauncherFailure(f"{component.key} gives no API document:\n{result.stderr[-3000:]}")
    return json.loads(result.stdout.splitlines()[-1])


def write() -> None:
    DOCUMENT.write_text(combined(), encoding="utf-8")
    ensure_packages()
    npm(["run", "api"], FRONTEND)


def check() -> None:
    """Compare with the committed files; the types are made anew from the committed document."""
    if DOCUMENT.read_text(encoding="utf-8") != combined():
        raise Drift("frontend/src/api/openapi.json is not what the services say: make api")
    before = TYPES.read_text(encoding="utf-8")
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
