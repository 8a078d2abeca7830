"""Who follows what. The phone is encrypted; which question somebody asked stands as a keyed hash, so the rows name no asker.

An id is made from the account and what it follows: following twice is one row.
"""

from sqlalchemy import Column, Index, LargeBinary, Table, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY

from linli_services_desk.schema import key, metadata, moment, sealed, tenant, text, uuid

subscription = Table(
    "subscription",
    metadata,
    tenant(),
    key(),
    uuid("account"),
    uuid("resident_id"),
    text("division"),
    Column("categories", ARRAY(Text), nullable=False, comment="none: all of them"),
    Column("question_index", LargeBinary, nullable=True),
    uuid("disclosure_id", nullable=True),
    sealed("phone", nullable=True),
    text("secret"),
    moment("created_at"),
    Index("subscription_account_idx", "tenant", "account"),
    Index("subscription_secret_key", "tenant", "secret", unique=True),
    Index("subscription_village_idx", "tenant", "division", "id", postgresql_where=sql("question_index IS NULL")),
    Index("subscription_question_idx", "tenant", "question_index", postgresql_where=sql("question_index IS NOT NULL")),
)
