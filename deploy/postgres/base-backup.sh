#!/bin/sh
# A physical copy of the running database, from which the archive can be replayed to any later moment.
# Runs inside the container: docker compose exec postgres sh /deploy/base-backup.sh [FOLDER]
set -eu
folder=${1:-/var/lib/yilu-wal/base}/$(date -u +%Y-%m-%dT%H-%M-%SZ)
mkdir -p "$(dirname "$folder")"
pg_basebackup --username=yilu --pgdata="$folder.part" --wal-method=fetch --checkpoint=fast --format=tar --gzip --progress
mv "$folder.part" "$folder"
echo "$folder"
