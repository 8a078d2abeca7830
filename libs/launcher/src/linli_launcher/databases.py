"""The four databases, their roles and their addresses.

Each component owns one database. `<database>_owner` owns the tables and migrates; `<database>` serves with the grants
that the migrations give it and can neither create nor own anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from linli_launcher.postgres import Postgres

PROJECT = Path(__file__).resolve().parents[4]


@dataclass(frozen=True)
class Component:
    """A process with a database: where its code and its migrations are."""

    key: str
    folder: str
    package: str

    @property
    def database(self) -> str:
        return f"linli_{self.key}"

    @property
    def owner(self) -> str:
        return f"linli_{self.key}_owner"

    @property
    def alembic_ini(self) -> Path:
        return PROJECT / self.folder / "alembic.ini"


REGISTRY = Component("registry", "services/registry", "linli_registry")
DESK = Component("desk", "services/services-desk", "linli_services_desk")
SUPERVISION = Component("supervision", "services/supervision", "linli_supervision")
GATEWAY = Component("gateway", "gateway", "linli_gateway")
COMPONENTS = (REGISTRY, DESK, SUPERVISION, GATEWAY)
BY_KEY = {component.key: component for component in COMPONENTS}


@dataclass(frozen=True)
class DatabaseUrls:
    """One database as its serving role and as its owner see it."""

    name: str
    app_url: str
    owner_url: str


def role_names() -> list[str]:
    return [role for component in COMPONENTS for role in (component.owner, component.database)]


def ensure_roles(postgres: Postgres, passwords: Mapping[str, str]) -> None:
    """Create the roles that are missing; an existing role keeps its password."""
    present = {row[0] for row in postgres.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'linli%'")}
    missing = [role for role in role_names() if role not in present]
    if missing:
        postgres.execute(
            "".join(f"CREATE ROLE {role} LOGIN NOINHERIT PASSWORD '{_quoted(passwords[role])}';\n" for role in missing)
        )


def ensure_databases(postgres: Postgres) -> list[Component]:
    """Create the databases that are missing and return their components."""
    present = {row[0] for row in postgres.execute("SELECT datname FROM pg_database WHERE datname LIKE 'linli%'")}
    missing = [component for component in COMPONENTS if component.database not in present]
    for component in missing:
        create_database(postgres, component, component.database)
    return missing


def revisions(postgres: Postgres) -> dict[str, str]:
    """Return the schema revision of each component that has one, by one run of psql through all databases."""
    ask = "SELECT 'SELECT ''{key}'', version_num FROM alembic_version' WHERE to_regclass('alembic_version') IS NOT NULL"
    rows = postgres.execute(
        "".join(f"\\connect {one.database}\n{ask.format(key=one.key)} \\gexec\n" for one in COMPONENTS)
    )
    return {row[0]: row[1] for row in rows}


def create_database(
    postgres: Postgres, component: Component, name: str, template: str = "template1", strategy: str = "wal_log"
) -> None:
    """Create a database that only its owner and its serving role may connect to."""
    postgres.execute(
        f"CREATE DATABASE {name} OWNER {component.owner} TEMPLATE {template} STRATEGY {strategy};\n"
        f"REVOKE ALL ON DATABASE {name} FROM PUBLIC;\n"
        f"GRANT CONNECT ON DATABASE {name} TO {component.database};\n"
    )


def urls(postgres: Postgres, component: Component, name: str, passwords: Mapping[str, str]) -> DatabaseUrls:
    return DatabaseUrls(
        name=name,
        app_url=postgres.url(component.database, passwords[component.database], name),
        owner_url=postgres.url(component.owner, passwords[component.owner], name),
    )


def _quoted(literal: str) -> str:
    return literal.replace("'", "''")
