#!/bin/sh
# Runs once, on a new database: the roles that everybody else logs in as, with verifiers instead of passwords. A bare
# server of this image is given none.
set -eu
[ -e /run/olympus/logins.sql ] || exit 0
psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -f /run/olympus/logins.sql
