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
