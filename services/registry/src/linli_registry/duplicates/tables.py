"""The review queue of likely duplicates, and merges with everything that undoing one needs.

A pair stands once, smaller id first. A merge writes down every row and field that it changes as it was before and after;
the numbers that the kept record had before are encrypted under this table's own place.
"""

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from linli_registry.metadata import Bytewise, Id, metadata, own_id, tenant
from linli_registry.residents.tables import resident

duplicate_pair = Table(
    "duplicate_pair",
    metadata,
    tenant(),
    own_id(),
    Column("a", Id, nullable=False),
    Column("b", Id, nullable=False),
    Column("score", Integer, nullable=False),
    Column("reasons", ARRAY(Text), nullable=False),
    # open, dismissed or merged
    Column("state", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("found_at", DateTime(timezone=True), nullable=False),
    Column("decided_at", DateTime(timezone=True)),
    Column("decided_by", Id),
    Column("decision_reason", Text),
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("tenant", "a", "b", name="duplicate_pair_once"),
    ForeignKeyConstraint(["tenant", "a"], [resident.c.tenant, resident.c.id], name="duplicate_pair_a_fkey"),
    ForeignKeyConstraint(["tenant", "b"], [resident.c.tenant, resident.c.id], name="duplicate_pair_b_fkey"),
)
_p = duplicate_pair.c
Index("duplicate_pair_queue", _p.tenant, _p.state, _p.score.desc(), _p.id)
Index("duplicate_pair_of_b", _p.tenant, _p.b)

resident_merge = Table(
    "resident_merge",
    metadata,
    tenant(),
    own_id(),
    Column("kept", Id, nullable=False),
    Column("absorbed", Id, nullable=False),
    Column("division", Bytewise, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Id, nullable=False),
    Column("reason", Text, nullable=False),
    # {field: [before, after]} of the kept record; of an encrypted field only that it changed.
    Column("fields", JSONB, nullable=False),
    Column("identity_number", LargeBinary),
    Column("phone", LargeBinary),
    Column("bank_account", LargeBinary),
    Column("absorbed_presence", Text, nullable=False),
    # {"memberships" | "links" | "households": {id: [before, after]}}: ids, codes and days only.
    Column("rows", JSONB, nullable=False),
    Column("undone_at", DateTime(timezone=True)),
    Column("undone_by", Id),
    Column("undo_reason", Text),
    ForeignKeyConstraint(["tenant", "kept"], [resident.c.tenant, resident.c.id], name="resident_merge_kept_fkey"),
    ForeignKeyConstraint(
        ["tenant", "absorbed"], [resident.c.tenant, resident.c.id], name="resident_merge_absorbed_fkey"
    ),
)
_g = resident_merge.c
Index("resident_merge_standing", _g.tenant, _g.absorbed, unique=True, postgresql_where=text("undone_at IS NULL"))
Index("resident_merge_of_kept", _g.tenant, _g.kept)
