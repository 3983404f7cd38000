#!/bin/sh
# Makes the secrets that docker-compose.yml mounts: deploy/docker/secrets.sh
#
# Needs python3 (3.9 or newer) and openssl. A secret that exists is kept, so it may be run again at any time.
# To replace one, delete its file, run this again and then `docker compose up -d --force-recreate`. Two exceptions:
# a lost *_master_key makes the personal data under it unreadable for ever, and mongodb_root_password is only
# looked at when the database is empty.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

for tool in python3 openssl; do
    if ! command -v "$tool" >/dev/null 2>&1; then
        echo "secrets.sh: $tool is not installed" >&2
        exit 1
    fi
done
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))'; then
    echo "secrets.sh: python3 is $(python3 -V 2>&1), but 3.9 or newer is needed" >&2
    exit 1
fi

exec python3 -I "$here/secret_files.py" "$here/secrets"
