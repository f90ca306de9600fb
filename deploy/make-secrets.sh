#!/bin/sh
# Makes the secrets that docker-compose.yml reads. What is there already stays as it is.
set -eu
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
# The folder is closed, the files are open: they are shown to containers one by one, under accounts of their own.
chmod 700 "$folder"
for name in database_password temporal_database_password link_secret; do
  [ -s "$folder/$name" ] && continue
  # Letters and digits only, so that no program on the way needs to quote anything.
  head -c 512 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z0-9' | head -c 40 >"$folder/$name"
  chmod 444 "$folder/$name"
  echo "made $folder/$name"
done
# Empty: notices by email wait in the table until an address such as smtps://user:password@mail.example:465 is here.
if [ ! -e "$folder/smtp_url" ]; then
  : >"$folder/smtp_url"
  chmod 444 "$folder/smtp_url"
  echo "made $folder/smtp_url (empty: email waits until you fill it in)"
fi
