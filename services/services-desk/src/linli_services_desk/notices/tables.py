"""Notices to staff, who has read them, what people want to hear, and the queue of short messages to applicants.

A notice and a message hold a key that is unique in the county: what was told once is never told again. Neither holds a name, a
phone or a number of a person; the phone is taken from the case, the report or the subscription when a message is sent, and asked of the
registry for somebody who is called to a meeting; a subscription may have ended by then, so nothing refers to it.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY

from linli_services_desk.schema import json, key, metadata, moment, tenant, text, uuid

notice = Table(
    "notice",
    metadata,
    tenant(),
    key(),
    text("key"),
    text("topic"),
    text("template"),
    json("facts"),
    Column("urgent", Boolean, nullable=False),
    uuid("account", nullable=True),
    text("role", nullable=True),
    text("division"),
    text("department", nullable=True),
    uuid("case_id", nullable=True),
    moment("created_at"),
    Index("notice_key", "tenant", "key", unique=True),
    Index("notice_account_idx", "tenant", "account", "id", postgresql_where=sql("account IS NOT NULL")),
    Index("notice_newest_idx", "tenant", "created_at"),
    Index("notice_role_idx", "tenant", "role", "division", "id", postgresql_where=sql("role IS NOT NULL")),
)

notice_read = Table(
    "notice_read",
    metadata,
    text("tenant"),
    uuid("account"),
    uuid("notice_id"),
    moment("read_at"),
    PrimaryKeyConstraint("tenant", "account", "notice_id"),
    ForeignKeyConstraint(["tenant", "notice_id"], ["notice.tenant", "notice.id"]),
)

notice_preference = Table(
    "notice_preference",
    metadata,
    text("tenant"),
    text("kind"),
    uuid("subject"),
    Column("muted", ARRAY(Text), nullable=False),
    Column("sms", Boolean, nullable=False),
    text("language"),
    moment("updated_at"),
    PrimaryKeyConstraint("tenant", "kind", "subject"),
)

sms_message = Table(
    "sms_message",
    metadata,
    tenant(),
    key(),
    text("key"),
    text("template"),
    json("facts"),
    uuid("case_id", nullable=True),
    uuid("report_id", nullable=True),
    uuid("subscription_id", nullable=True),
    uuid("meeting_call", nullable=True),
    uuid("resident_id", nullable=True),
    text("division"),
    text("department"),
    text("state"),
    Column("attempts", Integer, nullable=False),
    moment("not_before"),
    text("failure", nullable=True),
    moment("created_at"),
    moment("finished_at", nullable=True),
    moment("delivered_at", nullable=True),
    ForeignKeyConstraint(["tenant", "case_id"], ["desk_case.tenant", "desk_case.id"]),
    ForeignKeyConstraint(["tenant", "report_id"], ["whistle_report.tenant", "whistle_report.id"]),
    Index("sms_message_key", "tenant", "key", unique=True),
    Index("sms_message_division_idx", "tenant", "division", "id"),
    Index("sms_message_unsent_idx", "tenant", "state", "id", postgresql_where=sql("state <> 'sent'")),
    Index("sms_message_call_idx", "tenant", "meeting_call", "state", postgresql_where=sql("meeting_call IS NOT NULL")),
    Index("sms_message_due_idx", "not_before", postgresql_where=sql("state IN ('queued', 'sending')")),
)

demo_sms = Table(
    "demo_sms",
    metadata,
    text("tenant"),
    text("key"),
    text("phone_masked"),
    text("text"),
    moment("sent_at"),
    PrimaryKeyConstraint("tenant", "key"),
    Index("demo_sms_newest_idx", "tenant", "sent_at"),
)
