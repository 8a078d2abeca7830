"""One installation on one machine: its secrets, its cluster, its databases and the settings of its processes.

Only this module knows how the settings of the components are called; they travel in the environment.
"""

import json
import os
import signal
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from linli_kernel.task import REFUSED

from linli_launcher import databases, migrate
from linli_launcher.data_directory import MARK, DataDirectory
from linli_launcher.databases import COMPONENTS, GATEWAY, PROJECT, SUPERVISION, Component, DatabaseUrls
from linli_launcher.errors import LauncherFailure
from linli_launcher.postgres import SETTINGS, Postgres
from linli_launcher.processes import spawn
from linli_launcher.secret_store import SecretStore

FONTS = PROJECT / ".build" / "fonts"
PROFILES = PROJECT / "profiles"
"""The places' rules; a folder named in the environment takes their place."""
ACT_WORDS = PROJECT / "frontend" / "src" / "modules" / "ledger" / "locale" / "acts.json"


class TaskFailed(LauncherFailure):
    """A component's command ended with an error; the message is the end of its output."""


class TaskRefused(LauncherFailure):
    """A component's command would not do what it was asked to; the message is its own sentence."""


@dataclass(frozen=True)
class Addresses:
    """Where the parts listen, and what a phone opens."""

    host: str
    ports: Mapping[str, int]
    public_url: str

    def url(self, component: Component) -> str:
        # The gateway listens where it was told to; the way between the parts on this machine is always loopback.
        host = self.host if component is GATEWAY and self.host not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104
        return f"http://{host}:{self.ports[component.key]}"


class Installation:
    """The parts of one data directory. The holder of the directory makes it."""

    def __init__(
        self, data: DataDirectory, *, production: bool = False, database_settings: Mapping[str, str] = SETTINGS
    ) -> None:
        self.data = data
        self.production = production
        self.secrets = SecretStore.load_or_create(data.secrets)
        self.postgres = Postgres(data.postgres, self.secrets.superuser, database_settings)

    def urls(self, component: Component) -> DatabaseUrls:
        return databases.urls(self.postgres, component, component.database, self.secrets.roles)

    def prepare_databases(self) -> list[Component]:
        """Create and migrate what is missing or behind; return the components whose schema was changed."""
        databases.ensure_roles(self.postgres, self.secrets.roles)
        databases.ensure_databases(self.postgres)
        present = databases.revisions(self.postgres)
        behind = [component for component in COMPONENTS if present.get(component.key) != migrate.head(component)]
        # Each in a process and a database of its own: four in a row cost four starts of Python and SQLAlchemy.
        with ThreadPoolExecutor(max_workers=len(COMPONENTS)) as pool:
            list(pool.map(lambda component: migrate.upgrade(component, self.urls(component)), behind))
        return behind

    def environment(self, component: Component, addresses: Addresses, *, owner: bool = False) -> dict[str, str]:
        """Return the settings of a component. A serving process never learns the owner's password."""
        urls = self.urls(component)
        client = f"service-{component.key}"
        values = {
            MARK: str(self.data.path),
            "LINLI_ENVIRONMENT": "production" if self.production else "demo",
            "LINLI_DATABASE_URL": urls.app_url,
            "LINLI_PUBLIC_URL": addresses.public_url,
            "LINLI_CLIENT_ID": client,
            "LINLI_CLIENT_SECRET": self.secrets.clients[client],
            "LINLI_KEYRING": self.secrets.keyring(component.key),
            "LINLI_PROFILES_DIR": os.environ.get("LINLI_PROFILES_DIR", str(PROFILES)),
            "LINLI_FONT_DIR": str(FONTS),
            # glibc keeps an arena for each thread; two are enough for one event loop and save some 30 MB a process.
            "MALLOC_ARENA_MAX": "2",
        }
        for other in COMPONENTS:
            values[f"LINLI_{other.key.upper()}_URL"] = addresses.url(other)
        if owner:
            values["LINLI_MIGRATION_URL"] = urls.owner_url
        if component is SUPERVISION:
            values["LINLI_ACT_WORDS"] = str(ACT_WORDS)
        if component is GATEWAY:
            values["LINLI_SERVICE_CLIENTS"] = json.dumps(self.secrets.clients)
            values["LINLI_FRONTEND_DIR"] = str(PROJECT / "frontend" / "dist")
        return {**os.environ, **values}

    def run_task(
        self,
        component: Component,
        function: str,
        options: Mapping[str, object],
        addresses: Addresses,
        *,
        secret: bool = False,
    ) -> str:
        """Run a function of the component's `commands` in a process of its own and return what it printed.

        What a `secret` one printed stays nowhere else.
        """
        log = self.data.logs / f"task-{component.key}.log"
        if secret:
            log.unlink(missing_ok=True)
            log.touch(mode=0o600)
        command = [sys.executable, "-m", "linli_kernel.task", f"{component.package}.commands", function]
        with log.open("wb") as output:
            process = spawn(
                command,
                env=self.environment(component, addresses, owner=True) | {"LINLI_TASK_OPTIONS": json.dumps(options)},
                cwd=PROJECT,
                output=output,
                death_signal=signal.SIGKILL,
            )
            try:
                code = process.wait()
            except BaseException:
                process.kill()
                process.wait()
                raise
        printed = log.read_text(encoding="utf-8", errors="replace")
        if secret:
            log.unlink()
        if code == REFUSED:
            raise TaskRefused(printed.strip())
        if code != 0:
            last = "\n".join(printed.splitlines()[-25:])
            raise TaskFailed(f"{component.package}.commands.{function} ended with code {code}:\n{last}")
        return printed
