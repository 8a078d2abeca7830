"""What followed a merge of residents: kept until the merge is undone, so that exactly this goes back."""

from sqlalchemy import Column, PrimaryKeyConstraint, Table
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from linli_services_desk.schema import metadata, moment, text, uuid

resident_relink = Table(
    "resident_relink",
    metadata,
    text("tenant"),
    uuid("merge_id"),
    uuid("kept"),
    uuid("absorbed"),
    Column("cases", ARRAY(UUID(as_uuid=True)), nullable=False),
    Column("papers", ARRAY(UUID(as_uuid=True)), nullable=False),
    moment("at"),
    moment("undone_at", nullable=True),
    PrimaryKeyConstraint("tenant", "merge_id"),
)
