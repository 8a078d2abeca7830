"""Centres that a county stated. What nobody stated is derived as it is read (`domain.py`)."""

from sqlalchemy import Column, DateTime, Double, ForeignKey, Integer, Table

from linli_registry.divisions.tables import division
from linli_registry.metadata import Bytewise, Id, metadata, tenant

division_centre = Table(
    "division_centre",
    metadata,
    tenant(),
    Column("division", Bytewise, ForeignKey(division.c.code, name="division_centre_division_fkey"), primary_key=True),
    # Both or neither: without them the centre is derived again.
    Column("longitude", Double),
    Column("latitude", Double),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("changed_by", Id, nullable=False),
)
