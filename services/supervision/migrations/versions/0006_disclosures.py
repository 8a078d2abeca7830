"""Disclosures that are written, checked, corrected and asked about; who owes what since when.

What was in the table before was published by hand and stays as it is.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = """
ALTER TABLE disclosure ALTER COLUMN published_at DROP NOT NULL;
ALTER TABLE disclosure
  ADD COLUMN state text DEFAULT 'published' NOT NULL,
  ADD COLUMN tables jsonb DEFAULT '[]' NOT NULL,
  ADD COLUMN edition integer DEFAULT '1' NOT NULL,
  ADD COLUMN occasion_id uuid,
  ADD COLUMN replaces uuid,
  ADD COLUMN replaced_by uuid,
  ADD COLUMN reason text DEFAULT '' NOT NULL,
  ADD COLUMN sha256 text,
  ADD COLUMN author uuid,
  ADD COLUMN author_name text DEFAULT '' NOT NULL,
  ADD COLUMN checker uuid,
  ADD COLUMN checker_name text DEFAULT '' NOT NULL,
  ADD COLUMN publisher_name text DEFAULT '' NOT NULL,
  ADD COLUMN checked_at timestamptz,
  ADD COLUMN ended_at timestamptz,
  ADD COLUMN created_at timestamptz;
CREATE INDEX disclosure_published ON disclosure (tenant, division, published_at, id) WHERE published_at IS NOT NULL;
CREATE UNIQUE INDEX disclosure_period ON disclosure (tenant, division, item, period_start)
  WHERE state = 'published' AND period_start IS NOT NULL AND occasion_id IS NULL;

CREATE TABLE disclosure_file (
  tenant text NOT NULL,
  id uuid NOT NULL,
  disclosure_id uuid NOT NULL,
  name text NOT NULL,
  media_type text NOT NULL,
  size integer NOT NULL,
  sha256 text NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX disclosure_file_of ON disclosure_file (tenant, disclosure_id, id);

CREATE TABLE disclosure_question (
  tenant text NOT NULL,
  id uuid NOT NULL,
  disclosure_id uuid NOT NULL,
  division text NOT NULL,
  secret text NOT NULL,
  kind text NOT NULL,
  text text NOT NULL,
  state text NOT NULL,
  asked_at timestamptz NOT NULL,
  due date NOT NULL,
  answer text DEFAULT '' NOT NULL,
  answered_by text DEFAULT '' NOT NULL,
  answered_at timestamptz,
  appeal text DEFAULT '' NOT NULL,
  appealed_at timestamptz,
  decision text DEFAULT '' NOT NULL,
  decided_by text DEFAULT '' NOT NULL,
  decided_at timestamptz,
  version integer DEFAULT '1' NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX disclosure_question_secret ON disclosure_question (tenant, secret);
CREATE INDEX disclosure_question_of ON disclosure_question (tenant, disclosure_id, id);
CREATE INDEX disclosure_question_open ON disclosure_question (tenant, division, due) WHERE state IN ('asked', 'appealed');
CREATE INDEX disclosure_question_area ON disclosure_question (tenant, division, id);

CREATE TABLE disclosure_village (
  tenant text NOT NULL,
  division text NOT NULL,
  since date NOT NULL,
  PRIMARY KEY (tenant, division)
);

CREATE TABLE disclosure_occasion (
  tenant text NOT NULL,
  id uuid NOT NULL,
  division text NOT NULL,
  item text NOT NULL,
  title text NOT NULL,
  day date NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX disclosure_occasion_of ON disclosure_occasion (tenant, division, day);

CREATE TABLE disclosure_reminder (
  tenant text NOT NULL,
  key text NOT NULL,
  PRIMARY KEY (tenant, key)
);

CREATE TABLE disclosure_setting (
  tenant text NOT NULL,
  missing_public boolean NOT NULL,
  version integer DEFAULT '1' NOT NULL,
  PRIMARY KEY (tenant)
);
"""
CHANGING = ("disclosure_question", "disclosure_setting")
KEPT = ("disclosure_village", "disclosure_occasion", "disclosure_reminder")
DROPPED = ("disclosure_file",)


def upgrade() -> None:
    for statement in filter(None, map(str.strip, TABLES.split(";\n"))):
        op.execute(statement)
    grants = {
        "SELECT, INSERT, UPDATE": CHANGING,
        "SELECT, INSERT": KEPT,
        "SELECT, INSERT, DELETE": DROPPED,
    }
    for privileges, tables in grants.items():
        for table in tables:
            op.execute(f"GRANT {privileges} ON {table} TO linli_supervision")
