#!/bin/bash
# image-info.sh [PROGRAM]: how long 'image info' takes, whole process, against kiwi-ng 11.1.6 on
# the largest description of the folder CORPUS that kiwi-ng accepts, or on DESCRIPTION. The two
# take turns; medians of RUNS samples. Ends with 1 when kiwi-ng is less than 20 times slower.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC1091 # checked by itself
. "$here/lib.sh"
program=$(realpath "${1:-$here/../../.build/release/kiwi}")
runs=${RUNS:-7}
work=${BENCH_WORK:-/var/tmp/kiwi-bench}
corpus=${CORPUS:-$here/../../../shared/corpus}
export BENCH_WORK=$work

# Prints the folder of the largest file that both programs find without being told its name.
largest() {
    python3 - "$corpus/cases" <<'END'
import json, pathlib, sys
best = (0, None)
for case in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    facts = json.loads((case / "case.json").read_text())
    answer = json.loads((case / "expected.json").read_text())
    # kiwi-ng reads neither old schemas nor, without a module, other markup.
    if answer["ok"] and answer["repositories"] and not facts.get("upgraded_file") and not facts.get("markup"):
        if not facts["profiles"] and facts["arch"] == "x86_64":
            best = max(best, ((case / facts["file"]).stat().st_size, str(case)))
print(best[1])
END
}
description=${DESCRIPTION:-$(largest)}
"$here/kiwi-ng.sh" install
kiwi_ng=$work/kiwi-ng/venv/bin/kiwi-ng

# Prints the milliseconds a command takes.
milliseconds() {
    local start=$EPOCHREALTIME end
    "$@" >"$work/info.log" 2>&1 || { tail -n 5 "$work/info.log" >&2; return 1; }
    end=$EPOCHREALTIME
    awk -v start="$start" -v end="$end" 'BEGIN { printf "%.1f\n", 1000 * (end - start) }'
}
median() { sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

ours=() theirs=()
for ((run = 0; run <= runs; run++)); do
    one=$(milliseconds "$program" image info --description "$description")
    other=$(milliseconds "$kiwi_ng" image info --description "$description")
    # The first of each reads its program from the disk.
    if [ "$run" -gt 0 ]; then ours+=("$one") theirs+=("$other"); fi
done
kiwi=$(printf '%s\n' "${ours[@]}" | median)
real=$(printf '%s\n' "${theirs[@]}" | median)
size=$(find "$description" -maxdepth 1 \( -name config.xml -o -name '*.kiwi' \) -printf '%s\n' | head -n 1)
echo "image info of $size bytes: Kiwi $kiwi ms, kiwi-ng $real ms"
awk -v ours="$kiwi" -v theirs="$real" \
    'BEGIN { printf "kiwi-ng / Kiwi: %.1f (at least 20)\n", theirs / ours; exit theirs < 20 * ours }'
