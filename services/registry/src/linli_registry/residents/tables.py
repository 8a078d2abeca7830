"""Residents, the history of every change to them, and who revealed what.

Identity number, phone and bank account are stored encrypted; their index columns are keyed hashes and find exact values
only. `tail_index` is the keyed hash of the last four characters of the number.
"""

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from linli_registry.divisions.tables import division
from linli_registry.grids.tables import grid
from linli_registry.metadata import Bytewise, Id, metadata, own_id, tenant

resident = Table(
    "resident",
    metadata,
    tenant(),
    own_id(),
    Column("division", Bytewise, ForeignKey(division.c.code, name="resident_division_fkey"), nullable=False),
    Column("grid", Id),
    Column("name", Bytewise, nullable=False),
    Column("pinyin", Bytewise, nullable=False),
    Column("initials", Bytewise, nullable=False),
    Column("grams", ARRAY(Bytewise), nullable=False),
    Column("document_kind", Text, nullable=False),
    Column("identity_number", LargeBinary),
    Column("number_index", LargeBinary),
    Column("tail_index", LargeBinary),
    Column("phone", LargeBinary),
    Column("phone_index", LargeBinary),
    Column("bank_account", LargeBinary),
    Column("sex", Text, nullable=False),
    Column("birth_date", Date),
    Column("ethnic_group", Text),
    Column("education", Text),
    Column("marriage", Text),
    Column("political_status", Text),
    Column("hukou_division", Bytewise),
    Column("presence", Text, nullable=False),
    Column("death_date", Date),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("confirmed_at", DateTime(timezone=True), nullable=False),
    Column("confirmed_by", Id),
    ForeignKeyConstraint(["tenant", "grid"], [grid.c.tenant, grid.c.id], name="resident_grid_fkey"),
)
_c = resident.c
Index(
    "resident_number",
    _c.tenant,
    _c.number_index,
    unique=True,
    postgresql_where=text("number_index IS NOT NULL AND presence <> 'void'"),
)
Index("resident_phone", _c.tenant, _c.phone_index, _c.division, postgresql_where=text("phone_index IS NOT NULL"))
Index("resident_tail", _c.tenant, _c.tail_index, _c.name, _c.division, postgresql_where=text("tail_index IS NOT NULL"))
# A scope of one village reads the first three, a wider scope the next three; all are in the order of the pages.
Index("resident_pinyin_in_division", _c.tenant, _c.division, _c.pinyin, _c.id)
Index("resident_initials_in_division", _c.tenant, _c.division, _c.initials, _c.id)
Index("resident_name_in_division", _c.tenant, _c.division, _c.name, _c.id)
Index("resident_pinyin", _c.tenant, _c.pinyin, _c.id, _c.division)
Index("resident_initials", _c.tenant, _c.initials, _c.id, _c.division)
Index("resident_name", _c.tenant, _c.name, _c.id, _c.division)
# Grams start with the tenant: one county's names never share a posting list with another's.
Index("resident_grams", _c.grams, postgresql_using="gin")

resident_history = Table(
    "resident_history",
    metadata,
    tenant(),
    own_id(),
    Column("resident", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Id, nullable=False),
    Column("source", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("event", Id),
    # The day from which the change holds, which is not the day it was recorded.
    Column("day", Date, nullable=False),
    # {"field": [old, new]}; encrypted fields say only that they changed, their values are in `sealed`.
    Column("changes", JSONB, nullable=False),
    Column("sealed", LargeBinary),
    ForeignKeyConstraint(
        ["tenant", "resident"], [resident.c.tenant, resident.c.id], name="resident_history_resident_fkey"
    ),
)
Index(
    "resident_history_of",
    resident_history.c.tenant,
    resident_history.c.resident,
    resident_history.c.version,
    resident_history.c.id,
)

reveal = Table(
    "reveal",
    metadata,
    tenant(),
    own_id(),
    Column("resident", Id, nullable=False),
    Column("division", Bytewise, nullable=False),
    Column("actor", Id, nullable=False),
    Column("post", Id),
    Column("fields", ARRAY(Text), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("purpose_text", Text, nullable=False),
    Column("case_id", Id),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(["tenant", "resident"], [resident.c.tenant, resident.c.id], name="reveal_resident_fkey"),
)
Index("reveal_of", reveal.c.tenant, reveal.c.resident, reveal.c.at)
