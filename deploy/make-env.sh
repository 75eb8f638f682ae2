#!/bin/sh
# Writes .env for compose.yaml, with new secrets, unless there is one. Keep it: without the secret
# key, stored webhook secrets cannot be read any more.
set -eu
cd "$(dirname "$0")/.."
[ ! -e .env ] || { echo '.env is there already' >&2; exit 1; }
secret() { od -An -vtx1 -N24 /dev/urandom | tr -d ' \n'; }
umask 077
cat >.env <<END
TACTFUL_SECRET_KEY=$(secret)
POSTGRES_PASSWORD=$(secret)
VALKEY_PASSWORD=$(secret)
GRAFANA_PASSWORD=$(secret)
END
echo 'wrote .env'
