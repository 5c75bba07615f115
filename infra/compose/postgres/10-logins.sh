#!/bin/sh
# Runs once, on a new database: the roles that everybody else logs in as, with verifiers instead of passwords.
set -eu
psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -f /run/olympus/logins.sql
