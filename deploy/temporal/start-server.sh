#!/bin/sh
# The server's image takes its database password from the environment only; here it comes from a secret's file.
set -eu
POSTGRES_PWD=$(cat "$POSTGRES_PWD_FILE")
export POSTGRES_PWD
unset POSTGRES_PWD_FILE
exec /etc/temporal/entrypoint.sh
