"""Tables that every service has: outbox, inbox, relay cursors, idempotency keys and jobs.

The first migration of a service calls `create(op, role)`; the serving role gets only the grants it needs.
"""

from __future__ import annotations

from typing import Any

TABLES = """
CREATE TABLE outbox_seq (
  tenant text PRIMARY KEY,
  last bigint NOT NULL
);
CREATE TABLE outbox (
  tenant text NOT NULL,
  seq bigint NOT NULL,
  id uuid NOT NULL,
  type text NOT NULL,
  subject text NOT NULL,
  time timestamptz NOT NULL,
  data jsonb NOT NULL,
  PRIMARY KEY (tenant, seq)
);
CREATE TABLE relay_cursor (
  tenant text NOT NULL,
  target text NOT NULL,
  delivered bigint NOT NULL,
  failures integer NOT NULL DEFAULT 0,
  last_error text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, target)
);
CREATE TABLE inbox (
  tenant text NOT NULL,
  source text NOT NULL,
  last_seq bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, source)
);
CREATE TABLE dead_letter (
  tenant text NOT NULL,
  source text NOT NULL,
  seq bigint NOT NULL,
  event jsonb NOT NULL,
  error text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, source, seq)
);
CREATE TABLE idempotency_key (
  tenant text NOT NULL,
  subject text NOT NULL,
  key text NOT NULL,
  route text NOT NULL,
  body_hash bytea NOT NULL,
  status integer,
  headers jsonb,
  body bytea,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, subject, key)
);
CREATE INDEX idempotency_key_age ON idempotency_key (created_at);
CREATE TABLE job (
  tenant text NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  state text NOT NULL DEFAULT 'queued',
  done bigint NOT NULL DEFAULT 0,
  total bigint,
  errors jsonb NOT NULL DEFAULT '[]',
  result jsonb,
  payload jsonb NOT NULL DEFAULT '{}',
  content bytea,
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  heartbeat_at timestamptz,
  finished_at timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  not_before timestamptz NOT NULL DEFAULT now(),
  cancel_requested boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX job_open ON job (not_before) WHERE state IN ('queued', 'running');
CREATE INDEX job_newest ON job (tenant, id DESC);
"""

APPEND_AND_READ = ("outbox",)
READ_WRITE = ("outbox_seq", "relay_cursor", "inbox", "dead_letter", "idempotency_key", "job")


def create(op: Any, role: str) -> None:
    """Create the common tables and grant them to the serving role; `op` is alembic's."""
    for statement in TABLES.strip().split(";\n"):
        if statement.strip(" ;\n"):
            op.execute(statement)
    op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    for table in APPEND_AND_READ:
        # Sent events are removed by the retention job of the owner role, never by the serving role.
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {role}")
    for table in READ_WRITE:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {role}")
