"""Bringing a component's database to the head of its migrations.

Each component migrates in a process of its own, so that no component's code is imported next to another's.
"""

import os
import subprocess
import sys

from linli_launcher.databases import PROJECT, Component, DatabaseUrls
from linli_launcher.errors import LauncherFailure


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
    """Return the newest revision in the migrations folder; None while a component has none."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    if not component.alembic_ini.exists():
        return None
    return ScriptDirectory.from_config(Config(str(component.alembic_ini))).get_current_head()
