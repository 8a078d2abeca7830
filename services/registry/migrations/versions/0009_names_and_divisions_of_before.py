"""Former names are found by pinyin and initials, too; divisions by what they became.

Revision ID: 0009
"""

from alembic import op
from linli_registry.residents.names import pinyin_of
from sqlalchemy import Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS = (
    """ALTER TABLE former_name ADD COLUMN pinyin TEXT COLLATE "C", ADD COLUMN initials TEXT COLLATE "C" """,
    "ALTER TABLE former_name ALTER COLUMN pinyin SET NOT NULL, ALTER COLUMN initials SET NOT NULL",
    "CREATE INDEX former_name_pinyin ON former_name (tenant, pinyin)",
    "CREATE INDEX former_name_initials ON former_name (tenant, initials)",
    "CREATE INDEX division_successor ON division (successor) WHERE successor IS NOT NULL",
)
NAMES = text("SELECT DISTINCT name FROM former_name")
FILL = text(
    "UPDATE former_name f SET pinyin = k.pinyin, initials = k.initials"
    " FROM unnest(:names, :full, :short) AS k (name, pinyin, initials) WHERE f.name = k.name"
).bindparams(*(bindparam(name, type_=ARRAY(Text)) for name in ("names", "full", "short")))


def upgrade() -> None:
    added, *following = COLUMNS
    op.execute(added)
    connection = op.get_bind()
    names = list(connection.scalars(NAMES))
    keys = [pinyin_of(name) for name in names]
    connection.execute(
        FILL, {"names": names, "full": [full for full, _ in keys], "short": [short for _, short in keys]}
    )
    for statement in following:
        op.execute(statement)
