"""Tables of seals of rubber: their envelopes, what was stamped, photographs and incidents. Photographs are stored encrypted."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from linli_supervision.disclosures.tables import moment, text, uuid
from linli_supervision.metadata import metadata

seal_envelope = Table(
    "seal_envelope",
    metadata,
    text("tenant"),
    uuid("seal_id"),
    # Counted without a gap: each is closed by the use that opened the one before, or anew after an incident.
    Column("sequence", Integer, nullable=False, comment="from 1"),
    text("number", comment="what is printed on it"),
    text("cause", comment="first, use or anew"),
    uuid("closed_by", nullable=True),
    moment("closed_at", nullable=False),
    text("by_name", comment="who closed it"),
    uuid("photograph_id"),
    uuid("opened_by", nullable=True),
    moment("opened_at"),
    PrimaryKeyConstraint("tenant", "seal_id", "sequence"),
    UniqueConstraint("tenant", "seal_id", "number"),
    ForeignKeyConstraint(["tenant", "seal_id"], ["seal.tenant", "seal.id"]),
    CheckConstraint("sequence >= 1"),
)

seal_stamped = Table(
    "seal_stamped",
    metadata,
    text("tenant"),
    uuid("use_id"),
    Column("line", Integer, nullable=False, comment="from 1"),
    text("title", comment="went through the gate against people's numbers"),
    uuid("case_id", nullable=True),
    uuid("document_id", nullable=True),
    Column("copies", Integer, nullable=False, comment="approved"),
    Column("impressions", Integer, nullable=False, comment="approved"),
    Column("copies_made", Integer),
    Column("impressions_made", Integer),
    moment("void_at"),
    PrimaryKeyConstraint("tenant", "use_id", "line"),
    ForeignKeyConstraint(["tenant", "use_id"], ["seal_use.tenant", "seal_use.id"]),
    Index("seal_stamped_case", "tenant", "case_id", postgresql_where=sql("case_id IS NOT NULL")),
    Index("seal_stamped_document", "tenant", "document_id", postgresql_where=sql("document_id IS NOT NULL")),
)

seal_photograph = Table(
    "seal_photograph",
    metadata,
    text("tenant"),
    uuid("id"),
    uuid("seal_id"),
    uuid("use_id", nullable=True),
    Column("round", Integer, nullable=False, comment="opening of the use it belongs to"),
    text("moment", comment="opening, closing or anew"),
    text("media_type"),
    Column("size", Integer, nullable=False),
    text("sha256", comment="of the picture as it is kept"),
    Column("content", LargeBinary, nullable=False, comment="under the key ring"),
    text("by_name"),
    moment("at", nullable=False),
    PrimaryKeyConstraint("tenant", "id"),
    ForeignKeyConstraint(["tenant", "seal_id"], ["seal.tenant", "seal.id"]),
    Index("seal_photograph_use", "tenant", "use_id", "id"),
)

seal_incident = Table(
    "seal_incident",
    metadata,
    text("tenant"),
    uuid("id"),
    uuid("seal_id"),
    uuid("use_id"),
    text("division"),
    text("kind"),
    Column("sequence", Integer, nullable=False, comment="the envelope it was in"),
    text("expected", comment="number of the envelope as it was closed"),
    text("found", comment="number as the custodians read it"),
    text("by_name", comment="empty: the clock"),
    moment("at", nullable=False),
    PrimaryKeyConstraint("tenant", "id"),
    UniqueConstraint("tenant", "use_id", "kind"),
    ForeignKeyConstraint(["tenant", "use_id"], ["seal_use.tenant", "seal_use.id"]),
    Index("seal_incident_of", "tenant", "seal_id", "id"),
)

seal_affixing = Table(
    "seal_affixing",
    metadata,
    text("tenant"),
    uuid("use_id"),
    Column(
        "document", LargeBinary, nullable=False, comment="signed by all custodians, laid out or not, under the key ring"
    ),
    Column("digest", LargeBinary),
    Column("region_start", Integer),
    Column("region_end", Integer),
    Column("attributes", LargeBinary, comment="DER; what the provider signs"),
    Column("certificate", LargeBinary, comment="DER; the provider's for this seal, as it was when laid out"),
    Column("issuer", LargeBinary, comment="DER"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("next_at", nullable=False),
    text("problem", comment="code of what went wrong last; empty when nothing did"),
    text("serial", nullable=True),
    moment("affixed_at"),
    PrimaryKeyConstraint("tenant", "use_id"),
    ForeignKeyConstraint(["tenant", "use_id"], ["seal_use.tenant", "seal_use.id"]),
    Index("seal_affixing_due", "next_at", postgresql_where=sql("affixed_at IS NULL")),
)
"""Of a statutory seal: what the provider is asked to sign once all custodians have. Laid out once, so that it is asked the same again."""
