"""Imports, their staged rows, the column mappings a county remembers, and files prepared for download.

Cells and files hold people's data in plain words, so they are stored encrypted and are deleted once they are used.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from linli_registry.metadata import Bytewise, Id, metadata, own_id, tenant

imports = Table(
    "import",
    metadata,
    tenant(),
    own_id(),
    # A village, or a prefix when the rows name their villages.
    Column("division", Bytewise, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("content", LargeBinary),
    # Sheets, the chosen one, its header row and the words of its columns.
    Column("layout", JSONB, nullable=False),
    # {column number: field}
    Column("mapping", JSONB, nullable=False),
    Column("remembered", Boolean, nullable=False),
    # The day from which the households and memberships of the file count.
    Column("since", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("job", Id),
    Column("counts", JSONB, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_by", Id, nullable=False),
    Column("created_by_name", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
)
Index("import_newest", imports.c.tenant, imports.c.division, imports.c.id)

import_row = Table(
    "import_row",
    metadata,
    tenant(),
    Column("import", Id, primary_key=True),
    # As the spreadsheet counts: the first row is 1.
    Column("row", Integer, primary_key=True),
    # The first row of the household this row belongs to.
    Column("household", Integer, nullable=False),
    Column("cells", LargeBinary, nullable=False),
    Column("number_index", LargeBinary),
    Column("outcome", Text, nullable=False),
    Column("findings", JSONB, nullable=False),
    ForeignKeyConstraint(["tenant", "import"], [imports.c.tenant, imports.c.id], name="import_row_import_fkey"),
)
_c = import_row.c
Index("import_row_household", _c.tenant, _c["import"], _c.household, _c.row)
Index("import_row_number", _c.tenant, _c["import"], _c.number_index, postgresql_where=text("number_index IS NOT NULL"))
Index("import_row_found", _c.tenant, _c["import"], _c.row, postgresql_where=text("findings <> '[]'"))
# Written out: behind a parameter the planner could not match it with the condition of the partial index.
FOUND = text("import_row.findings <> '[]'")

import_mapping = Table(
    "import_mapping",
    metadata,
    tenant(),
    Column("signature", Bytewise, primary_key=True),
    Column("mapping", JSONB, nullable=False),
    Column("updated_by", Id, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

prepared_file = Table(
    "prepared_file",
    metadata,
    tenant(),
    own_id(),
    Column("part", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)
Index("prepared_file_age", prepared_file.c.tenant, prepared_file.c.expires_at)
