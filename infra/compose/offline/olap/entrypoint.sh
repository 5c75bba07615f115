#!/bin/bash
# What this topology uses of the official image: the default user's password_sha256_hex from users.d/olympus.xml, the
# HTTP interface on port 8123, the data in /var/lib/clickhouse.
set -euo pipefail
hash=$(sed -n 's|.*<password_sha256_hex>\([0-9a-f]\{64\}\)</password_sha256_hex>.*|\1|p' /etc/clickhouse-server/users.d/olympus.xml)
[ -n "$hash" ] || { echo 'users.d/olympus.xml names no password_sha256_hex, and there is no default password' >&2; exit 1; }
install -d -o clickhouse -g clickhouse -m 0750 /var/lib/clickhouse
cd /var/lib/clickhouse
exec env -i PATH="$PATH" OLYMPUS_SECRET_SHA256="$hash" OLYMPUS_LISTEN=0.0.0.0 \
  setpriv --reuid=clickhouse --regid=clickhouse --clear-groups \
  /opt/olympus/node /opt/olympus/clickhouse-shim.mts 8123 /var/lib/clickhouse/chdb /opt/olympus/engine
