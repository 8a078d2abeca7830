"""The gateway's first tables: accounts, posts, sessions, clients, keys and logs."""

from alembic import op
from linli_kernel import schema

revision = "0001"
down_revision = None

ROLE = "linli_gateway"

TABLES = """
CREATE TABLE account (
  id uuid NOT NULL,
  username text NOT NULL,
  name text NOT NULL,
  county text NOT NULL,
  state text DEFAULT 'active' NOT NULL,
  password_hash text,
  password_changed_at timestamptz NOT NULL,
  must_change_password boolean DEFAULT false NOT NULL,
  otp_secret bytea,
  otp_pending bytea,
  otp_last_step bigint DEFAULT 0 NOT NULL,
  recovery_codes text[] DEFAULT '{}' NOT NULL,
  locale text DEFAULT 'zh-CN' NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT account_state CHECK (state IN ('active', 'disabled')),
  UNIQUE (username)
);
CREATE INDEX account_by_county ON account (county, username);
CREATE TABLE attempt (
  key text NOT NULL,
  failures integer NOT NULL,
  last_at timestamptz NOT NULL,
  blocked_until timestamptz NOT NULL,
  PRIMARY KEY (key)
);
CREATE TABLE oauth_client (
  id uuid NOT NULL,
  client_id text NOT NULL,
  name text NOT NULL,
  secret_hash text NOT NULL,
  county text NOT NULL,
  divisions text[] NOT NULL,
  scopes text[] NOT NULL,
  state text DEFAULT 'active' NOT NULL,
  sid uuid NOT NULL,
  version integer DEFAULT 1 NOT NULL,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz,
  PRIMARY KEY (id),
  CONSTRAINT oauth_client_state CHECK (state IN ('active', 'disabled')),
  UNIQUE (client_id)
);
CREATE TABLE operation (
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  actor_id uuid NOT NULL,
  actor_name text NOT NULL,
  county text NOT NULL,
  action text NOT NULL,
  object_kind text NOT NULL,
  object_id text NOT NULL,
  detail jsonb NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX operation_by_county ON operation (county, id DESC);
CREATE TABLE resident_code (
  id uuid NOT NULL,
  phone_key bytea NOT NULL,
  code_key bytea NOT NULL,
  residents jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (id)
);
CREATE INDEX resident_code_by_phone ON resident_code (phone_key, created_at DESC);
CREATE TABLE revocation (
  seq bigint GENERATED ALWAYS AS IDENTITY,
  sid uuid NOT NULL,
  until timestamptz NOT NULL,
  PRIMARY KEY (seq)
);
CREATE TABLE sent_message (
  id uuid NOT NULL,
  phone_masked text NOT NULL,
  text text NOT NULL,
  sent_at timestamptz NOT NULL,
  PRIMARY KEY (id)
);
CREATE TABLE sign_in (
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  method text NOT NULL,
  outcome text NOT NULL,
  account_id uuid,
  username text,
  county text DEFAULT '*' NOT NULL,
  session_id uuid,
  source text NOT NULL,
  user_agent text NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX sign_in_by_account ON sign_in (account_id, id DESC);
CREATE INDEX sign_in_by_county ON sign_in (county, id DESC);
CREATE TABLE signing_key (
  kid text NOT NULL,
  private_sealed bytea NOT NULL,
  public_jwk jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  signs_from timestamptz NOT NULL,
  retired_at timestamptz,
  published_until timestamptz,
  PRIMARY KEY (kid)
);
CREATE TABLE known_device (
  account_id uuid NOT NULL,
  digest text NOT NULL,
  last_used_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, digest),
  FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
);
CREATE TABLE post (
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  role text NOT NULL,
  tenants text[] NOT NULL,
  divisions text[] DEFAULT '{}' NOT NULL,
  grids uuid[] DEFAULT '{}' NOT NULL,
  department text,
  title text NOT NULL,
  resident_id uuid,
  ended_at timestamptz,
  version integer DEFAULT 1 NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT post_has_tenant CHECK (cardinality(tenants) >= 1),
  FOREIGN KEY (account_id) REFERENCES account (id)
);
CREATE INDEX post_by_account ON post (account_id);
CREATE TABLE session (
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  post_id uuid,
  county text NOT NULL,
  client text NOT NULL,
  source text NOT NULL,
  user_agent text NOT NULL,
  started_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  ended_at timestamptz,
  end_reason text,
  PRIMARY KEY (id),
  FOREIGN KEY (account_id) REFERENCES account (id),
  FOREIGN KEY (post_id) REFERENCES post (id)
);
CREATE INDEX session_open ON session (account_id) WHERE ended_at IS NULL;
CREATE INDEX session_seen ON session (last_seen_at DESC, id DESC) WHERE ended_at IS NULL;
CREATE TABLE refresh_token (
  digest text NOT NULL,
  session_id uuid NOT NULL,
  issued_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (digest),
  FOREIGN KEY (session_id) REFERENCES session (id) ON DELETE CASCADE
);
CREATE INDEX refresh_token_by_session ON refresh_token (session_id);
"""

GRANTS = {
    "SELECT, INSERT": ("sign_in", "operation", "sent_message"),
    "SELECT, INSERT, UPDATE": ("account", "post", "session", "oauth_client", "signing_key"),
    "SELECT, INSERT, DELETE": ("revocation",),
    "SELECT, INSERT, UPDATE, DELETE": ("attempt", "known_device", "refresh_token", "resident_code"),
}


def upgrade() -> None:
    schema.create(op, ROLE)
    for statement in TABLES.strip().split(";\n"):
        op.execute(statement.rstrip(";"))
    for rights, tables in GRANTS.items():
        op.execute(f"GRANT {rights} ON {', '.join(tables)} TO {ROLE}")
