"""Tables of the log.

The serving role may INSERT and SELECT; DELETE only where a reference to a person can be erased. Entries, tiles and
checkpoints are therefore final once written, whatever the program above does.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from linli_supervision.metadata import metadata

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("index", BigInteger, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_seq", BigInteger, nullable=False),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("action", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("division", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    PrimaryKeyConstraint("tenant", "index"),
    # The second guard against a doubled delivery, after the inbox.
    UniqueConstraint("tenant", "source", "source_seq"),
    CheckConstraint("index >= 0"),
    CheckConstraint("octet_length(leaf_hash) = 32"),
    Index("ledger_entry_division", "tenant", "division", "index"),
    Index("ledger_entry_time", "time", postgresql_using="brin"),
)

ledger_subject = Table(
    "ledger_subject",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("index", BigInteger, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False, comment="what was delivered, canonical JSON"),
    PrimaryKeyConstraint("tenant", "index"),
)

ledger_reference = Table(
    "ledger_reference",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="person, actor, object or case"),
    Column("index", BigInteger, nullable=False),
    PrimaryKeyConstraint("tenant", "ref", "kind", "index"),
)

ledger_tile = Table(
    "ledger_tile",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("hashes", LargeBinary, nullable=False, comment="256 hashes; partial tiles are made from the level below"),
    Column("root", LargeBinary, nullable=False, comment="this tile's hash one level up"),
    PrimaryKeyConstraint("tenant", "level", "number"),
    CheckConstraint("octet_length(hashes) = 8192 AND octet_length(root) = 32"),
)

ledger_checkpoint = Table(
    "ledger_checkpoint",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("previous_size", BigInteger, nullable=False, comment="-1 before the first"),
    Column("root", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False, comment="the signed note as it is served"),
    Column("time", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant", "size"),
    # Two sequencers may both believe they hold the lease; only one of them can grow the tree from a given size.
    UniqueConstraint("tenant", "previous_size"),
    CheckConstraint("size > previous_size"),
)

ledger_key = Table(
    "ledger_key",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("name", Text, nullable=False, comment="the origin of the log"),
    Column("public_key", LargeBinary, nullable=False),
    Column("private_key", LargeBinary, nullable=False, comment="under the key ring"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant"),
)
