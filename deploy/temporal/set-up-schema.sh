#!/bin/sh
# Brings both databases of Temporal up to the version of this image; done again, it changes nothing.
set -eu
SQL_PASSWORD=$(cat "$SQL_PASSWORD_FILE")
export SQL_PASSWORD

tool() {
  database=$1
  shift
  temporal-sql-tool --plugin postgres12 --ep "$POSTGRES_SEEDS" -p 5432 -u "$POSTGRES_USER" --db "$database" "$@"
}

set_up() {
  tool "$1" create
  # May fail where the tables are there already; the next line fails if they are not.
  tool "$1" setup-schema -v 0.0 || true
  tool "$1" update-schema -d "/etc/temporal/schema/postgresql/v12/$2/versioned"
}

set_up temporal temporal
set_up temporal_visibility visibility
