"""Deliberations: steps and papers, frozen rolls, attendance and votes."""

from alembic import op

revision = "0007"
down_revision = "0008"

TABLES = """
CREATE TABLE deliberation (
  tenant text NOT NULL,
  id uuid NOT NULL,
  division text NOT NULL,
  title text NOT NULL,
  matter text NOT NULL,
  concerned uuid[] DEFAULT '{}' NOT NULL,
  procedure text NOT NULL,
  profile text NOT NULL,
  plan jsonb NOT NULL,
  state text NOT NULL,
  position integer NOT NULL,
  phase text NOT NULL,
  reason text DEFAULT '' NOT NULL,
  author uuid NOT NULL,
  author_name text NOT NULL,
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  version integer DEFAULT '1' NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX deliberation_area ON deliberation (tenant, division, id);

CREATE TABLE deliberation_step (
  tenant text NOT NULL,
  deliberation_id uuid NOT NULL,
  position integer NOT NULL,
  code text NOT NULL,
  begun_at timestamptz NOT NULL,
  done_at timestamptz,
  held_on date,
  place text DEFAULT '' NOT NULL,
  called_for timestamptz,
  shown_until date,
  result text DEFAULT '' NOT NULL,
  note text DEFAULT '' NOT NULL,
  by_name text DEFAULT '' NOT NULL,
  disclosures uuid[] DEFAULT '{}' NOT NULL,
  check_in text,
  tally jsonb DEFAULT '{}' NOT NULL,
  sittings jsonb DEFAULT '[]' NOT NULL,
  PRIMARY KEY (tenant, deliberation_id, position),
  FOREIGN KEY (tenant, deliberation_id) REFERENCES deliberation (tenant, id)
);

CREATE TABLE deliberation_file (
  tenant text NOT NULL,
  id uuid NOT NULL,
  deliberation_id uuid NOT NULL,
  position integer NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  media_type text NOT NULL,
  size integer NOT NULL,
  sha256 text NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX deliberation_file_of ON deliberation_file (tenant, deliberation_id, id);

CREATE TABLE deliberation_roll (
  tenant text NOT NULL,
  deliberation_id uuid NOT NULL,
  position integer NOT NULL,
  body text NOT NULL,
  source text NOT NULL,
  people integer NOT NULL,
  households integer NOT NULL,
  sha256 text NOT NULL,
  frozen_at timestamptz NOT NULL,
  by_name text NOT NULL,
  PRIMARY KEY (tenant, deliberation_id, position, body)
);

CREATE TABLE deliberation_voter (
  tenant text NOT NULL,
  deliberation_id uuid NOT NULL,
  position integer NOT NULL,
  body text NOT NULL,
  resident uuid NOT NULL,
  household uuid,
  attended text,
  proxy uuid,
  recused text,
  voted text,
  choice text,
  PRIMARY KEY (tenant, deliberation_id, position, body, resident)
);
CREATE INDEX deliberation_voter_household ON deliberation_voter (tenant, deliberation_id, position, body, household);
CREATE INDEX deliberation_voter_own ON deliberation_voter (tenant, resident);

CREATE TABLE deliberation_tally (
  tenant text NOT NULL,
  deliberation_id uuid NOT NULL,
  position integer NOT NULL,
  body text NOT NULL,
  choice text NOT NULL,
  votes integer NOT NULL,
  PRIMARY KEY (tenant, deliberation_id, position, body, choice)
);
"""
CHANGING = ("deliberation", "deliberation_step", "deliberation_voter", "deliberation_tally")
KEPT = ("deliberation_roll",)
DROPPED = ("deliberation_file",)


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
