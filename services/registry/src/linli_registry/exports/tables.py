"""Exports: who took which lists out, for what, and until when the file can be fetched. Never deleted."""

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text, UniqueConstraint

from linli_registry.metadata import Bytewise, Id, metadata, own_id, tenant

export = Table(
    "export",
    metadata,
    tenant(),
    own_id(),
    # A code or a prefix: the area that was asked for.
    Column("division", Bytewise, nullable=False),
    Column("number", Bytewise, nullable=False),
    Column("format", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("rows", Integer),
    Column("job", Id),
    Column("created_by", Id, nullable=False),
    Column("created_by_name", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("tenant", "number", name="export_number"),
)
Index("export_newest", export.c.tenant, export.c.created_by, export.c.id)
