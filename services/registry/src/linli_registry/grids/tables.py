"""Grids of a village, the people who look after them, and the dwellings in them.

A grid or a dwelling is never deleted: it ends on a day, and the people of a grid have days from and until.
"""

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from linli_registry.divisions.tables import division
from linli_registry.metadata import Bytewise, Id, metadata, own_id, tenant

grid = Table(
    "grid",
    metadata,
    tenant(),
    own_id(),
    Column("division", Bytewise, ForeignKey(division.c.code, name="grid_division_fkey"), nullable=False),
    Column("code", Bytewise, nullable=False),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("closed_on", Date),
    UniqueConstraint("tenant", "division", "code", name="grid_code"),
)

grid_person = Table(
    "grid_person",
    metadata,
    tenant(),
    own_id(),
    Column("grid", Id, nullable=False),
    Column("post", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("phone", LargeBinary),
    Column("since", Date, nullable=False),
    # Not included.
    Column("until", Date),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Id, nullable=False),
    ForeignKeyConstraint(["tenant", "grid"], [grid.c.tenant, grid.c.id], name="grid_person_grid_fkey"),
)
Index("grid_person_of", grid_person.c.tenant, grid_person.c.grid, grid_person.c.since)

dwelling = Table(
    "dwelling",
    metadata,
    tenant(),
    own_id(),
    Column("division", Bytewise, ForeignKey(division.c.code, name="dwelling_division_fkey"), nullable=False),
    Column("grid", Id),
    # From the village downwards: 花坪村3组12号.
    Column("address", Bytewise, nullable=False),
    Column("kind", Text, nullable=False, server_default="owner_occupied"),
    Column("longitude", Double),
    Column("latitude", Double),
    Column("closed_on", Date),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(["tenant", "grid"], [grid.c.tenant, grid.c.id], name="dwelling_grid_fkey"),
)
Index("dwelling_address_in_division", dwelling.c.tenant, dwelling.c.division, dwelling.c.address, dwelling.c.id)
Index("dwelling_address", dwelling.c.tenant, dwelling.c.address, dwelling.c.id, dwelling.c.division)
Index("dwelling_in_grid", dwelling.c.tenant, dwelling.c.grid, postgresql_where=text("grid IS NOT NULL"))
