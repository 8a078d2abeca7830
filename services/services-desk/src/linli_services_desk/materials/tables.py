"""Materials of a case, the files behind them, and the papers a resident has on file for next time.

File content is stored encrypted and leaves only through an endpoint that checks the case's scope.
"""

from sqlalchemy import BigInteger, Column, Date, ForeignKeyConstraint, Index, PrimaryKeyConstraint, Table
from sqlalchemy import text as sql

from linli_services_desk.schema import key, metadata, moment, sealed, tenant, text, uuid

case_material = Table(
    "case_material",
    metadata,
    text("tenant"),
    uuid("case_id"),
    text("material_id"),
    text("name"),
    text("state"),
    Column("promise_date", Date, nullable=True),
    text("promise_note", nullable=True),
    uuid("attachment_id", nullable=True),
    uuid("paper_id", nullable=True),
    uuid("updated_by", nullable=True),
    moment("updated_at"),
    PrimaryKeyConstraint("tenant", "case_id", "material_id"),
    ForeignKeyConstraint(["tenant", "case_id"], ["desk_case.tenant", "desk_case.id"]),
    Index(
        "case_material_promise_idx",
        "tenant",
        "promise_date",
        "case_id",
        "material_id",
        postgresql_where=sql("state = 'deferred'"),
    ),
)

attachment = Table(
    "attachment",
    metadata,
    tenant(),
    key(),
    text("division"),
    uuid("case_id"),
    text("material_id"),
    sealed("filename"),
    text("media_type"),
    Column("size", BigInteger, nullable=False),
    text("sha256"),
    sealed("content"),
    uuid("created_by"),
    moment("created_at"),
    ForeignKeyConstraint(["tenant", "case_id"], ["desk_case.tenant", "desk_case.id"]),
    Index("attachment_case_idx", "tenant", "case_id"),
)

paper = Table(
    "paper",
    metadata,
    tenant(),
    key(),
    text("division"),
    uuid("resident_id"),
    text("kind"),
    text("name"),
    uuid("attachment_id"),
    uuid("case_id"),
    Column("valid_until", Date, nullable=True),
    moment("created_at"),
    ForeignKeyConstraint(["tenant", "attachment_id"], ["attachment.tenant", "attachment.id"]),
    Index("paper_resident_key", "tenant", "resident_id", "kind", unique=True),
)
