"""Changes of households, dwellings, grids and areas; who confirmed which field of a resident.

The history of residents themselves is `resident_history`, because it is read with them. Nothing here holds personal
data: a household's number, a dwelling's address, days, codes and ids.
"""

from sqlalchemy import Column, Date, DateTime, ForeignKeyConstraint, Index, Table, Text, literal_column
from sqlalchemy.dialects.postgresql import JSONB

from linli_registry.metadata import Id, metadata, own_id, tenant
from linli_registry.residents.tables import resident

record_history = Table(
    "record_history",
    metadata,
    tenant(),
    own_id(),
    Column("kind", Text, nullable=False),
    Column("object", Id, nullable=False),
    Column("day", Date, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Id, nullable=False),
    Column("source", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("event", Id),
    Column("changes", JSONB, nullable=False),
)
Index("record_history_of", record_history.c.tenant, record_history.c.object, record_history.c.id)

# Words of the statement, not values of it: only then the indexes match.
LEFT_DWELLING = literal_column("jsonb_extract_path_text(changes, 'dwelling', '0')", Text())
ENTERED_DWELLING = literal_column("jsonb_extract_path_text(changes, 'dwelling', '1')", Text())
for _name, _end in (("record_history_left", LEFT_DWELLING), ("record_history_entered", ENTERED_DWELLING)):
    Index(_name, record_history.c.tenant, _end, postgresql_where=_end.is_not(None))

field_confirmation = Table(
    "field_confirmation",
    metadata,
    tenant(),
    Column("resident", Id, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Id, nullable=False),
    Column("source", Text, nullable=False),
    ForeignKeyConstraint(
        ["tenant", "resident"], [resident.c.tenant, resident.c.id], name="field_confirmation_resident_fkey"
    ),
)
