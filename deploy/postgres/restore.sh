#!/bin/sh
# Puts a base backup in the place of the data folder and asks PostgreSQL to replay the archive up to a moment when it
# starts next. PostgreSQL must be stopped. The old data folder stays beside the new one until you delete it.
# Usage: restore.sh ARCHIVE BASE MOMENT, such as: restore.sh /var/lib/yilu-wal /var/lib/yilu-wal/base/… '2026-11-23 09:00+08'
set -eu
archive=$1 base=$2 moment=$3
data=${PGDATA:?PGDATA says where the data folder is}
case $moment in *"'"*)
  echo "restore: the moment must not hold a quotation mark" >&2
  exit 2
  ;;
esac
if [ -e "$data/postmaster.pid" ]; then
  echo "restore: PostgreSQL runs on $data, or was killed; stop it in order first (docker compose stop postgres)" >&2
  exit 1
fi
aside=$data.before-$(date -u +%Y-%m-%dT%H-%M-%SZ)
mv "$data" "$aside"
mkdir -m 700 "$data"
tar -xzf "$base/base.tar.gz" -C "$data"
here=$(cd "$(dirname "$0")" && pwd)
cat >>"$data/postgresql.auto.conf" <<SETTINGS
restore_command = 'sh $here/restore-wal.sh $archive %f %p'
recovery_target_time = '$moment'
recovery_target_action = 'promote'
SETTINGS
: >"$data/recovery.signal"
# Whoever had the old folder has the new one.
chown -R "$(stat -c %u:%g "$aside")" "$data"
echo "restored $base; the next start replays the archive up to $moment. The old data is in $aside"
