#!/bin/sh
# Writes the secrets that compose.yaml needs into .env, those that are not there yet. Keep it: without
# the secret key, stored webhook secrets cannot be read any more.
set -eu
cd "$(dirname "$0")/.."
umask 077
[ ! -s .env ] || [ -z "$(tail -c 1 .env)" ] || echo >>.env # its last line may have no end
added=
for name in TACTFUL_SECRET_KEY POSTGRES_PASSWORD VALKEY_PASSWORD GRAFANA_PASSWORD; do
  grep -qs "^$name=" .env && continue
  echo "$name=$(od -An -vtx1 -N24 /dev/urandom | tr -d ' \n')" >>.env
  added="$added $name"
done
[ -n "$added" ] || { echo '.env has every secret already' >&2; exit 1; }
echo "wrote .env:$added"
