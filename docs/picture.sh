#!/bin/sh
# Makes the picture of the README from a run's report: the top of index.html, 1200 by 1400 pixels, light.
#   docs/picture.sh RUN_FOLDER [PNG]        (default: docs/report.png)
set -eu
[ $# -ge 1 ] || { echo "usage: docs/picture.sh RUN_FOLDER [PNG]" >&2; exit 2; }
page=$1/index.html
picture=${2:-$(dirname "$0")/report.png}
[ -f "$page" ] || { echo "$page is not there. A run has one: ./olympus runs list" >&2; exit 2; }
browser=
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  if command -v "$name" >/dev/null; then browser=$name; break; fi
done
[ -n "$browser" ] || { echo "No Chromium on PATH (chromium, google-chrome): install one." >&2; exit 4; }
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
# A sandbox within a container or for root is refused; the page is our own file, and asks the network for nothing.
"$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --disable-background-networking \
  --user-data-dir="$home" --blink-settings=preferredColorScheme=1 --force-device-scale-factor=1 \
  --window-size=1200,1400 --screenshot="$home/picture.png" "file://$(realpath "$page")" 2>"$home/log" ||
  { cat "$home/log" >&2; exit 4; }
[ -s "$home/picture.png" ] || { cat "$home/log" >&2; echo "$browser made no picture." >&2; exit 4; }
mv "$home/picture.png" "$picture"
echo "$picture"
