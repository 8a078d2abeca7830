"""Witnesses of a log and what they signed.

A cosignature is final once written. A witness that retires keeps its row: what it signed stays checkable.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from linli_supervision.ledger.tables import ledger_checkpoint
from linli_supervision.metadata import metadata

ledger_witness = Table(
    "ledger_witness",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("name", Text, nullable=False, comment="the name in its key"),
    Column("key", Text, nullable=False, comment="verifier key as C2SP spells it"),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="county, township, committee or other"),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("retired_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("tenant", "name"),
    CheckConstraint("kind IN ('county', 'township', 'committee', 'other')"),
)

ledger_cosignature = Table(
    "ledger_cosignature",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("witness", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False, comment="eight bytes of time, then Ed25519"),
    Column("time", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant", "size", "witness"),
    ForeignKeyConstraint(["tenant", "size"], [ledger_checkpoint.c.tenant, ledger_checkpoint.c.size]),
    ForeignKeyConstraint(["tenant", "witness"], [ledger_witness.c.tenant, ledger_witness.c.name]),
)
Index(
    "ledger_cosignature_witness",
    ledger_cosignature.c.tenant,
    ledger_cosignature.c.witness,
    ledger_cosignature.c.size.desc(),
)
