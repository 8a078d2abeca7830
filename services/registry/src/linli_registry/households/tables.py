"""Households, dated memberships, kinship links and life events.

"One open membership per person" and "one open head per household" are partial unique indexes; days in the past are kept
apart by the rules under a lock on the resident rows.
"""

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from linli_registry.divisions.tables import division
from linli_registry.grids.tables import dwelling, grid
from linli_registry.metadata import Bytewise, Id, metadata, own_id, tenant
from linli_registry.residents.tables import resident

household = Table(
    "household",
    metadata,
    tenant(),
    own_id(),
    Column("number", Bytewise, nullable=False),
    Column("division", Bytewise, ForeignKey(division.c.code, name="household_division_fkey"), nullable=False),
    Column("grid", Id),
    Column("dwelling", Id),
    Column("opened_on", Date, nullable=False),
    Column("closed_on", Date),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("tenant", "number", name="household_number"),
    ForeignKeyConstraint(["tenant", "dwelling"], [dwelling.c.tenant, dwelling.c.id], name="household_dwelling_fkey"),
    ForeignKeyConstraint(["tenant", "grid"], [grid.c.tenant, grid.c.id], name="household_grid_fkey"),
)
Index("household_in_division", household.c.tenant, household.c.division, household.c.number)
Index("household_in_dwelling", household.c.tenant, household.c.dwelling)

membership = Table(
    "membership",
    metadata,
    tenant(),
    own_id(),
    Column("household", Id, nullable=False),
    Column("resident", Id, nullable=False),
    Column("relation", Text, nullable=False),
    Column("since", Date, nullable=False),
    # Not included; equal to `since` when the membership was voided.
    Column("until", Date),
    ForeignKeyConstraint(
        ["tenant", "household"], [household.c.tenant, household.c.id], name="membership_household_fkey"
    ),
    ForeignKeyConstraint(["tenant", "resident"], [resident.c.tenant, resident.c.id], name="membership_resident_fkey"),
)
_m = membership.c
Index("membership_open", _m.tenant, _m.resident, unique=True, postgresql_where=text("until IS NULL"))
Index(
    "membership_open_head",
    _m.tenant,
    _m.household,
    unique=True,
    postgresql_where=text("until IS NULL AND relation = '02'"),
)
Index("membership_of_household", _m.tenant, _m.household, _m.since)
Index("membership_of_resident", _m.tenant, _m.resident, _m.since)

kinship = Table(
    "kinship",
    metadata,
    tenant(),
    own_id(),
    Column("kind", Text, nullable=False),
    # parent: a is a parent of b; spouse: a is the smaller id.
    Column("a", Id, nullable=False),
    Column("b", Id, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    ForeignKeyConstraint(["tenant", "a"], [resident.c.tenant, resident.c.id], name="kinship_a_fkey"),
    ForeignKeyConstraint(["tenant", "b"], [resident.c.tenant, resident.c.id], name="kinship_b_fkey"),
)
_k = kinship.c
Index("kinship_open", _k.tenant, _k.a, _k.b, _k.kind, unique=True, postgresql_where=text("until IS NULL"))
Index("kinship_of_a", _k.tenant, _k.a)
Index("kinship_of_b", _k.tenant, _k.b)

life_event = Table(
    "life_event",
    metadata,
    tenant(),
    own_id(),
    # Of a household, or of somebody who is in none.
    Column("household", Id),
    Column("other_household", Id),
    Column("resident", Id),
    Column("division", Bytewise, nullable=False),
    Column("kind", Text, nullable=False),
    Column("date", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", JSONB, nullable=False),
    Column("source", Text, nullable=False),
    Column("actor", Id, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    # Ids, codes and days only.
    Column("effects", JSONB, nullable=False),
    Column("corrects", Id),
    ForeignKeyConstraint(
        ["tenant", "household"], [household.c.tenant, household.c.id], name="life_event_household_fkey"
    ),
    ForeignKeyConstraint(
        ["tenant", "other_household"], [household.c.tenant, household.c.id], name="life_event_other_household_fkey"
    ),
    ForeignKeyConstraint(
        ["tenant", "corrects"], ["life_event.tenant", "life_event.id"], name="life_event_corrects_fkey"
    ),
    ForeignKeyConstraint(["tenant", "resident"], [resident.c.tenant, resident.c.id], name="life_event_resident_fkey"),
    UniqueConstraint("tenant", "corrects", name="life_event_corrected_once"),
)
_e = life_event.c
Index("life_event_of_household", _e.tenant, _e.household, _e.recorded_at)
Index(
    "life_event_of_resident",
    _e.tenant,
    _e.resident,
    _e.recorded_at,
    postgresql_where=text("resident IS NOT NULL"),
)
Index("life_event_by_day", _e.tenant, _e.date, _e.division)
Index(
    "life_event_of_other",
    _e.tenant,
    _e.other_household,
    _e.recorded_at,
    postgresql_where=text("other_household IS NOT NULL"),
)
