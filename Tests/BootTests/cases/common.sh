# shellcheck shell=bash disable=SC2154,SC2016 # kiwi, stage, work, media: set by scripts/boot-tests.sh
# What the cases have in common. Every function ends the test when something is wrong.

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# make_once DESCRIPTION PROFILE TARGET: builds that once.
make_once() {
    [ -f "$3/kiwi.result.json" ] ||
        as_user "$kiwi" --profile "$2" system build --description "$stage/tests/$1" --target-dir "$3" >&2 ||
        fail "building '$2' ended with $?"
}

# medium PROFILE: builds that kind of medium once and prints the path of the ISO.
medium() {
    make_once live "$1" "$media/$1"
    result "$media/$1" live_image
}

# disk PROFILE: builds that kind of disk once and prints the folder of its results.
disk() {
    make_once disk "$1" "$media/disk-$1"
    echo "$media/disk-$1"
}

# result TARGET KEY: the path of a result; the folder's name may have blanks.
result() {
    as_user "$kiwi" result list --target-dir "$1" | sed -n "s,^--> $2: ,,p"
}

# boots PROFILE ARGUMENTS...: builds that medium and boots it.
boots() {
    local iso
    iso=$(medium "$1")
    shift
    boot "$iso" "$@"
}

# boot ARGUMENTS...: boots and waits until the guest has examined itself without complaint.
# --expect arguments add to that; the console goes to the test's log.
boot() {
    as_user "$kiwi" image boot "$@" --expect 'SELFTEST passed=[1-9][0-9]* failed=0' --timeout "${patience:-420}"
}

# extract IMAGE INSIDE OUTSIDE: one file of an ISO.
extract() {
    as_user rm -f "$3"
    as_user xorriso -osirrox on -indev "$1" -extract "$2" "$3" >/dev/null 2>&1 || fail "$1 has no file $2"
    as_user chmod u+w "$3"
}

# loader IMAGE: extracts kernel and initrd to $work/linux and $work/initrd.
loader() {
    extract "$1" /boot/x86_64/loader/linux "$work/linux"
    extract "$1" /boot/x86_64/loader/initrd "$work/initrd"
}

checksum() { sha256sum <"$1" | cut -d' ' -f1; }

# fresh TARGET: what an earlier run left there is gone.
fresh() {
    [ ! -e "$1" ] || as_user "$kiwi" system clean --target-dir "$1"
    as_user rm -rf "$1"
}

# nothing_left TARGET: no mount, process, temporary or result file of a build.
nothing_left() {
    local target=$1 left
    sleep "${settle:-0.5}"
    left=$(pgrep -u "$user" -f "$target" -l || true)
    [ -z "$left" ] || fail "processes are left: $left"
    ! grep -q "$target" /proc/self/mounts || fail "mounts are left: $(grep "$target" /proc/self/mounts)"
    left=$(find "$target" -maxdepth 1 \( -name '*.iso*' -o -name '*.raw*' -o -name 'kiwi.result*' \) 2>/dev/null)
    [ -z "$left" ] || fail "result names are left: $left"
}

# description NAME: a copy of the test description that the test may change.
description() {
    as_user rm -rf "$work/$1"
    as_user cp -r "$stage/tests/live" "$work/$1"
    echo "$work/$1"
}

# expect_code CODE COMMAND...: runs it and compares how it ended; output goes to the log and
# to $work/output.
expect_code() {
    local wanted=$1 code=0
    shift
    "$@" >"$stage/output" 2>&1 || code=$?
    cat "$stage/output"
    [ "$code" -eq "$wanted" ] || fail "ended with $code instead of $wanted: $*"
}

# says TEXT: what the last expect_code printed contains it.
says() { grep -qF -- "$1" "$stage/output" || fail "the message does not say: $1"; }
