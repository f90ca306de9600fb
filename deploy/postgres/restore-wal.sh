#!/bin/sh
# restore_command: gives PostgreSQL a segment of the archive. Usage: restore-wal.sh FOLDER NAME PATH.
set -eu
cp "$1/$2" "$3"
