"""Tables of seals, their custodians and their uses. Documents are stored encrypted, certificates in the clear."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from linli_supervision.metadata import metadata

SIGNATURES, ENVELOPE = "signatures", "envelope"
"""Methods of a seal, as profiles name them."""
PLATFORM, STATUTORY = "platform", "statutory"
"""Whose seal it is: the platform's own, or one of a provider that is registered for it by law."""

seal = Table(
    "seal",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("id", UUID(as_uuid=True), nullable=False),
    Column("division", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("pieces", Integer, nullable=False),
    Column("opening_minutes", Integer, nullable=False),
    Column("profile", Text, nullable=False, comment="place and version whose rules were taken"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column(
        "method", Text, nullable=False, server_default=SIGNATURES, comment="signatures, or envelope: made of rubber"
    ),
    Column("reclose_minutes", Integer, nullable=False, server_default="60", comment="how long it may be out"),
    Column(
        "envelope", Integer, nullable=False, server_default="0", comment="the envelope it was last closed into; 0: none"
    ),
    Column("envelope_state", Text, nullable=False, server_default="none", comment="none, closed, open or doubtful"),
    Column("authority", Text, nullable=False, server_default=PLATFORM, comment="platform or statutory"),
    Column("statutory_code", Text, comment="how the provider of statutory seals knows it"),
    PrimaryKeyConstraint("tenant", "id"),
    UniqueConstraint("tenant", "division", "name"),
    CheckConstraint("pieces >= 2"),
)

seal_custodian = Table(
    "seal_custodian",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("seal_id", UUID(as_uuid=True), nullable=False),
    Column("position", Integer, nullable=False, comment="piece, from 1"),
    Column("account", UUID(as_uuid=True), nullable=False),
    Column("title", Text, nullable=False, comment="post title, shown to whoever verifies"),
    Column("since", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant", "seal_id", "position"),
    UniqueConstraint("tenant", "seal_id", "account"),
    ForeignKeyConstraint(["tenant", "seal_id"], ["seal.tenant", "seal.id"]),
    Index("seal_custodian_account", "tenant", "account"),
)

custodian_key = Table(
    "custodian_key",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("id", UUID(as_uuid=True), nullable=False),
    Column("seal_id", UUID(as_uuid=True), nullable=False),
    Column("position", Integer, nullable=False),
    Column("account", UUID(as_uuid=True), nullable=False),
    Column("public_jwk", JSONB, nullable=False),
    Column("thumbprint", Text, nullable=False),
    Column("certificate", LargeBinary, nullable=False, comment="DER"),
    Column("serial", Text, nullable=False),
    Column("not_after", DateTime(timezone=True), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("replaced_at", DateTime(timezone=True)),
    Column("revoked", Text, comment="lost, stolen, damaged or custodian_changed; stands on the revocation list"),
    PrimaryKeyConstraint("tenant", "id"),
    ForeignKeyConstraint(
        ["tenant", "seal_id", "position"],
        ["seal_custodian.tenant", "seal_custodian.seal_id", "seal_custodian.position"],
    ),
    Index(
        "custodian_key_current",
        "tenant",
        "seal_id",
        "position",
        unique=True,
        postgresql_where=text("replaced_at IS NULL"),
    ),
    Index("custodian_key_revoked", "tenant", "replaced_at", postgresql_where=text("revoked IS NOT NULL")),
)

seal_change = Table(
    "seal_change",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("id", UUID(as_uuid=True), nullable=False),
    Column(
        "seal_id", UUID(as_uuid=True), nullable=False, comment="of a seal that is being founded: the id it will have"
    ),
    Column("division", Text, nullable=False),
    Column("seal_name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("position", Integer, nullable=False, comment="piece, from 1; 0 for the seal as a whole"),
    Column("people", JSONB, nullable=False, comment="[{position, account, title}] whom it concerns"),
    Column("reason", Text, comment="lost, stolen or damaged"),
    Column("resolution", Text, comment="number and day of the resolution"),
    Column("deliberation_id", UUID(as_uuid=True), comment="that passed it; none of one from before the installation"),
    Column("resolved_on", Date),
    Column("method", Text, nullable=False, server_default=SIGNATURES),
    Column("authority", Text, nullable=False, server_default=PLATFORM),
    Column("statutory_code", Text),
    Column("state", Text, nullable=False),
    Column("by", UUID(as_uuid=True), nullable=False),
    Column("by_name", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("decided_by", UUID(as_uuid=True)),
    Column("decided_by_name", Text),
    Column("decided_at", DateTime(timezone=True)),
    Column("refusal", Text),
    Column("in_person", Boolean, nullable=False, server_default="false", comment="who confirmed it met its custodians"),
    Column("version", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("tenant", "id"),
    Index("seal_change_of_area", "tenant", "division", "id"),
    Index("seal_change_of_seal", "tenant", "seal_id", "id"),
    Index(
        "seal_change_deliberation",
        "tenant",
        "deliberation_id",
        postgresql_where=text("deliberation_id IS NOT NULL"),
    ),
    # What waits is decided before the next of its kind is asked for.
    Index(
        "seal_change_waiting",
        "tenant",
        "seal_id",
        "kind",
        "position",
        unique=True,
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "seal_change_founding",
        "tenant",
        "division",
        "seal_name",
        unique=True,
        postgresql_where=text("state = 'waiting' AND kind = 'founded'"),
    ),
)

seal_authority = Table(
    "seal_authority",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("certificate", LargeBinary, nullable=False, comment="DER, self-signed"),
    Column("private_key", LargeBinary, nullable=False, comment="under the key ring"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant"),
)

seal_use = Table(
    "seal_use",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("id", UUID(as_uuid=True), nullable=False),
    Column("seal_id", UUID(as_uuid=True), nullable=False),
    Column("division", Text, nullable=False),
    Column("case_id", UUID(as_uuid=True), comment="of a seal of rubber: when all its documents are of one case"),
    Column(
        "document_id", UUID(as_uuid=True), nullable=False, comment="of a seal of rubber: the use itself, its record"
    ),
    Column("purpose", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("round", Integer, nullable=False, server_default="0", comment="openings so far"),
    Column("requester", UUID(as_uuid=True), nullable=False),
    Column("requester_name", Text, nullable=False),
    Column("approver", UUID(as_uuid=True)),
    Column("approver_name", Text),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("approved_at", DateTime(timezone=True)),
    Column("closes_at", DateTime(timezone=True), comment="end of the running window"),
    Column("ended_at", DateTime(timezone=True)),
    Column("reason", Text, comment="why it was refused or cancelled"),
    Column("document", LargeBinary, nullable=False, comment="as the desk gave it, under the key ring"),
    Column("document_sha256", Text, nullable=False),
    Column("sealed_document", LargeBinary, comment="with all signatures, under the key ring"),
    Column("sealed_sha256", Text),
    Column("unsealed_at", DateTime(timezone=True)),
    Column("unsealed_envelope", Integer, comment="the envelope it opened; it closes the next"),
    Column("reclose_by", DateTime(timezone=True), comment="until when the record is to be signed"),
    Column("reclosed_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("tenant", "id"),
    ForeignKeyConstraint(["tenant", "seal_id"], ["seal.tenant", "seal.id"]),
    Index("seal_use_of_seal", "tenant", "seal_id", "id"),
    # One document is under one seal use at a time.
    Index(
        "seal_use_of_document",
        "tenant",
        "document_id",
        unique=True,
        postgresql_where=text("state NOT IN ('refused', 'cancelled')"),
    ),
    Index("seal_use_closing", "tenant", "closes_at", postgresql_where=text("closes_at IS NOT NULL")),
)

seal_opening = Table(
    "seal_opening",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("use_id", UUID(as_uuid=True), nullable=False),
    Column("round", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("account", UUID(as_uuid=True), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant", "use_id", "round", "position"),
    ForeignKeyConstraint(["tenant", "use_id"], ["seal_use.tenant", "seal_use.id"]),
)

seal_signature = Table(
    "seal_signature",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("use_id", UUID(as_uuid=True), nullable=False),
    Column("round", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("account", UUID(as_uuid=True), nullable=False),
    Column("key_id", UUID(as_uuid=True), nullable=False),
    Column("title", Text, nullable=False),
    Column("prepared", LargeBinary, nullable=False, comment="document waiting for this signature, under the key ring"),
    Column("digest", LargeBinary, nullable=False),
    Column("region_start", Integer, nullable=False),
    Column("region_end", Integer, nullable=False),
    Column("attributes", LargeBinary, nullable=False, comment="DER; what the custodian's device signs"),
    Column("signature", LargeBinary),
    Column("prepared_at", DateTime(timezone=True), nullable=False),
    Column("signed_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("tenant", "use_id", "round", "position"),
    ForeignKeyConstraint(["tenant", "use_id"], ["seal_use.tenant", "seal_use.id"]),
    ForeignKeyConstraint(["tenant", "key_id"], ["custodian_key.tenant", "custodian_key.id"]),
)
