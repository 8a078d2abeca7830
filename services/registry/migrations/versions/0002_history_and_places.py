"""Days in history, field confirmations, former names, more phones, transfers, communities, areas, people of grids.

Revision ID: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = """
ALTER TABLE resident_history ADD COLUMN day DATE;
UPDATE resident_history SET day = (at AT TIME ZONE 'Asia/Shanghai')::date;
UPDATE resident_history h SET day = e.date FROM life_event e WHERE e.tenant = h.tenant AND e.id = h.event;
ALTER TABLE resident_history ALTER COLUMN day SET NOT NULL;
ALTER TABLE resident_history ADD COLUMN sealed BYTEA;

CREATE TABLE record_history (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    object UUID NOT NULL,
    day DATE NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor UUID NOT NULL,
    source TEXT NOT NULL,
    reason TEXT NOT NULL,
    event UUID,
    changes JSONB NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX record_history_of ON record_history (tenant, object, id);

CREATE TABLE field_confirmation (
    tenant TEXT COLLATE "C" NOT NULL,
    resident UUID NOT NULL,
    field TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor UUID NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (tenant, resident, field),
    CONSTRAINT field_confirmation_resident_fkey FOREIGN KEY(tenant, resident) REFERENCES resident (tenant, id)
);

CREATE TABLE former_name (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    resident UUID NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    until DATE,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_by UUID NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (tenant, id),
    CONSTRAINT former_name_resident_fkey FOREIGN KEY(tenant, resident) REFERENCES resident (tenant, id)
);
CREATE INDEX former_name_of ON former_name (tenant, resident);
CREATE INDEX former_name_name ON former_name (tenant, name);

CREATE TABLE further_phone (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    resident UUID NOT NULL,
    kind TEXT NOT NULL,
    phone BYTEA NOT NULL,
    phone_index BYTEA NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_by UUID NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (tenant, id),
    CONSTRAINT further_phone_resident_fkey FOREIGN KEY(tenant, resident) REFERENCES resident (tenant, id)
);
CREATE UNIQUE INDEX further_phone_of ON further_phone (tenant, resident, phone_index) WHERE removed_at IS NULL;
CREATE INDEX further_phone_index ON further_phone (tenant, phone_index);

CREATE TABLE transfer (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    side TEXT NOT NULL,
    state TEXT NOT NULL,
    division TEXT COLLATE "C" NOT NULL,
    other_tenant TEXT COLLATE "C" NOT NULL,
    other_division TEXT COLLATE "C" NOT NULL,
    household UUID,
    new_head UUID,
    people JSONB NOT NULL,
    package BYTEA,
    reason TEXT NOT NULL,
    evidence JSONB NOT NULL,
    answer TEXT NOT NULL DEFAULT '',
    moved_on DATE,
    event UUID,
    problem TEXT,
    actor UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT transfer_household_fkey FOREIGN KEY(tenant, household) REFERENCES household (tenant, id)
);
CREATE INDEX transfer_in_division ON transfer (tenant, division, id);
CREATE INDEX transfer_moving ON transfer (tenant, id) WHERE state IN ('requested', 'waiting', 'cancelling', 'accepted');

CREATE TABLE community (
    tenant TEXT COLLATE "C" NOT NULL,
    division TEXT COLLATE "C" NOT NULL,
    type TEXT,
    pilot TEXT,
    pilot_since DATE,
    version INTEGER DEFAULT '1' NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_by UUID NOT NULL,
    PRIMARY KEY (tenant, division),
    CONSTRAINT community_division_fkey FOREIGN KEY(division) REFERENCES division (code)
);

CREATE TABLE area (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    division TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    ended_on DATE,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT area_division_fkey FOREIGN KEY(division) REFERENCES division (code)
);
CREATE INDEX area_in_division ON area (tenant, division, name, id);

CREATE TABLE area_grid (
    tenant TEXT COLLATE "C" NOT NULL,
    area UUID NOT NULL,
    grid UUID NOT NULL,
    PRIMARY KEY (tenant, area, grid),
    CONSTRAINT area_grid_area_fkey FOREIGN KEY(tenant, area) REFERENCES area (tenant, id),
    CONSTRAINT area_grid_grid_fkey FOREIGN KEY(tenant, grid) REFERENCES grid (tenant, id)
);

ALTER TABLE grid ADD COLUMN closed_on DATE;

CREATE TABLE grid_person (
    tenant TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    grid UUID NOT NULL,
    post TEXT NOT NULL,
    name TEXT NOT NULL,
    phone BYTEA,
    since DATE NOT NULL,
    until DATE,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_by UUID NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT grid_person_grid_fkey FOREIGN KEY(tenant, grid) REFERENCES grid (tenant, id)
);
CREATE INDEX grid_person_of ON grid_person (tenant, grid, since);
CREATE INDEX dwelling_in_grid ON dwelling (tenant, grid) WHERE grid IS NOT NULL
"""

ROLE = "linli_registry"
GRANTS = {
    "SELECT, INSERT": ["record_history"],
    "SELECT, INSERT, UPDATE": [
        "field_confirmation",
        "former_name",
        "further_phone",
        "transfer",
        "community",
        "area",
        "grid_person",
    ],
    # A set of grids is replaced as a whole; what it was stays in the history of the area.
    "SELECT, INSERT, DELETE": ["area_grid"],
}


def upgrade() -> None:
    for statement in STATEMENTS.strip().split(";\n"):
        op.execute(statement.rstrip(";"))
    for grants, tables in GRANTS.items():
        op.execute(f"GRANT {grants} ON {', '.join(tables)} TO {ROLE}")
