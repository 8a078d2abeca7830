"""Whether a database is behind is decided without alembic, and as alembic would decide it."""

from alembic.config import Config
from alembic.script import ScriptDirectory
from linli_launcher.databases import COMPONENTS
from linli_launcher.migrate import head


def test_the_newest_revision_is_the_one_alembic_finds() -> None:
    for component in COMPONENTS:
        scripts = ScriptDirectory.from_config(Config(str(component.alembic_ini)))
        assert head(component) == scripts.get_current_head() is not None
