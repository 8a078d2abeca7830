#!/bin/bash
# Runs once in an empty PostgreSQL container: four databases, each with a role that owns it and a role that serves.
set -euo pipefail

create() {
  local key=$1 owner_password=$2 serving_password=$3
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set key="linli_$key" --set owner="linli_${key}_owner" \
    --set owner_password="$owner_password" --set serving_password="$serving_password" <<'SQL'
CREATE ROLE :"owner" LOGIN NOINHERIT PASSWORD :'owner_password';
CREATE ROLE :"key" LOGIN NOINHERIT PASSWORD :'serving_password';
CREATE DATABASE :"key" OWNER :"owner";
REVOKE ALL ON DATABASE :"key" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"key" TO :"key";
SQL
}

create registry "$REGISTRY_OWNER_PASSWORD" "$REGISTRY_PASSWORD"
create desk "$DESK_OWNER_PASSWORD" "$DESK_PASSWORD"
create supervision "$SUPERVISION_OWNER_PASSWORD" "$SUPERVISION_PASSWORD"
create gateway "$GATEWAY_OWNER_PASSWORD" "$GATEWAY_PASSWORD"
