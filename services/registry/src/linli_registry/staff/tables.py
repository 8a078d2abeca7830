"""Which resident a staff account is: said by the county's administrator, one person for an account."""

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Index, Table

from linli_registry.metadata import Bytewise, Id, metadata, tenant
from linli_registry.residents.tables import resident

staff_link = Table(
    "staff_link",
    metadata,
    tenant(),
    Column("account", Id, primary_key=True),
    Column("resident", Id, nullable=False),
    Column("division", Bytewise, nullable=False),
    Column("linked_at", DateTime(timezone=True), nullable=False),
    Column("linked_by", Id, nullable=False),
    ForeignKeyConstraint(["tenant", "resident"], [resident.c.tenant, resident.c.id], name="staff_link_resident_fkey"),
    Index("staff_link_resident", "resident", "tenant"),
)
