"""Each component has a database of its own that no other component's role can enter.

The tests here make databases of the components' real names in the cluster of all workers, so they stand in one file.
"""

import pytest
from linli_launcher.databases import COMPONENTS, REGISTRY, create_database, ensure_databases, revisions
from linli_launcher.postgres import Postgres, PostgresFailed


def test_all_databases_are_made_once(postgres: Postgres) -> None:
    made = ensure_databases(postgres)
    try:
        assert {component.key for component in made} == {"registry", "desk", "supervision", "gateway"}
        assert ensure_databases(postgres) == []
    finally:
        for component in COMPONENTS:
            postgres.execute(f"DROP DATABASE {component.database}")


def test_a_serving_role_can_neither_create_tables_nor_enter_a_neighbours_database(postgres: Postgres) -> None:
    registry, desk = COMPONENTS[0], COMPONENTS[1]
    create_database(postgres, registry, "grants_registry")
    create_database(postgres, desk, "grants_desk")
    try:
        postgres.execute("CREATE TABLE t (n int)", "grants_registry", user=registry.owner, password="test")
        with pytest.raises(PostgresFailed, match="permission denied for schema public"):
            postgres.execute("CREATE TABLE u (n int)", "grants_registry", user=registry.database, password="test")
        with pytest.raises(PostgresFailed, match="permission denied for database"):
            postgres.execute("SELECT 1", "grants_desk", user=registry.database, password="test")
    finally:
        postgres.execute("DROP DATABASE grants_registry; DROP DATABASE grants_desk")


def test_only_databases_with_a_schema_have_a_revision(postgres: Postgres) -> None:
    ensure_databases(postgres)
    try:
        assert revisions(postgres) == {}
        table = "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('0007')"
        postgres.execute(table, REGISTRY.database)
        assert revisions(postgres) == {"registry": "0007"}
    finally:
        for component in COMPONENTS:
            postgres.execute(f"DROP DATABASE {component.database}")
