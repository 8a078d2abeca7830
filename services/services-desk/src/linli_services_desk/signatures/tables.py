"""One row per signature: the drawing, when, and who saw it being made. Written once and never changed."""

from sqlalchemy import ForeignKeyConstraint, Index, Table

from linli_services_desk.schema import key, metadata, moment, sealed, tenant, text, uuid

signature = Table(
    "signature",
    metadata,
    tenant(),
    key(),
    text("division"),
    uuid("case_id"),
    sealed("content"),
    text("sha256"),
    uuid("witness"),
    text("witness_name"),
    uuid("pad_id", nullable=True),
    moment("signed_at"),
    ForeignKeyConstraint(["tenant", "case_id"], ["desk_case.tenant", "desk_case.id"]),
    Index("signature_case_idx", "tenant", "case_id", "id"),
)
