#!/bin/bash
# demo.sh: builds examples/debian-live as an ordinary user, boots it in QEMU until its marker
# appears and tells what was made and how long each part took. Called by 'make demo'.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=${1:?usage: demo.sh PROGRAM}

staged=$("$here/stage.sh" "$program")
read -r user stage <<<"$staged"
kiwi=$stage/bin/kiwi
target=$stage/demo
as_user() { "$here/as-user.sh" "$user" "$@"; }
seconds() { date +%s.%N; }
passed() { awk -v from="$1" -v to="$2" 'BEGIN { printf "%.1f s", to - from }'; }

echo "demo: building the live system as user '$user'"
before=$(seconds)
as_user "$kiwi" system build --description "$stage/share/kiwi/examples/debian-live" --target-dir "$target"
built=$(seconds)
iso=$(as_user "$kiwi" result list --target-dir "$target" | sed -n 's,^--> live_image: ,,p')
[ -n "$iso" ] || { echo "demo: no live image among the results" >&2; exit 1; }

echo "demo: booting $iso"
as_user "$kiwi" image boot "$iso" --console "$target/console.log" --expect KIWI-DEMO-READY --timeout 600
booted=$(seconds)

echo
echo "result  $iso"
echo "size    $(du -h --apparent-size "$iso" | cut -f1)"
echo "build   $(passed "$before" "$built")"
sed -n 's/^\[ STEP .*| \(.*\): \(done\|reused\) in \(.*\) s$/        \1 \2 \3 s/p' \
    "$target/build/image-root.log" 2>/dev/null | awk '$NF == "s" && $(NF - 1) >= 0.5' || true
echo "boot    $(passed "$built" "$booted")"
