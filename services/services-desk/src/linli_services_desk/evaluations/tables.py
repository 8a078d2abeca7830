"""One rating per case, given by the holder of the receipt and never filled in for them."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint, SmallInteger, Table

from linli_services_desk.schema import metadata, moment, sealed, text, uuid

evaluation = Table(
    "evaluation",
    metadata,
    text("tenant"),
    uuid("case_id"),
    text("division"),
    Column("level", SmallInteger, nullable=False),
    sealed("comment", nullable=True),
    moment("given_at"),
    PrimaryKeyConstraint("tenant", "case_id"),
    ForeignKeyConstraint(["tenant", "case_id"], ["desk_case.tenant", "desk_case.id"]),
    Index("evaluation_division_idx", "tenant", "division", "given_at"),
)
