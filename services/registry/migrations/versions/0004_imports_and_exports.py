"""Imports with their staged rows, remembered column mappings, prepared files and exports.

Revision ID: 0004
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE import (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    division TEXT COLLATE "C" NOT NULL,
    file_name TEXT NOT NULL,
    content BYTEA,
    layout JSONB NOT NULL,
    mapping JSONB NOT NULL,
    remembered BOOLEAN NOT NULL,
    since DATE NOT NULL,
    state TEXT NOT NULL,
    job UUID,
    counts JSONB NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    created_by UUID NOT NULL,
    created_by_name TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX import_newest ON import (tenant, division, id);

CREATE TABLE import_row (
    tenant TEXT COLLATE "C" NOT NULL,
    import UUID NOT NULL,
    row INTEGER NOT NULL,
    household INTEGER NOT NULL,
    cells BYTEA NOT NULL,
    number_index BYTEA,
    outcome TEXT NOT NULL,
    findings JSONB NOT NULL,
    PRIMARY KEY (tenant, import, row),
    CONSTRAINT import_row_import_fkey FOREIGN KEY(tenant, import) REFERENCES import (tenant, id)
);
CREATE INDEX import_row_household ON import_row (tenant, import, household, row);
CREATE INDEX import_row_number ON import_row (tenant, import, number_index) WHERE number_index IS NOT NULL;
CREATE INDEX import_row_found ON import_row (tenant, import, row) WHERE findings <> '[]';

CREATE TABLE import_mapping (
    tenant TEXT COLLATE "C" NOT NULL,
    signature TEXT COLLATE "C" NOT NULL,
    mapping JSONB NOT NULL,
    updated_by UUID NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (tenant, signature)
);

CREATE TABLE import_event (
    tenant TEXT COLLATE "C" NOT NULL,
    import UUID NOT NULL,
    position BIGINT NOT NULL,
    id UUID NOT NULL,
    type TEXT NOT NULL,
    subject TEXT NOT NULL,
    data JSONB NOT NULL,
    PRIMARY KEY (tenant, import, position)
);

CREATE TABLE export (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    division TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    format TEXT NOT NULL,
    purpose TEXT NOT NULL,
    rows INTEGER,
    job UUID,
    created_by UUID NOT NULL,
    created_by_name TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT export_number UNIQUE (tenant, number)
);
CREATE INDEX export_newest ON export (tenant, created_by, id);

CREATE TABLE prepared_file (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    part INTEGER NOT NULL,
    content BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (tenant, id, part)
);
CREATE INDEX prepared_file_age ON prepared_file (tenant, expires_at);
"""

ROLE = "linli_registry"
# Who imported and exported what is never deleted; what was staged for it is.
GRANTS = {
    "SELECT, INSERT, UPDATE": ["import", "import_mapping", "export"],
    "SELECT, INSERT, UPDATE, DELETE": ["import_row", "import_event", "prepared_file"],
}


def upgrade() -> None:
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement.rstrip(";"))
    for grants, tables in GRANTS.items():
        op.execute(f"GRANT {grants} ON {', '.join(tables)} TO {ROLE}")
