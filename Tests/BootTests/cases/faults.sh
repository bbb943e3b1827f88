# shellcheck shell=bash disable=SC2154,SC2016 # set by scripts/boot-tests.sh
# Builds that fail or are ended: nothing is left behind, and the next build works.

# starts TARGET DESCRIPTION PROFILE OPTIONS...: a build in the background; sets $builder to the
# process of the program itself.
starts() {
    local target=$1 description=$2 profile=$3
    shift 3
    as_user mkdir -p "$target"
    as_user rm -f "$target.pid"
    as_user bash -c 'echo $$ >"$1.pid"; shift; exec "$@"' _ "$target" "$kiwi" --profile "$profile" \
        system build --description "$description" --target-dir "$target" "$@" &
    for _ in {1..50}; do
        [ -s "$target.pid" ] && break
        sleep 0.1
    done
    builder=$(cat "$target.pid")
}

# slow_description: one whose config.sh waits, so that a build can be met in it.
slow_description() {
    local folder
    folder=$(description "$1")
    as_user bash -c 'printf "#!/bin/bash\necho waiting\nsleep 60\n" >"$1/config.sh"' _ "$folder"
    echo "$folder"
}

# in_script TARGET: waits until config.sh runs.
in_script() {
    for _ in {1..600}; do
        grep -qa waiting "$1/build/image-root.log" 2>/dev/null && return 0
        sleep 0.2
    done
    fail "config.sh was not reached: $(tail -n 5 "$1/build/image-root.log")"
}

test_busy_target() {
    local folder
    fresh "$work/busy"
    folder=$(slow_description busy-description)
    starts "$work/busy" "$folder" overlay --no-cache
    in_script "$work/busy"
    expect_code 5 as_user "$kiwi" --profile overlay system build --description "$folder" --target-dir "$work/busy"
    says "$builder"
    kill -TERM "$builder"
    wait || true
    nothing_left "$work/busy"
}

test_interrupt() {
    local folder signal number code start
    folder=$(slow_description interrupt-description)
    for signal in INT TERM HUP; do
        fresh "$work/interrupt"
        starts "$work/interrupt" "$folder" overlay
        in_script "$work/interrupt"
        start=$(date +%s%N)
        kill -$signal "$builder"
        code=0
        wait $! || code=$?
        [ $((($(date +%s%N) - start) / 1000000)) -lt 2500 ] || fail "$signal took too long"
        number=$(kill -l $signal)
        [ $code -eq $((128 + number)) ] || fail "$signal ended the build with $code"
        nothing_left "$work/interrupt"
    done
    fresh "$work/interrupt"
}

test_kill_outer() {
    local moment
    fresh "$work/killed"
    for moment in 0.3 1 2 4 7 11; do
        starts "$work/killed" "$stage/tests/live" overlay --no-cache
        sleep $moment
        kill -KILL "$builder" 2>/dev/null || true
        wait || true
        settle=1.5 nothing_left "$work/killed"
    done
    as_user "$kiwi" --profile overlay system build --description "$stage/tests/live" --target-dir "$work/killed"
    [ -n "$(result "$work/killed" live_image)" ] || fail "the next build made no image"
    fresh "$work/killed"
}

test_script_failure() {
    local folder
    fresh "$work/failing"
    folder=$(description failing-description)
    as_user bash -c 'printf "#!/bin/bash\nset -e\necho before\nls /does/not/exist\n" >"$1/config.sh"' _ "$folder"
    expect_code 1 as_user "$kiwi" --profile overlay system build --description "$folder" --target-dir "$work/failing"
    says config.sh:4
    says "cannot access '/does/not/exist'"
    says "system shell --target-dir $work/failing"
    nothing_left "$work/failing"
    as_user "$kiwi" system shell --target-dir "$work/failing" -- test -x /image/config.sh
    fresh "$work/failing"
}

test_broken_archive() {
    local folder
    folder=$(description archive-description)
    as_user bash -c 'head -c 5000 /dev/zero >"$1/broken.tar.gz" &&
        sed -i "s,<package name=\"zstd\"/>,&<archive name=\"broken.tar.gz\"/>," "$1/config.xml"' _ "$folder"
    expect_code 1 as_user "$kiwi" --profile overlay system build --description "$folder" --target-dir "$work/archive"
    says broken.tar.gz
    nothing_left "$work/archive"
    fresh "$work/archive"
}

test_wrong_key() {
    local folder
    folder=$(description key-description)
    as_user cp "$stage/tests/other-key.asc" "$folder/other-key.asc"
    as_user sed -i "s,<source path=\"buildhost:\"/>,<source path=\"buildhost:\"><signing key=\"file://$folder/other-key.asc\"/></source>," \
        "$folder/config.xml"
    expect_code 1 as_user "$kiwi" --profile overlay system build --description "$folder" --target-dir "$work/key" --no-cache
    says config.xml:
    nothing_left "$work/key"
    fresh "$work/key"
}

test_full_disk() {
    local small=$stage/small
    # Root gives the user a small file system; an ordinary user makes one in namespaces.
    if [ "$(id -u)" -eq 0 ]; then
        mkdir -p "$small"
        mount -t tmpfs -o size=40m,mode=1777 kiwi-small "$small"
        expect_code 4 as_user "$kiwi" --profile overlay system build --description "$stage/tests/live" --target-dir "$small/target"
        says "free"
        umount "$small"
        mount -t tmpfs -o size=100m,mode=1777 kiwi-small "$small"
        local code=0
        as_user "$kiwi" --profile overlay system build --description "$stage/tests/live" --target-dir "$small/target" \
            >"$stage/output" 2>&1 || code=$?
        cat "$stage/output"
        ls -lR "$small" || true
        [ $code -eq 1 ] || [ $code -eq 4 ] || { umount "$small"; fail "ended with $code"; }
        left=$(find "$small/target" -maxdepth 1 -name '*.iso*' || true)
        umount "$small"
        rmdir "$small"
        [ -z "$left" ] || fail "result names are left: $left"
    else
        expect_code 4 as_user unshare --user --map-root-user --mount bash -c '
            mkdir -p "$1" && mount -t tmpfs -o size=40m kiwi-small "$1" && shift && "$@"' _ "$small" \
            "$kiwi" --profile overlay system build --description "$stage/tests/live" --target-dir "$small/target"
    fi
}
