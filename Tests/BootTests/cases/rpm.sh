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
    # rpm -Va reads every file, on an emulated machine too.
    patience=1200 boot "$iso" --as cdrom --firmware uefi
}

# rpm_disk MANAGER: so does the disk.
rpm_disk() {
    local raw
    raw=$(result "$(rpm_system disk "$1")" disk_image) || exit
    patience=1200 boot "$raw" --firmware uefi
}

test_rpm_live_dnf() { rpm_live dnf; }
test_rpm_live_zypper() { rpm_live zypper; }
test_rpm_disk_dnf() { rpm_disk dnf; }
test_rpm_disk_zypper() { rpm_disk zypper; }

# small_description MANAGER PACKAGES KEY: one that installs packages of the small repository, and prints its folder.
small_description() {
    local folder=$work/small-$1 type='type="rpm-md" alias="world"' place=rpm
    # The database of pacman has the name of the repository.
    [ "$1" != pacman ] || { type='alias="world"' place=pacman; }
    as_user rm -rf "$folder"
    as_user mkdir "$folder"
    as_user tee "$folder/config.xml" >/dev/null <<END
<image schemaversion="8.5" name="small-$1">
    <description type="system"><author>A</author><contact>a@example.org</contact><specification>S</specification></description>
    <preferences><version>1.0.0</version><packagemanager>$1</packagemanager><type image="tbz"/></preferences>
    <repository $type repository_gpgcheck="true" package_gpgcheck="true">
        <source path="file://$work/small/$place"><signing key="file://$work/small/keys/$3.asc"/></source>
    </repository>
    <packages type="bootstrap"><package name="setup"/></packages>
    <packages type="image">
        $2
    </packages>
</image>
END
    echo "$folder"
}

# Every package manager makes a tree of a small signed repository, and says in one line what is wrong.
test_package_managers() {
    local manager folder target archive
    as_user rm -rf "$work/small"
    as_user "$stage/tests/rpm-world/small.sh" "$work/small"
    for manager in dnf4 zypper pacman; do
        target=$work/small-$manager-result
        fresh "$target"
        folder=$(small_description $manager '<package name="app"/>' world)
        as_user "$kiwi" system build --description "$folder" --target-dir "$target" || fail "$manager ended with $?"
        [ "$(cut -d '|' -f 1 "$target"/*.packages | grep -v gpg-pubkey | xargs)" = 'app lib setup' ] ||
            fail "$manager installed $(cat "$target"/*.packages)"
        archive=$(echo "$target"/*.tar.xz)
        # The files that the packages give away to another owner, setuid or with a capability.
        tar -tvJf "$archive" --numeric-owner | grep -E '601/601|^-rws' >"$stage/output" || fail "$manager lost owners"
        if [ $manager != pacman ]; then
            [ "$(tar -tJf "$archive" | grep -cE '/rpmdb.sqlite$|/Packages(.db)?$')" -eq 1 ] || fail "$manager left several databases"
        fi
        expect_code 1 as_user "$kiwi" system build --target-dir "$target" \
            --description "$(small_description $manager '<package name="nope"/>' world)"
        says "config.xml:9:24: error: package 'nope' is in no repository"
        expect_code 1 as_user "$kiwi" system build --target-dir "$target" \
            --description "$(small_description $manager '<package name="broken"/>' world)"
        says no-such-thing
        expect_code 1 as_user "$kiwi" system build --target-dir "$target" \
            --description "$(small_description $manager '<package name="conflict"/><package name="app"/>' world)"
        says package-conflict
        expect_code 1 as_user "$kiwi" system build --target-dir "$target" \
            --description "$(small_description $manager '<package name="app"/>' other)"
        says repository-bad-signature
        fresh "$target"
    done
}
