# shellcheck shell=bash disable=SC2154,SC2016 # set by scripts/boot-tests.sh
# Builds whose results are compared.

export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1700000000}

# built TARGET OPTIONS...: builds the overlay medium there and prints its checksum.
built() {
    local target=$1
    shift
    as_user "$kiwi" --profile overlay system build --description "$stage/tests/live" --target-dir "$target" "$@" >&2 ||
        fail "building in $target ended with $?"
    checksum "$(result "$target" live_image)"
}

test_rebuild() {
    local first second start
    medium overlay >/dev/null
    first=$(checksum "$(medium overlay)")
    start=$(date +%s)
    second=$(built "$media/rebuild")
    echo "rebuilt in $(($(date +%s) - start)) s"
    [ "$first" = "$second" ] || fail "the reused build differs"
    # Who changes a result must not change what is kept.
    [ -z "$(find "$media/rebuild" -maxdepth 1 -type f -links +1)" ] || fail "a result is a file of the cache"
    as_user rm -rf "$media/rebuild"
}

test_reproducible() {
    local first second
    first=$(checksum "$(medium overlay)")
    second=$(built "$media/another place/deeper" --no-cache)
    [ "$first" = "$second" ] || fail "the second build differs"
    as_user rm -rf "$media/another place"
}

test_copy_mode() {
    local first second
    first=$(checksum "$(medium overlay)")
    second=$(KIWI_STACKING=copy built "$media/copied" --no-cache)
    [ "$first" = "$second" ] || fail "the build with copied layers differs"
    as_user rm -rf "$media/copied"
}

test_prepare_create() {
    as_user "$kiwi" --profile overlay system prepare --description "$stage/tests/live" --root "$work/root"
    expect_code 2 as_user "$kiwi" --profile overlay system prepare --description "$stage/tests/live" --root "$work/root"
    says "--allow-existing-root"
    as_user "$kiwi" --profile overlay system create --root "$work/root" --target-dir "$media/created"
    [ -n "$(result "$media/created" live_image)" ] || fail "no live image"
    as_user "$kiwi" system clean --root "$work/root"
    [ ! -e "$work/root" ] || fail "the tree is still there"
    boot "$(result "$media/created" live_image)"
    as_user rm -rf "$media/created"
}

# in_tree ROOT COMMAND...: what a program says inside a root tree.
in_tree() {
    local root=$1
    shift
    as_user "$kiwi" system shell --root "$root" -- "$@"
}

test_update() {
    local root=$work/updated before
    fresh "$root"
    as_user "$kiwi" --profile overlay system prepare --description "$stage/tests/live" --root "$root" ||
        fail "prepare ended with $?"
    before=$(as_user cat "$root/image/config.xml")
    as_user "$kiwi" --profile overlay system update --root "$root" --add-package hello --delete-package libcap2-bin ||
        fail "update ended with $?"
    [ "$(in_tree "$root" hello)" = 'Hello, world!' ] || fail "hello was not installed"
    ! in_tree "$root" test -e /sbin/getcap || fail "libcap2-bin is still there"
    [ -z "$(in_tree "$root" dpkg --audit)" ] || fail "dpkg complains"
    [ "$(as_user cat "$root/image/config.xml")" = "$before" ] || fail "the description was changed"
    # A package that does not exist: the tree stays as it is.
    ! as_user "$kiwi" --profile overlay system update --root "$root" --add-package no-such-package 2>"$work/update.err" ||
        fail "no-such-package was found"
    grep -q "package 'no-such-package' is in no repository" "$work/update.err" || fail "no reason: $(cat "$work/update.err")"
    in_tree "$root" hello >/dev/null || fail "the tree was damaged"
    as_user "$kiwi" --profile overlay system update --root "$root" || fail "updating everything ended with $?"
    [ -z "$(in_tree "$root" dpkg --audit)" ] || fail "dpkg complains after updating everything"
    as_user "$kiwi" system clean --root "$root"
}

test_results() {
    local iso bundle=$work/bundle stem
    iso=$(medium overlay)
    stem=$(basename "$iso" .iso)
    medium persistent >/dev/null
    as_user rm -rf "$bundle"
    expect_code 0 as_user "$kiwi" result bundle --target-dir "$media/overlay" --id R1 --bundle-dir "$bundle"
    says "$bundle/$stem-R1.iso"
    (cd "$bundle" && sha256sum -c -- *.sha256) || fail "a checksum is wrong"
    cmp "$iso" "$bundle/$stem-R1.iso" || fail "the image in the bundle differs"
    for name in "$stem-R1.spdx.json" "$stem-R1.cdx.json" "$stem-R1.packages"; do
        grep -q 'dracut' "$bundle/$name" || fail "$name has no packages"
    done
    xz -t "$bundle/$stem-R1.changes.xz" || fail "the change logs are not compressed"
    expect_code 2 as_user "$kiwi" result bundle --target-dir "$media/overlay" --id R1 --bundle-dir "$media/overlay"
    expect_code 0 as_user "$kiwi" image diff "$iso" "$bundle/$stem-R1.iso"
    expect_code 1 as_user "$kiwi" image diff "$media/overlay" "$media/persistent"
    says "packages: "
    says "files on the medium: "
    expect_code 2 as_user "$kiwi" image diff "$iso" "$work/missing"
    ! find /var/tmp "$bundle" -maxdepth 1 -user "$user" -name '.kiwi-work-*' | grep . || fail "work folders are left"
    as_user rm -rf "$bundle"
}

test_resize() {
    local target=$work/resize name=disk.x86_64-1.0.0
    as_user rm -rf "$target"
    as_user mkdir "$target"
    as_user truncate -s 64M "$target/$name.raw"
    printf 'label: gpt\nstart=2048, size=20480\n' | as_user /usr/sbin/sfdisk --quiet --no-tell-kernel "$target/$name.raw"
    printf '{"disk_image": {"compress": true, "filename": "%s", "shasum": true, "use_for_bundle": true}}' \
        "$target/$name.raw" | as_user tee "$target/kiwi.result.json" >/dev/null
    expect_code 2 as_user "$kiwi" image resize --target-dir "$target" --size 1m
    says 'cannot be made smaller'
    expect_code 0 as_user "$kiwi" image resize --target-dir "$target" --size 256m
    [ "$(stat -c %s "$target/$name.raw")" -eq $((256 << 20)) ] || fail "the disk has not grown"
    /usr/sbin/sfdisk --verify "$target/$name.raw" 2>&1 | grep 'No errors detected' || fail "the partition table is wrong"
    ! find "$target" -name '.*' -mindepth 1 | grep . || fail "temporary files are left"
    as_user rm -rf "$target"
}

# as_root_builds KIND: root builds with that step of the sandbox ladder.
as_root_builds() {
    local target=$stage/by-root
    [ "$(id -u)" -eq 0 ] || { echo "skipped: not root"; return 0; }
    rm -rf "$target" "$target.cache"
    "$kiwi" --sandbox "$1" --profile overlay --shared-cache-dir "$target.cache" system build \
        --description "$stage/tests/live" --target-dir "$target"
    ! grep -q "$target" /proc/self/mounts || fail "mounts are left"
    chmod -R go+rX "$target"
    boot "$(result "$target" live_image)"
    rm -rf "$target" "$target.cache"
}
test_sandbox_mount() { as_root_builds mount; }
test_sandbox_none() { as_root_builds none; }

# Root as in a container that lets nobody make namespaces, but mount.
test_sandbox_forbidden() {
    local root=$work/forbidden
    fresh "$root"
    as_user unshare --user --map-root-user --map-auto --mount --pid --fork bash -c '
        mount -t proc proc /proc
        echo 0 >/proc/sys/user/max_user_namespaces
        echo 0 >/proc/sys/user/max_mnt_namespaces
        kiwi=$1 description=$2 root=$3
        before=$(wc -l </proc/self/mounts)
        "$kiwi" --profile overlay --shared-cache-dir "$root.cache" system prepare \
            --description "$description" --root "$root" --no-cache || exit
        [ "$(wc -l </proc/self/mounts)" -eq "$before" ] || { cat /proc/self/mounts; exit 99; }
        [ "$(stat -c %u "$root/home/tester")" = 1500 ] || exit 98
        ' _ "$kiwi" "$stage/tests/live" "$root" >"$stage/output" 2>&1 || { cat "$stage/output"; fail "ended with $?"; }
    cat "$stage/output"
    says "working with no namespaces"
    as_user "$kiwi" system clean --root "$root"
    [ ! -e "$root" ] || fail "the tree is still there"
    as_user rm -rf "$root.cache"
}
