#!/bin/sh
# Makes the sample report and its picture from a run: docs/sample-report.html, and of its top docs/report.png (1200 by
# 1400 pixels, light). Its plans are within the page; the links into the folder of the run are for who has that.
#   docs/sample.sh RUN_FOLDER
set -eu
[ $# -eq 1 ] || { echo "usage: docs/sample.sh RUN_FOLDER" >&2; exit 2; }
folder=$(dirname "$0")
page=$folder/sample-report.html
[ -f "$1/index.html" ] || { echo "$1/index.html is not there. A run has one: ./olympus runs list" >&2; exit 2; }
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
  --window-size=1200,1400 --screenshot="$home/picture.png" "file://$(realpath "$1/index.html")" 2>"$home/log" ||
  { cat "$home/log" >&2; exit 4; }
[ -s "$home/picture.png" ] || { cat "$home/log" >&2; echo "$browser made no picture." >&2; exit 4; }
cp "$1/index.html" "$page"
mv "$home/picture.png" "$folder/report.png"
echo "$page $folder/report.png"
