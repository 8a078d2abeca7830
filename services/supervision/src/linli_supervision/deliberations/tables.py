"""Tables of deliberations: what is decided, its steps and papers, the frozen rolls, who came and who voted.

A roll holds ids, never names. In a secret vote nothing joins a voter to a choice: `voted` says that somebody has voted, and the
choices are counted elsewhere, without who and when.
"""

from sqlalchemy import Column, Date, ForeignKeyConstraint, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table
from sqlalchemy import text as sa_text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from linli_supervision.disclosures.tables import moment, text, uuid
from linli_supervision.metadata import metadata

deliberation = Table(
    "deliberation",
    metadata,
    text("tenant"),
    uuid("id"),
    text("division"),
    text("title"),
    text("matter", comment="what is to be decided, in words"),
    Column("concerned", ARRAY(UUID(as_uuid=True)), nullable=False, server_default="{}", comment="whom it concerns"),
    text("procedure", comment="code of the profile's procedure"),
    text("profile", comment="id@version that the plan was taken from"),
    Column("plan", JSONB, nullable=False, comment="the procedure as it was when the deliberation was opened"),
    text("state"),
    Column("position", Integer, nullable=False),
    text("phase"),
    text("reason", server_default=""),
    uuid("author"),
    text("author_name"),
    moment("created_at", nullable=False),
    moment("ended_at"),
    Column("due_on", Date, comment="of the next milestone while it is carried out"),
    Column("version", Integer, nullable=False, server_default="1"),
    PrimaryKeyConstraint("tenant", "id"),
    Index("deliberation_area", "tenant", "division", "id"),
    Index("deliberation_due", "tenant", "due_on", postgresql_where=sa_text("due_on IS NOT NULL")),
)

deliberation_step = Table(
    "deliberation_step",
    metadata,
    text("tenant"),
    uuid("deliberation_id"),
    Column("position", Integer, nullable=False),
    text("code"),
    moment("begun_at", nullable=False),
    moment("done_at"),
    Column("held_on", Date),
    text("place", server_default=""),
    moment("called_for"),
    Column(
        "calls", Integer, nullable=False, server_default="0", comment="how often it was called, moved or called off"
    ),
    Column("kin", JSONB(none_as_null=True), comment="kin on the roll of whom the matter concerns, when it was frozen"),
    Column("shown_until", Date),
    text("result", server_default=""),
    text("note", server_default=""),
    text("by_name", server_default=""),
    Column("disclosures", ARRAY(UUID(as_uuid=True)), nullable=False, server_default="{}"),
    text("check_in", nullable=True, comment="what the code at the door of the meeting says"),
    Column("tally", JSONB, nullable=False, server_default="{}", comment="body: count of the paper ballots"),
    Column(
        "sittings", JSONB, nullable=False, server_default="[]", comment="figures of every meeting, also those too small"
    ),
    Column("execution", JSONB(none_as_null=True), comment="plan, milestones and what was told of the carrying out"),
    PrimaryKeyConstraint("tenant", "deliberation_id", "position"),
    ForeignKeyConstraint(["tenant", "deliberation_id"], ["deliberation.tenant", "deliberation.id"]),
)

deliberation_file = Table(
    "deliberation_file",
    metadata,
    text("tenant"),
    uuid("id"),
    uuid("deliberation_id"),
    Column("position", Integer, nullable=False),
    text("kind", comment="paper, or photograph of the ballots"),
    text("name"),
    text("media_type"),
    Column("size", Integer, nullable=False),
    text("sha256"),
    Column("content", LargeBinary, nullable=False),
    Column("milestone", Integer, comment="of which milestone it shows"),
    PrimaryKeyConstraint("tenant", "id"),
    Index("deliberation_file_of", "tenant", "deliberation_id", "id"),
)

deliberation_roll = Table(
    "deliberation_roll",
    metadata,
    text("tenant"),
    uuid("deliberation_id"),
    Column("position", Integer, nullable=False),
    text("body"),
    text("source", comment="registry, or listed by the village and checked by the registry"),
    Column("people", Integer, nullable=False),
    Column("households", Integer, nullable=False),
    text("sha256", comment="of the sorted ids, one a line"),
    moment("frozen_at", nullable=False),
    text("by_name"),
    PrimaryKeyConstraint("tenant", "deliberation_id", "position", "body"),
)

deliberation_voter = Table(
    "deliberation_voter",
    metadata,
    text("tenant"),
    uuid("deliberation_id"),
    Column("position", Integer, nullable=False),
    text("body"),
    uuid("resident"),
    uuid("household", nullable=True),
    text("attended", nullable=True, comment="list, code, proxy or online"),
    uuid("proxy", nullable=True),
    text("recused", nullable=True, comment="why"),
    text("voted", nullable=True, comment="paper or online"),
    text("choice", nullable=True, comment="of an open vote only"),
    PrimaryKeyConstraint("tenant", "deliberation_id", "position", "body", "resident"),
    Index("deliberation_voter_household", "tenant", "deliberation_id", "position", "body", "household"),
    Index("deliberation_voter_own", "tenant", "resident"),
)

deliberation_tally = Table(
    "deliberation_tally",
    metadata,
    text("tenant"),
    uuid("deliberation_id"),
    Column("position", Integer, nullable=False),
    text("body"),
    text("choice"),
    Column("votes", Integer, nullable=False),
    PrimaryKeyConstraint("tenant", "deliberation_id", "position", "body", "choice"),
)
