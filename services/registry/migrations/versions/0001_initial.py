"""Divisions, grids, dwellings, residents, households, kinship, life events, history and reveals.

Revision ID: 0001
"""

from alembic import op
from linli_kernel import schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE division (
    code TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    parent TEXT COLLATE "C",
    valid_from DATE NOT NULL,
    valid_to DATE,
    successor TEXT COLLATE "C",
    search_name TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (code)
);
CREATE INDEX division_parent ON division (parent, code);
CREATE INDEX division_search_name ON division (search_name, code);

CREATE TABLE grid (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    division TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT grid_code UNIQUE (tenant, division, code),
    CONSTRAINT grid_division_fkey FOREIGN KEY(division) REFERENCES division (code)
);

CREATE TABLE dwelling (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    division TEXT COLLATE "C" NOT NULL,
    grid UUID,
    address TEXT COLLATE "C" NOT NULL,
    kind TEXT DEFAULT 'owner_occupied' NOT NULL,
    longitude DOUBLE PRECISION,
    latitude DOUBLE PRECISION,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT dwelling_grid_fkey FOREIGN KEY(tenant, grid) REFERENCES grid (tenant, id),
    CONSTRAINT dwelling_division_fkey FOREIGN KEY(division) REFERENCES division (code)
);
CREATE INDEX dwelling_address ON dwelling (tenant, address, id, division);
CREATE INDEX dwelling_address_in_division ON dwelling (tenant, division, address, id);

CREATE TABLE resident (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    division TEXT COLLATE "C" NOT NULL,
    grid UUID,
    name TEXT COLLATE "C" NOT NULL,
    pinyin TEXT COLLATE "C" NOT NULL,
    initials TEXT COLLATE "C" NOT NULL,
    grams TEXT[] COLLATE "C" NOT NULL,
    document_kind TEXT NOT NULL,
    identity_number BYTEA,
    number_index BYTEA,
    tail_index BYTEA,
    phone BYTEA,
    phone_index BYTEA,
    bank_account BYTEA,
    sex TEXT NOT NULL,
    birth_date DATE,
    ethnic_group TEXT,
    education TEXT,
    marriage TEXT,
    political_status TEXT,
    hukou_division TEXT COLLATE "C",
    presence TEXT NOT NULL,
    death_date DATE,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    confirmed_by UUID,
    PRIMARY KEY (tenant, id),
    CONSTRAINT resident_grid_fkey FOREIGN KEY(tenant, grid) REFERENCES grid (tenant, id),
    CONSTRAINT resident_division_fkey FOREIGN KEY(division) REFERENCES division (code)
);
CREATE INDEX resident_grams ON resident USING gin (grams);
CREATE INDEX resident_initials ON resident (tenant, initials, id, division);
CREATE INDEX resident_initials_in_division ON resident (tenant, division, initials, id);
CREATE INDEX resident_name ON resident (tenant, name, id, division);
CREATE INDEX resident_name_in_division ON resident (tenant, division, name, id);
CREATE UNIQUE INDEX resident_number ON resident (tenant, number_index)
    WHERE number_index IS NOT NULL AND presence <> 'void';
CREATE INDEX resident_phone ON resident (tenant, phone_index, division) WHERE phone_index IS NOT NULL;
CREATE INDEX resident_pinyin ON resident (tenant, pinyin, id, division);
CREATE INDEX resident_pinyin_in_division ON resident (tenant, division, pinyin, id);
CREATE INDEX resident_tail ON resident (tenant, tail_index, name, division) WHERE tail_index IS NOT NULL;

CREATE TABLE household (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    division TEXT COLLATE "C" NOT NULL,
    grid UUID,
    dwelling UUID,
    opened_on DATE NOT NULL,
    closed_on DATE,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT household_number UNIQUE (tenant, number),
    CONSTRAINT household_dwelling_fkey FOREIGN KEY(tenant, dwelling) REFERENCES dwelling (tenant, id),
    CONSTRAINT household_grid_fkey FOREIGN KEY(tenant, grid) REFERENCES grid (tenant, id),
    CONSTRAINT household_division_fkey FOREIGN KEY(division) REFERENCES division (code)
);
CREATE INDEX household_in_division ON household (tenant, division, number);
CREATE INDEX household_in_dwelling ON household (tenant, dwelling);

CREATE TABLE kinship (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    a UUID NOT NULL,
    b UUID NOT NULL,
    since DATE NOT NULL,
    until DATE,
    PRIMARY KEY (tenant, id),
    CONSTRAINT kinship_a_fkey FOREIGN KEY(tenant, a) REFERENCES resident (tenant, id),
    CONSTRAINT kinship_b_fkey FOREIGN KEY(tenant, b) REFERENCES resident (tenant, id)
);
CREATE INDEX kinship_of_b ON kinship (tenant, b);
CREATE UNIQUE INDEX kinship_open ON kinship (tenant, a, b, kind) WHERE until IS NULL;

CREATE TABLE resident_history (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    resident UUID NOT NULL,
    version INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor UUID NOT NULL,
    source TEXT NOT NULL,
    reason TEXT NOT NULL,
    event UUID,
    changes JSONB NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT resident_history_resident_fkey FOREIGN KEY(tenant, resident) REFERENCES resident (tenant, id)
);
CREATE INDEX resident_history_of ON resident_history (tenant, resident, version, id);

CREATE TABLE reveal (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    resident UUID NOT NULL,
    division TEXT COLLATE "C" NOT NULL,
    actor UUID NOT NULL,
    post UUID,
    fields TEXT[] NOT NULL,
    purpose TEXT NOT NULL,
    purpose_text TEXT NOT NULL,
    case_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT reveal_resident_fkey FOREIGN KEY(tenant, resident) REFERENCES resident (tenant, id)
);
CREATE INDEX reveal_of ON reveal (tenant, resident, at);

CREATE TABLE life_event (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    household UUID NOT NULL,
    other_household UUID,
    division TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL,
    date DATE NOT NULL,
    reason TEXT NOT NULL,
    evidence JSONB NOT NULL,
    source TEXT NOT NULL,
    actor UUID NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    effects JSONB NOT NULL,
    corrects UUID,
    PRIMARY KEY (tenant, id),
    CONSTRAINT life_event_household_fkey FOREIGN KEY(tenant, household) REFERENCES household (tenant, id),
    CONSTRAINT life_event_other_household_fkey FOREIGN KEY(tenant, other_household) REFERENCES household (tenant, id),
    CONSTRAINT life_event_corrects_fkey FOREIGN KEY(tenant, corrects) REFERENCES life_event (tenant, id),
    CONSTRAINT life_event_corrected_once UNIQUE (tenant, corrects)
);
CREATE INDEX life_event_of_household ON life_event (tenant, household, recorded_at);
CREATE INDEX life_event_of_other ON life_event (tenant, other_household, recorded_at) WHERE other_household IS NOT NULL;

CREATE TABLE membership (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    household UUID NOT NULL,
    resident UUID NOT NULL,
    relation TEXT NOT NULL,
    since DATE NOT NULL,
    until DATE,
    PRIMARY KEY (tenant, id),
    CONSTRAINT membership_household_fkey FOREIGN KEY(tenant, household) REFERENCES household (tenant, id),
    CONSTRAINT membership_resident_fkey FOREIGN KEY(tenant, resident) REFERENCES resident (tenant, id)
);
CREATE INDEX membership_of_household ON membership (tenant, household, since);
CREATE INDEX membership_of_resident ON membership (tenant, resident, since);
CREATE UNIQUE INDEX membership_open ON membership (tenant, resident) WHERE until IS NULL;
CREATE UNIQUE INDEX membership_open_head ON membership (tenant, household) WHERE until IS NULL AND relation = '02';
"""

ROLE = "linli_registry"
# Residents, households and events are never deleted by the serving role: they are ended, voided or corrected.
GRANTS = {
    "SELECT": ["division"],
    "SELECT, INSERT": ["life_event", "resident_history", "reveal"],
    "SELECT, INSERT, UPDATE": ["grid", "dwelling", "resident", "household", "membership", "kinship"],
}


# The search statements are written for one plan each; planning them for every value costs ten times their execution.
PLAN_ONCE = """
DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET plan_cache_mode = force_generic_plan', current_database());
END $$
"""


def upgrade() -> None:
    schema.create(op, ROLE)
    op.execute(PLAN_ONCE)
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement.rstrip(";"))
    for grants, tables in GRANTS.items():
        op.execute(f"GRANT {grants} ON {', '.join(tables)} TO {ROLE}")
