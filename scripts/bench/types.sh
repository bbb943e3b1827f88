#!/bin/bash
# types.sh [--runs N] [--types LIST] [PROGRAM]: compares what 'system create' takes with Kiwi and with kiwi-ng,
# from one prepared tree, for each type of types/config.xml; for the disk also with the bare tools. Needs root,
# because kiwi-ng does. Prints the medians and their ratios.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
runs=3 types=oem,ext4,squashfs,tbz,oci program=$here/../../.build/release/kiwi
while [ $# -gt 0 ]; do
    case $1 in
        --runs) runs=${2:?} && shift ;;
        --types) types=${2:?} && shift ;;
        -*) sed -n 2,4p "$0" >&2 && exit 2 ;;
        *) program=$1 ;;
    esac
    shift
done
[ "$(id -u)" -eq 0 ] || { echo "bench: kiwi-ng needs root" >&2; exit 4; }
work=${BENCH_WORK:-/var/tmp/kiwi-bench}/types
export BENCH_WORK=${BENCH_WORK:-/var/tmp/kiwi-bench} BENCH_SAMPLES=$work/samples BENCH_DESCRIPTION=$here/types
"$here/kiwi-ng.sh" install
kiwi_ng=$BENCH_WORK/kiwi-ng/venv/bin/kiwi-ng
mkdir -p "$work"
rm -rf --one-file-system "$work/tree"
"$program" system prepare --description "$here/types" --root "$work/tree" >"$work/prepare.log" 2>&1 ||
    { tail -n 15 "$work/prepare.log" >&2; exit 1; }

# seconds COMMAND...: how long it takes; what it prints goes to a log.
seconds() {
    local start end
    sync
    start=$(date +%s%N)
    "$@" >"$work/last.log" 2>&1 || { tail -n 15 "$work/last.log" >&2; exit 1; }
    end=$(date +%s%N)
    echo $(((end - start) / 1000000)) | awk '{ printf "%.1f\n", $1 / 1000 }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# The least a disk costs: its initrd, its file system, and a copy of that at its place.
floor() {
    local kernel
    kernel=$(basename "$(find "$work/tree/usr/lib/modules" -mindepth 1 -maxdepth 1 | head -n 1)")
    rm -f "$work/floor.ext4" "$work/floor.raw"
    # shellcheck disable=SC2016 # expanded by the other shell
    unshare --mount --fork bash -ec '
        mount --bind /dev "$1/dev"; mount -t proc proc "$1/proc"
        chroot "$1" dracut --force --no-hostonly --kver "$2" /tmp/floor.initrd
        rm "$1/tmp/floor.initrd"' - "$work/tree" "$kernel"
    mke2fs -q -t ext4 -d "$work/tree" "$work/floor.ext4" 1500M
    dd if="$work/floor.ext4" of="$work/floor.raw" bs=1M seek=24 conv=sparse status=none
    sync "$work/floor.raw"
}

printf '%-9s %8s %8s %6s\n' type kiwi kiwi-ng ratio
for type in ${types//,/ }; do
    for side in kiwi kiwi-ng; do : >"$work/$type.$side"; done
    for ((run = 0; run < runs; run++)); do
        rm -rf "$work/out"
        seconds "$program" --no-cache --type "$type" system create --root "$work/tree" --target-dir "$work/out" >>"$work/$type.kiwi"
        rm -rf "$work/out"
        seconds "$kiwi_ng" --type "$type" system create --root "$work/tree" --target-dir "$work/out" >>"$work/$type.kiwi-ng"
    done
    awk -v type="$type" -v ours="$(median <"$work/$type.kiwi")" -v theirs="$(median <"$work/$type.kiwi-ng")" \
        'BEGIN { printf "%-9s %8s %8s %6.1f\n", type, ours, theirs, theirs / ours }'
    [ "$type" = oem ] || continue
    : >"$work/floor"
    for ((run = 0; run < runs; run++)); do seconds floor >>"$work/floor"; done
    awk -v ours="$(median <"$work/oem.kiwi")" -v floor="$(median <"$work/floor")" \
        'BEGIN { printf "  bare tools %s s: kiwi takes %.2f times that\n", floor, ours / floor }'
done
rm -rf --one-file-system "$work/tree" "$work/out" "$work"/floor.*
