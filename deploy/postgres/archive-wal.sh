#!/bin/sh
# archive_command: keeps a finished segment of the write-ahead log, for recovery to any moment.
# Usage: archive-wal.sh PATH NAME FOLDER. Never overwrites, and is there whole or not at all, as PostgreSQL asks for.
set -eu
path=$1 name=$2 folder=$3
if [ -e "$folder/$name" ]; then
  # Archived before a crash, but not yet noted as such: the same again is no error, anything else is one.
  cmp -s "$path" "$folder/$name" || {
    echo "archive-wal: $folder/$name exists with other content; two servers must not share one archive" >&2
    exit 1
  }
  exit 0
fi
cp "$path" "$folder/.$name.part"
sync "$folder/.$name.part"
mv "$folder/.$name.part" "$folder/$name"
