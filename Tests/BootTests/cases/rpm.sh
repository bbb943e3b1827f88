# shellcheck shell=bash disable=SC2154 # set by scripts/boot-tests.sh
# Repositories of RPMs that are made here.

# mapped COMMAND...: as root of a user namespace with mounts of its own, so that files may have many owners.
mapped() { as_user unshare --user --map-auto --map-root-user --mount --pid --fork "$@"; }

# rpm_world: makes the repository of a bootable system of RPMs and prints its path. Conversions are kept for the next run.
rpm_world() {
    as_user "$stage/tests/rpm-world/convert.py" --cache "$stage/rpm-cache" "$stage/rpm-world" >&2 || fail 'no repository'
    echo "$stage/rpm-world"
}

test_rpm_repositories() {
    local repository
    repository=$(rpm_world) || exit
    mapped rm -rf --one-file-system "$work/rpm"
    mapped "$stage/tests/rpm-world/check.sh" "$work/rpm" "$repository"
    mapped rm -rf --one-file-system "$work/rpm"
}

# rpm_system KIND MANAGER: builds the live ISO or the disk by dnf or zypper and prints the folder of its results.
rpm_system() {
    local target=$media/rpm-$1-$2 repository
    if ! [ -f "$target/kiwi.result.json" ]; then
        repository=$(rpm_world) || exit
        as_user "$kiwi" --profile "$2" system build --description "$stage/tests/rpm-world/$1" --target-dir "$target" \
            --set-repo "dir://$repository" >&2 || fail "building '$1' by $2 ended with $?"
    fi
    echo "$target"
}

# rpm_live MANAGER: the live ISO starts and examines itself, rpm -Va included.
rpm_live() {
    local iso
    iso=$(result "$(rpm_system live "$1")" live_image) || exit
    boot "$iso" --as cdrom --firmware uefi
}

# rpm_disk MANAGER: so does the disk.
rpm_disk() {
    local raw
    raw=$(result "$(rpm_system disk "$1")" disk_image) || exit
    boot "$raw" --firmware uefi
}

test_rpm_live_dnf() { rpm_live dnf; }
test_rpm_live_zypper() { rpm_live zypper; }
test_rpm_disk_dnf() { rpm_disk dnf; }
test_rpm_disk_zypper() { rpm_disk zypper; }
