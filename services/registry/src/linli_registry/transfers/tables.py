"""A transfer has one row in each county, with the same id; neither side ever writes the other's.

`package` exists at the destination until the transfer is over: the people's data, encrypted for the destination.
"""

from sqlalchemy import Column, Date, DateTime, ForeignKeyConstraint, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from linli_registry.households.tables import household
from linli_registry.metadata import Bytewise, Id, metadata, own_id, tenant

transfer = Table(
    "transfer",
    metadata,
    tenant(),
    own_id(),
    Column("side", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("division", Bytewise, nullable=False),
    Column("other_tenant", Bytewise, nullable=False),
    Column("other_division", Bytewise, nullable=False),
    # At the origin the household they leave, at the destination the one they enter.
    Column("household", Id),
    Column("new_head", Id),
    # Ids of the side's own residents.
    Column("people", JSONB, nullable=False),
    Column("package", LargeBinary),
    Column("reason", Text, nullable=False),
    Column("evidence", JSONB, nullable=False),
    Column("answer", Text, nullable=False, server_default=""),
    Column("moved_on", Date),
    Column("event", Id),
    Column("problem", Text),
    Column("actor", Id, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    ForeignKeyConstraint(["tenant", "household"], [household.c.tenant, household.c.id], name="transfer_household_fkey"),
)
_c = transfer.c
Index("transfer_in_division", _c.tenant, _c.division, _c.id)
Index("transfer_of_household", _c.tenant, _c.household)
Index("transfer_of_people", _c.people, postgresql_using="gin")
Index(
    "transfer_moving",
    _c.tenant,
    _c.id,
    postgresql_where=text("state IN ('requested', 'waiting', 'cancelling', 'accepted')"),
)
