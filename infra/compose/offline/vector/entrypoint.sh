#!/bin/bash
# What this topology uses of the official image: the key from /qdrant/config/local.yaml (which only root can read), the
# REST interface on port 6333, the data in /qdrant/storage. The collections of the stand-in last as long as it runs.
set -euo pipefail
key=$(sed -n 's/^ *api_key: *//p' /qdrant/config/local.yaml)
[ -n "$key" ] || { echo 'there is no api_key in /qdrant/config/local.yaml, and no default one' >&2; exit 1; }
install -d -o qdrant -g qdrant -m 0750 /qdrant/storage
cd /qdrant/storage
exec env -i PATH="$PATH" PYTHONPATH=/opt/olympus/engine OLYMPUS_SECRET="$key" OLYMPUS_LISTEN=0.0.0.0 \
  setpriv --reuid=qdrant --regid=qdrant --clear-groups \
  python3 -B /opt/olympus/qdrant-shim.py 6333 /qdrant/storage/collections
