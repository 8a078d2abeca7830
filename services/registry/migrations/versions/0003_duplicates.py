"""Likely duplicates, merges, and counts of the population.

Revision ID: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE duplicate_pair (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    a UUID NOT NULL,
    b UUID NOT NULL,
    score INTEGER NOT NULL,
    reasons TEXT[] NOT NULL,
    state TEXT NOT NULL,
    source TEXT NOT NULL,
    found_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by UUID,
    decision_reason TEXT,
    version INTEGER DEFAULT '1' NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT duplicate_pair_once UNIQUE (tenant, a, b),
    CONSTRAINT duplicate_pair_a_fkey FOREIGN KEY(tenant, a) REFERENCES resident (tenant, id),
    CONSTRAINT duplicate_pair_b_fkey FOREIGN KEY(tenant, b) REFERENCES resident (tenant, id)
);
CREATE INDEX duplicate_pair_queue ON duplicate_pair (tenant, state, score DESC, id);
CREATE INDEX duplicate_pair_of_b ON duplicate_pair (tenant, b);

CREATE TABLE resident_merge (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    kept UUID NOT NULL,
    absorbed UUID NOT NULL,
    division TEXT COLLATE "C" NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor UUID NOT NULL,
    reason TEXT NOT NULL,
    fields JSONB NOT NULL,
    identity_number BYTEA,
    phone BYTEA,
    bank_account BYTEA,
    absorbed_presence TEXT NOT NULL,
    rows JSONB NOT NULL,
    undone_at TIMESTAMP WITH TIME ZONE,
    undone_by UUID,
    undo_reason TEXT,
    PRIMARY KEY (tenant, id),
    CONSTRAINT resident_merge_kept_fkey FOREIGN KEY(tenant, kept) REFERENCES resident (tenant, id),
    CONSTRAINT resident_merge_absorbed_fkey FOREIGN KEY(tenant, absorbed) REFERENCES resident (tenant, id)
);
CREATE UNIQUE INDEX resident_merge_standing ON resident_merge (tenant, absorbed) WHERE undone_at IS NULL;
CREATE INDEX resident_merge_of_kept ON resident_merge (tenant, kept);

CREATE TABLE population_mark (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    division TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX population_mark_of ON population_mark (tenant, division);

CREATE TABLE population_village (
    tenant TEXT COLLATE "C" NOT NULL,
    division TEXT COLLATE "C" NOT NULL,
    day DATE NOT NULL,
    households INTEGER NOT NULL,
    PRIMARY KEY (tenant, division)
);

CREATE TABLE population_count (
    tenant TEXT COLLATE "C" NOT NULL,
    division TEXT COLLATE "C" NOT NULL,
    presence TEXT NOT NULL,
    sex TEXT NOT NULL,
    age INTEGER NOT NULL,
    people INTEGER NOT NULL,
    PRIMARY KEY (tenant, division, presence, sex, age)
);

CREATE TABLE population_month (
    tenant TEXT COLLATE "C" NOT NULL,
    division TEXT COLLATE "C" NOT NULL,
    month DATE NOT NULL,
    births INTEGER NOT NULL,
    deaths INTEGER NOT NULL,
    PRIMARY KEY (tenant, division, month)
);
CREATE INDEX life_event_by_day ON life_event (tenant, date, division);
INSERT INTO population_mark (tenant, id, division)
    SELECT tenant, gen_random_uuid(), division FROM resident GROUP BY tenant, division;
"""

ROLE = "linli_registry"
GRANTS = {
    "SELECT, INSERT, UPDATE": ["duplicate_pair", "resident_merge"],
    # Counts are made from residents at any time; nothing is lost with a row.
    "SELECT, INSERT, UPDATE, DELETE": ["population_mark", "population_village", "population_count", "population_month"],
}


def upgrade() -> None:
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement.rstrip(";"))
    for grants, tables in GRANTS.items():
        op.execute(f"GRANT {grants} ON {', '.join(tables)} TO {ROLE}")
