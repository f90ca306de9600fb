#!/bin/sh
# restore_command: gives PostgreSQL a segment of the archive. Usage: restore-wal.sh FOLDER NAME PATH.
# It also asks for what was never there, to find out; saying no to that is its duty, without a word.
set -eu
[ -e "$1/$2.gz" ] || exit 1
gzip -dc "$1/$2.gz" >"$3"
