"""The tenant comes first in every key of every table of people's affairs: so the tables can be spread over machines."""

from collections.abc import Callable

import pytest
from linli_launcher.databases import COMPONENTS
from linli_launcher.postgres import Postgres

# Tables that belong to no tenant, each with its reason. Whatever else has no tenant is a mistake.
CODES = {
    "alembic_version": "the schema's own version",
    "division": "divisions are the same for all; a reference table on a distributed database",
}
WITHOUT_TENANT: dict[str, dict[str, str]] = {component.key: dict(CODES) for component in COMPONENTS}

# Accounts span counties: who may sign in is no people's affair of one of them. `county` says who administers a row.
WITHOUT_TENANT["gateway"] |= dict.fromkeys(
    (
        "account",
        "admin_proposal",
        "attempt",
        "known_device",
        "oauth_client",
        "operation",
        "post",
        "refresh_token",
        "resident_code",
        "revocation",
        "sent_message",
        "session",
        "sign_in",
        "signing_key",
    ),
    "accounts and sessions span counties",
)

MIGRATED = [component.key for component in COMPONENTS if component.alembic_ini.exists()]

_TABLES = """
SELECT table_name, bool_or(column_name = 'tenant'), count(*)
FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE' GROUP BY table_name
"""
_UNIQUE_KEYS = """
SELECT t.relname, i.relname, a.attname
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
WHERE x.indisunique
"""
_FOREIGN_KEYS = """
SELECT t.relname, c.conname, a.attname, r.relname, b.attname
FROM pg_constraint c
JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
JOIN pg_attribute b ON b.attrelid = r.oid AND b.attnum = c.confkey[1]
WHERE c.contype = 'f'
"""


@pytest.fixture(scope="module", params=MIGRATED)
def schema(
    request: pytest.FixtureRequest, postgres: Postgres, database_template: Callable[[str], str]
) -> Callable[[str], list[list[str]]]:
    """Ask the migrated database of one component."""
    name = database_template(request.param)

    def ask(sql: str) -> list[list[str]]:
        return postgres.execute(sql, name)

    ask.__dict__["component"] = request.param
    return ask


def test_every_component_has_migrations() -> None:
    assert [component.key for component in COMPONENTS] == MIGRATED


def test_a_table_without_a_tenant_is_one_of_the_known_code_tables(schema: Callable[[str], list[list[str]]]) -> None:
    known = WITHOUT_TENANT[schema.__dict__["component"]]
    assert [name for name, has_tenant, _ in schema(_TABLES) if has_tenant == "f" and name not in known] == []


def test_every_unique_key_begins_with_the_tenant(schema: Callable[[str], list[list[str]]]) -> None:
    tenants = {name for name, has_tenant, _ in schema(_TABLES) if has_tenant == "t"}
    keys = schema(_UNIQUE_KEYS)
    assert {table for table, _, _ in keys} >= tenants, "a table has no key at all"
    assert [key for table, key, first in keys if table in tenants and first != "tenant"] == []


def test_every_foreign_key_begins_with_the_tenant(schema: Callable[[str], list[list[str]]]) -> None:
    tenants = {name for name, has_tenant, _ in schema(_TABLES) if has_tenant == "t"}
    crossing = [
        key
        for table, key, own, target, other in schema(_FOREIGN_KEYS)
        if table in tenants and target in tenants and (own, other) != ("tenant", "tenant")
    ]
    assert crossing == []


def test_no_table_has_a_trigger(schema: Callable[[str], list[list[str]]]) -> None:
    assert schema("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal") == []


def test_the_serving_role_owns_nothing_and_cannot_empty_a_table(schema: Callable[[str], list[list[str]]]) -> None:
    role = f"linli_{schema.__dict__['component']}"
    owned = f"SELECT relname FROM pg_class WHERE relowner = '{role}'::regrole"
    truncating = (
        "SELECT table_name FROM information_schema.role_table_grants "
        f"WHERE grantee = '{role}' AND privilege_type IN ('TRUNCATE', 'TRIGGER', 'REFERENCES')"
    )
    assert schema(owned) == []
    assert schema(truncating) == []
