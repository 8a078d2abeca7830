"""The desk's first tables: matters, halls and queue, cases with their record, materials, papers, ratings."""

from alembic import op
from linli_kernel import schema

revision = "0001"
down_revision = None

ROLE = "linli_desk"

TABLES = """
CREATE TABLE hall (
  tenant text NOT NULL,
  division text NOT NULL,
  name text NOT NULL,
  body text NOT NULL,
  county_name text NOT NULL,
  township_name text NOT NULL,
  village_name text NOT NULL,
  address text NOT NULL,
  hours text NOT NULL,
  phone text NOT NULL,
  complaint_phone text NOT NULL,
  PRIMARY KEY (tenant, division)
);
CREATE TABLE matter (
  tenant text NOT NULL,
  id uuid NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  pinyin text NOT NULL,
  initials text NOT NULL,
  category text NOT NULL,
  type text NOT NULL,
  department text NOT NULL,
  rank integer NOT NULL,
  state text NOT NULL,
  sample boolean NOT NULL,
  published_version integer,
  version integer NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX matter_code_key ON matter (tenant, code);
CREATE INDEX matter_order_idx ON matter (tenant, state, rank, id);
CREATE TABLE number_counter (
  tenant text NOT NULL,
  kind text NOT NULL,
  division text NOT NULL,
  period integer NOT NULL,
  last integer NOT NULL,
  PRIMARY KEY (tenant, kind, division, period)
);
CREATE TABLE service_window (
  tenant text NOT NULL,
  id uuid NOT NULL,
  division text NOT NULL,
  number integer NOT NULL,
  name text NOT NULL,
  state text NOT NULL,
  ticket_id uuid,
  version integer NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX service_window_number_key ON service_window (tenant, division, number);
CREATE TABLE matter_version (
  tenant text NOT NULL,
  matter_id uuid NOT NULL,
  number integer NOT NULL,
  definition jsonb NOT NULL,
  published_at timestamptz NOT NULL,
  published_by uuid,
  PRIMARY KEY (tenant, matter_id, number),
  FOREIGN KEY(tenant, matter_id) REFERENCES matter (tenant, id)
);
CREATE TABLE ticket (
  tenant text NOT NULL,
  id uuid NOT NULL,
  division text NOT NULL,
  day date NOT NULL,
  number integer NOT NULL,
  label text NOT NULL,
  priority text NOT NULL,
  rank integer NOT NULL,
  channel text NOT NULL,
  state text NOT NULL,
  matter_id uuid,
  window_id uuid,
  called_by uuid,
  calls integer NOT NULL,
  taken_at timestamptz NOT NULL,
  called_at timestamptz,
  finished_at timestamptz,
  version integer NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY(tenant, window_id) REFERENCES service_window (tenant, id)
);
CREATE UNIQUE INDEX ticket_number_key ON ticket (tenant, division, day, number);
CREATE INDEX ticket_waiting_idx ON ticket (tenant, division, day, rank, number) WHERE state = 'waiting';
CREATE TABLE desk_case (
  tenant text NOT NULL,
  id uuid NOT NULL,
  division text NOT NULL,
  number text,
  matter_id uuid NOT NULL,
  matter_version integer NOT NULL,
  matter_name text NOT NULL,
  department text NOT NULL,
  profile text NOT NULL,
  state text NOT NULL,
  resume_to text,
  completed text[] NOT NULL,
  round integer NOT NULL,
  steps jsonb NOT NULL,
  pauses jsonb NOT NULL,
  notices integer NOT NULL,
  step_roles text[] NOT NULL,
  resident_id uuid,
  registry_version integer,
  link text NOT NULL,
  applicant bytea NOT NULL,
  applicant_name_index bytea NOT NULL,
  form bytea NOT NULL,
  agent bytea,
  channel text NOT NULL,
  time_limit jsonb NOT NULL,
  due date,
  provisional boolean NOT NULL,
  receipt_token text NOT NULL,
  outcome text,
  reason text,
  ticket_id uuid,
  opened_by uuid NOT NULL,
  accepted_by uuid,
  opened_at timestamptz NOT NULL,
  received_at timestamptz,
  accepted_at timestamptz,
  decided_at timestamptz,
  delivered_at timestamptz,
  closed_at timestamptz,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY(tenant, matter_id, matter_version) REFERENCES matter_version (tenant, matter_id, number)
);
CREATE INDEX desk_case_division_idx ON desk_case (tenant, division, id);
CREATE INDEX desk_case_due_idx ON desk_case (tenant, division, due) WHERE state IN ('accepted', 'handling');
CREATE INDEX desk_case_name_idx ON desk_case (tenant, applicant_name_index);
CREATE UNIQUE INDEX desk_case_number_key ON desk_case (tenant, division, number) WHERE number IS NOT NULL;
CREATE INDEX desk_case_resident_idx ON desk_case (tenant, resident_id, id) WHERE resident_id IS NOT NULL;
CREATE UNIQUE INDEX desk_case_token_key ON desk_case (tenant, receipt_token);
CREATE TABLE attachment (
  tenant text NOT NULL,
  id uuid NOT NULL,
  division text NOT NULL,
  case_id uuid NOT NULL,
  material_id text NOT NULL,
  filename bytea NOT NULL,
  media_type text NOT NULL,
  size bigint NOT NULL,
  sha256 text NOT NULL,
  content bytea NOT NULL,
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY(tenant, case_id) REFERENCES desk_case (tenant, id)
);
CREATE INDEX attachment_case_idx ON attachment (tenant, case_id);
CREATE TABLE case_history (
  tenant text NOT NULL,
  case_id uuid NOT NULL,
  version integer NOT NULL,
  command text NOT NULL,
  from_state text,
  to_state text NOT NULL,
  step text,
  note text NOT NULL,
  actor uuid NOT NULL,
  actor_name text NOT NULL,
  actor_role text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant, case_id, version),
  FOREIGN KEY(tenant, case_id) REFERENCES desk_case (tenant, id)
);
CREATE TABLE case_material (
  tenant text NOT NULL,
  case_id uuid NOT NULL,
  material_id text NOT NULL,
  name text NOT NULL,
  state text NOT NULL,
  promise_date date,
  promise_note text,
  attachment_id uuid,
  paper_id uuid,
  updated_by uuid,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, case_id, material_id),
  FOREIGN KEY(tenant, case_id) REFERENCES desk_case (tenant, id)
);
CREATE TABLE case_step (
  tenant text NOT NULL,
  case_id uuid NOT NULL,
  version integer NOT NULL,
  round integer NOT NULL,
  key text NOT NULL,
  outcome text NOT NULL,
  comment text NOT NULL,
  completed_by uuid NOT NULL,
  completed_post text,
  completed_name text NOT NULL,
  completed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, case_id, version),
  FOREIGN KEY(tenant, case_id) REFERENCES desk_case (tenant, id)
);
CREATE TABLE document (
  tenant text NOT NULL,
  id uuid NOT NULL,
  division text NOT NULL,
  case_id uuid NOT NULL,
  kind text NOT NULL,
  number text NOT NULL,
  title text NOT NULL,
  issuer text NOT NULL,
  state text NOT NULL,
  token text NOT NULL,
  facts bytea NOT NULL,
  content bytea,
  sha256 text,
  sealed_content bytea,
  sealed_sha256 text,
  seal_use_id uuid,
  signers jsonb NOT NULL,
  issued_by uuid NOT NULL,
  issued_at timestamptz NOT NULL,
  sealed_at timestamptz,
  version integer NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY(tenant, case_id) REFERENCES desk_case (tenant, id)
);
CREATE INDEX document_case_idx ON document (tenant, case_id, id);
CREATE UNIQUE INDEX document_number_key ON document (tenant, division, kind, number);
CREATE UNIQUE INDEX document_token_key ON document (tenant, token);
CREATE TABLE evaluation (
  tenant text NOT NULL,
  case_id uuid NOT NULL,
  division text NOT NULL,
  level smallint NOT NULL,
  comment bytea,
  given_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, case_id),
  FOREIGN KEY(tenant, case_id) REFERENCES desk_case (tenant, id)
);
CREATE INDEX evaluation_division_idx ON evaluation (tenant, division, given_at);
CREATE TABLE supplement_notice (
  tenant text NOT NULL,
  id uuid NOT NULL,
  case_id uuid NOT NULL,
  number integer NOT NULL,
  items jsonb NOT NULL,
  reason text NOT NULL,
  asked_by uuid NOT NULL,
  asked_at timestamptz NOT NULL,
  answered_at timestamptz,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY(tenant, case_id) REFERENCES desk_case (tenant, id)
);
CREATE UNIQUE INDEX supplement_notice_number_key ON supplement_notice (tenant, case_id, number);
CREATE TABLE paper (
  tenant text NOT NULL,
  id uuid NOT NULL,
  division text NOT NULL,
  resident_id uuid NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  attachment_id uuid NOT NULL,
  case_id uuid NOT NULL,
  valid_until date,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY(tenant, attachment_id) REFERENCES attachment (tenant, id)
);
CREATE UNIQUE INDEX paper_resident_key ON paper (tenant, resident_id, kind);
"""

# What has happened is added to and never changed or removed.
APPENDED = ("matter_version", "case_history", "case_step")
CHANGED = (
    "hall",
    "matter",
    "number_counter",
    "service_window",
    "ticket",
    "desk_case",
    "attachment",
    "case_material",
    "document",
    "evaluation",
    "supplement_notice",
    "paper",
)


def upgrade() -> None:
    schema.create(op, ROLE)
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement.rstrip(";"))
    for table in APPENDED:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {ROLE}")
    for table in CHANGED:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {ROLE}")
