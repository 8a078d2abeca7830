"""Grids of a village and the dwellings in them."""

from sqlalchemy import (
    Column,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
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
    UniqueConstraint("tenant", "division", "code", name="grid_code"),
)

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
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(["tenant", "grid"], [grid.c.tenant, grid.c.id], name="dwelling_grid_fkey"),
)
Index("dwelling_address_in_division", dwelling.c.tenant, dwelling.c.division, dwelling.c.address, dwelling.c.id)
Index("dwelling_address", dwelling.c.tenant, dwelling.c.address, dwelling.c.id, dwelling.c.division)
