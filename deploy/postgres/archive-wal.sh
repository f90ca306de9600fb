#!/bin/sh
# archive_command: keeps a finished segment of the write-ahead log, for recovery to any moment.
# Usage: archive-wal.sh PATH NAME FOLDER. Never overwrites, and is there whole or not at all, as PostgreSQL asks for.
# Compressed: a segment that was closed after a quiet minute is 16 MB of mostly nothing.
set -eu
path=$1 kept=$3/$2.gz
if [ -e "$kept" ]; then
  # Archived before a crash, but not yet noted as such: the same again is no error, anything else is one.
  gzip -dc "$kept" | cmp -s "$path" - || {
    echo "archive-wal: $kept exists with other content; two servers must not share one archive" >&2
    exit 1
  }
  exit 0
fi
gzip -1 -n -c "$path" >"$kept.part"
sync "$kept.part"
mv "$kept.part" "$kept"
