"""Whether a database is behind is decided without alembic, and as alembic would decide it."""

from alembic.config import Config
from alembic.script import ScriptDirectory
from linli_launcher.databases import COMPONENTS, REGISTRY, ensure_databases, revisions
from linli_launcher.migrate import head
from linli_launcher.postgres import Postgres


def test_the_newest_revision_is_the_one_alembic_finds() -> None:
    for component in COMPONENTS:
        scripts = ScriptDirectory.from_config(Config(str(component.alembic_ini)))
        assert head(component) == scripts.get_current_head() is not None


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
