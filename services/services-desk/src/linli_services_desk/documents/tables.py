"""Documents issued in a case, and the counters behind every number.

A note on a certificate that the village must not issue belongs to no case. The facts of a document are frozen when it is issued; the PDF is made from them once and its digest never changes until the
seal adds its signatures. One whose seal was refused and that is not issued after all is void: its number stays taken, and
whoever checks its code reads so.
"""

from collections.abc import Iterable

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, Table
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from linli_services_desk.schema import Row, json, key, metadata, moment, sealed, tenant, text, uuid

AWAITING_SEAL, STAMPED, VOID = "awaiting_seal", "stamped", "void"
ASKED, REFUSED, ASKED_AGAIN = "asked", "refused", "asked_again"
"""Where the seal of a paper stands, as supervision tells it."""
BY_HAND, BY_HAND_AGAIN = "by_hand", "by_hand_again"
"""Asked for, too, but of the seal of rubber: the paper itself is to be stamped."""

document = Table(
    "document",
    metadata,
    tenant(),
    key(),
    text("division"),
    uuid("case_id", nullable=True),
    text("kind"),
    text("number"),
    text("title"),
    text("issuer"),
    text("state"),
    text("token"),
    sealed("facts"),
    sealed("content", nullable=True),
    text("sha256", nullable=True),
    sealed("sealed_content", nullable=True),
    text("sealed_sha256", nullable=True),
    uuid("seal_use_id", nullable=True),
    # What supervision told last of its seal; nothing while nobody has asked.
    text("seal_state", nullable=True),
    # Everybody who has asked for its seal.
    Column("seal_asked_by", ARRAY(UUID(as_uuid=True))),
    json("signers"),
    uuid("issued_by"),
    moment("issued_at"),
    moment("sealed_at", nullable=True),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(["tenant", "case_id"], ["desk_case.tenant", "desk_case.id"]),
    Index("document_token_key", "tenant", "token", unique=True),
    Index("document_number_key", "tenant", "division", "kind", "number", unique=True),
    Index("document_case_idx", "tenant", "case_id", "id"),
    Index("document_seal_idx", "tenant", "division", "id", postgresql_where=sql("state = 'awaiting_seal'")),
)

number_counter = Table(
    "number_counter",
    metadata,
    text("tenant"),
    text("kind"),
    text("division"),
    Column("period", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("tenant", "kind", "division", "period"),
)


def was_refused(papers: Iterable[Row]) -> bool:
    """Whether one of these papers waits for a seal that was refused and not asked for again."""
    return any(row["state"] == AWAITING_SEAL and row["seal_state"] == REFUSED for row in papers)
