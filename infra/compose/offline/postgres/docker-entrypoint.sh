#!/bin/bash
# What the official image's entrypoint promises, as far as this topology and testcontainers use it: run as root it
# becomes postgres; without data it makes a cluster for POSTGRES_USER with POSTGRES_PASSWORD(_FILE), the database
# POSTGRES_DB, runs /docker-entrypoint-initdb.d/*.sh and *.sql on a server that has no TCP, and starts over.
set -euo pipefail

from_file() { # VAR: takes VAR_FILE's content where that is set
  local file="$1_FILE"
  if [ -n "${!file:-}" ]; then
    export "$1=$(cat "${!file}")"
    unset "$file"
  fi
}

export PGDATA=${PGDATA:-/var/lib/postgresql/data}
if [ "$1" != postgres ]; then exec "$@"; fi
for variable in POSTGRES_USER POSTGRES_PASSWORD POSTGRES_DB POSTGRES_INITDB_ARGS; do from_file "$variable"; done

if [ "$(id -u)" = 0 ]; then
  install -d -o postgres -g postgres -m 0700 "$PGDATA"
  install -d -o postgres -g postgres -m 2775 /var/run/postgresql
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  : "${POSTGRES_PASSWORD:?POSTGRES_PASSWORD is not set, and there is no default password}"
  export POSTGRES_USER=${POSTGRES_USER:-postgres}
  export POSTGRES_DB=${POSTGRES_DB:-$POSTGRES_USER}
  # shellcheck disable=SC2086 # several arguments in one variable, as in the official image
  initdb -D "$PGDATA" -U "$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") ${POSTGRES_INITDB_ARGS:-}
  printf 'host all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
  printf -v options '%q ' "${@:2}" '--listen_addresses='
  pg_ctl -D "$PGDATA" -o "$options" -w start
  if [ "$POSTGRES_DB" != postgres ]; then createdb -U "$POSTGRES_USER" --maintenance-db postgres "$POSTGRES_DB"; fi
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh) "$file" ;;
      *.sql) psql --no-psqlrc -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -f "$file" ;;
    esac
  done
  pg_ctl -D "$PGDATA" -m fast -w stop
  echo 'PostgreSQL init process complete; ready for start up.'
fi
unset POSTGRES_PASSWORD
if [ "$#" = 1 ]; then exec postgres --listen_addresses='*'; fi
exec "$@"
