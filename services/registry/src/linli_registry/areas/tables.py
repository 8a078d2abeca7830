"""Areas are named sets of grids: natural villages joined into a community, housing estates, old courtyards, zones.

`community` says of a village what the county says of it: its type and whether it is a pilot.
"""

from sqlalchemy import Column, Date, DateTime, ForeignKey, ForeignKeyConstraint, Index, Integer, Table, Text

from linli_registry.divisions.tables import division
from linli_registry.grids.tables import grid
from linli_registry.metadata import Bytewise, Id, metadata, own_id, tenant

area = Table(
    "area",
    metadata,
    tenant(),
    own_id(),
    # The lowest division that holds all its grids: a village, a township or the county.
    Column("division", Bytewise, ForeignKey(division.c.code, name="area_division_fkey"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("ended_on", Date),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
Index("area_in_division", area.c.tenant, area.c.division, area.c.name, area.c.id)

area_grid = Table(
    "area_grid",
    metadata,
    tenant(),
    Column("area", Id, primary_key=True),
    Column("grid", Id, primary_key=True),
    ForeignKeyConstraint(["tenant", "area"], [area.c.tenant, area.c.id], name="area_grid_area_fkey"),
    ForeignKeyConstraint(["tenant", "grid"], [grid.c.tenant, grid.c.id], name="area_grid_grid_fkey"),
)

community = Table(
    "community",
    metadata,
    tenant(),
    Column("division", Bytewise, ForeignKey(division.c.code, name="community_division_fkey"), primary_key=True),
    Column("type", Text),
    Column("pilot", Text),
    Column("pilot_since", Date),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("changed_by", Id, nullable=False),
)
