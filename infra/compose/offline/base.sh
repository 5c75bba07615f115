#!/bin/bash
# Makes the image $1 from the distribution's packages, for an engine that cannot pull: Debian 13 with PostgreSQL and
# its extensions, PgBouncer, Redis, and what the shims of the other services need, from the mirror that this machine's apt uses. Needs mmdebstrap.
set -euo pipefail

image=${1:?the image to make}
packages=postgresql-17,postgresql-17-postgis-3,postgresql-17-hypopg,postgresql-17-pgvector,pgbouncer,redis-server,python3,wget
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 'Component: main' | head -n 1)
[ -n "$mirror" ] || { echo 'apt knows no Debian mirror on this machine' >&2; exit 1; }

# What a package would do to a running system is kept from it: no cluster is made, no service is started.
prepare='mkdir -p "$1/etc/postgresql-common"
  echo "create_main_cluster = false" >"$1/etc/postgresql-common/createcluster.conf"
  printf "#!/bin/sh\nexit 101\n" >"$1/usr/sbin/policy-rc.d"; chmod 755 "$1/usr/sbin/policy-rc.d"'

mmdebstrap --quiet --variant=minbase --include="$packages" --essential-hook="$prepare" \
  --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Check-Date "false"' --dpkgopt='force-unsafe-io' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  trixie - "$mirror" |
  docker import --change 'LABEL dev.olympus-bench.image=stand-in' - "$image" >/dev/null
