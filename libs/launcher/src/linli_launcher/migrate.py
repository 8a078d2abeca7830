"""Bringing a component's database to the head of its migrations.

Each component migrates in a process of its own, so that no component's code is imported next to another's.
"""

import os
import re
import subprocess
import sys

from linli_launcher.databases import PROJECT, Component, DatabaseUrls
from linli_launcher.errors import LauncherFailure

_REVISION = re.compile(r"^(revision|down_revision)\s*=\s*[\"'](\w+)[\"']", re.MULTILINE)


class MigrationFailed(LauncherFailure):
    """alembic ended with an error; the message is its output."""


def upgrade(component: Component, urls: DatabaseUrls, revision: str = "head") -> None:
    result = subprocess.run(
        [sys.executable, "-m", "alembic", "-c", str(component.alembic_ini), "upgrade", revision],
        env=os.environ | {"LINLI_MIGRATION_URL": urls.owner_url, "LINLI_DATABASE_URL": urls.app_url},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise MigrationFailed(f"{component.key}:\n{result.stdout}{result.stderr}")


def head(component: Component) -> str | None:
    """Return the newest revision in the migrations folder; None while a component has none.

    Read from the files: importing alembic to ask takes longer than everything else before the services start.
    """
    names: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for file in (component.alembic_ini.parent / "migrations" / "versions").glob("*.py"):
        for key, name in _REVISION.findall(file.read_text(encoding="utf-8")):
            names[key].add(name)
    heads = names["revision"] - names["down_revision"]
    if len(heads) > 1:
        raise MigrationFailed(f"{component.key}: {', '.join(sorted(heads))} all follow the same revision")
    return heads.pop() if heads else None
