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
        # A clock before the packages were made would change the times of their files, which rpm -V tells.
        as_user env -u SOURCE_DATE_EPOCH \
            "$kiwi" --profile "$2" system build --description "$stage/tests/rpm-world/$1" --target-dir "$target" \
            --set-repo "dir://$repository" >&2 || fail "building '$1' by $2 ended with $?"
    fi
    echo "$target"
}

# rpm_live MANAGER: the live ISO starts and examines itself, rpm -Va included.
rpm_live() {
    local iso
    iso=$(rpm_system live "$1") || exit
    iso=$(result "$iso" live_image) || exit
    # rpm -Va reads every file, on an emulated machine too.
    patience=2400 boot "$iso" --as cdrom --firmware uefi
}

# rpm_disk MANAGER: so does the disk.
rpm_disk() {
    local raw
    raw=$(rpm_system disk "$1") || exit
    raw=$(result "$raw" disk_image) || exit
    patience=2400 boot "$raw" --firmware uefi
}

test_rpm_live_dnf() { rpm_live dnf; }
test_rpm_live_zypper() { rpm_live zypper; }
test_rpm_disk_dnf() { rpm_disk dnf; }
test_rpm_disk_zypper() { rpm_disk zypper; }

# small_world: makes the small repositories anew in $work/small.
small_world() {
    as_user rm -rf "$work/small"
    as_user "$stage/tests/rpm-world/small.sh" "$work/small"
}

# small_place MANAGER: the folder of its small repository.
small_place() {
    case $1 in
        pacman) echo "$work/small/pacman" ;;
        *) echo "$work/small/rpm" ;;
    esac
}

# move_packages MANAGER FROM TO [PATTERN]: moves package files and indexes the small repository anew; it needs no signature.
move_packages() {
    # shellcheck disable=SC2016 # expanded by the other shell
    as_user bash -ec 'mv "$1"/$3 "$2"' - "$2" "$3" "${4:-*}"
    # shellcheck disable=SC2016 # expanded by the other shell
    case $1 in
        pacman) as_user bash -ec 'cd "$1"; rm -f world.*; repo-add --quiet --nocolor world.db.tar.zst ./*.pkg.tar.zst' - "$(small_place "$1")" ;;
        *) as_user bash -ec 'rm -rf "$1/repodata"; createrepo_c --quiet "$1"' - "$(small_place "$1")" ;;
    esac
}

# small_description MANAGER PACKAGES KEY: one that installs packages of the small repository, and prints its folder.
small_description() {
    local folder=$work/small-$1 type='type="rpm-md" alias="world"' place
    place=$(small_place "$1")
    # The database of pacman has the name of the repository.
    [ "$1" != pacman ] || type='alias="world"'
    as_user rm -rf "$folder"
    as_user mkdir "$folder"
    as_user tee "$folder/config.xml" >/dev/null <<END
<image schemaversion="8.5" name="small-$1">
    <description type="system"><author>A</author><contact>a@example.org</contact><specification>S</specification></description>
    <preferences><version>1.0.0</version><packagemanager>$1</packagemanager><type image="tbz"/></preferences>
    <repository $type repository_gpgcheck="true" package_gpgcheck="true">
        <source path="file://$place"><signing key="file://$work/small/keys/$3.asc"/></source>
    </repository>
    <packages type="bootstrap"><package name="setup"/></packages>
    <packages type="image">
        $2
    </packages>
</image>
END
    echo "$folder"
}

# A description that builds a tree with all package managers.
tools_description() {
    as_user rm -rf "$work/tools"
    as_user mkdir "$work/tools"
    as_user tee "$work/tools/config.xml" >/dev/null <<'END'
<image schemaversion="8.5" name="tools">
    <description type="system"><author>A</author><contact>a@example.org</contact><specification>S</specification></description>
    <preferences>
        <version>1.0.0</version><packagemanager>apt</packagemanager><rpm-excludedocs>true</rpm-excludedocs>
        <type image="tbz" primary="true"/><type image="squashfs" squashfscompression="lz4"/>
    </preferences>
    <repository type="apt-deb" distribution="bookworm" components="main"><source path="buildhost:"/></repository>
    <packages type="bootstrap"><package name="base-files"/></packages>
    <packages type="image">
        <package name="dnf"/><package name="zypper"/><package name="pacman-package-manager"/><package name="gpg"/>
        <package name="rpm"/><package name="createrepo-c"/>
    </packages>
</image>
END
    echo "$work/tools"
}

# without_managers COMMAND...: as the user on a machine that has no package manager for rpm and pacman packages.
without_managers() {
    # shellcheck disable=SC2016 # expanded by the other shell
    unshare --mount bash -ec '
        for program in dnf dnf-3 zypper rpm rpmdb createrepo_c pacman repo-add; do
            mount --bind /dev/null "$(readlink -f "$(command -v "$program")")"
        done
        exec "$@"' - "$stage/tests/as-user.sh" "$user" "$@"
}

# Trees by the package managers of a tools tree (a folder, a squashfs, an archive) are those that the machine's make.
test_tools_tree() {
    local manager folder tree machine other tools=$media/tools
    small_world
    folder=$(tools_description)
    if ! [ -d "$tools/root" ]; then
        as_user mkdir -p "$tools"
        as_user "$kiwi" system prepare --description "$folder" --root "$tools/root" || fail "no tools tree: $?"
        for type in tbz squashfs; do
            as_user "$kiwi" --type $type system create --root "$tools/root" --target-dir "$tools/$type" ||
                fail "no tools tree as $type: $?"
        done
    fi
    for manager in dnf4 zypper pacman; do
        case $manager in
            dnf4) tree=$tools/root ;;
            zypper) tree=$(result "$tools/squashfs" filesystem_image) ;;
            pacman) tree=$(result "$tools/tbz" root_archive) ;;
        esac
        machine=$work/tools-$manager-machine
        other=$work/tools-$manager-tree
        fresh "$machine"
        fresh "$other"
        folder=$(small_description $manager '<package name="app"/>' world)
        as_user "$kiwi" --no-cache system build --description "$folder" --target-dir "$machine" ||
            fail "$manager ended with $?"
        expect_code 4 without_managers "$kiwi" system build --description "$folder" --target-dir "$other"
        says "or name a root tree that has it: --tools-tree"
        without_managers "$kiwi" --no-cache system build --description "$folder" --target-dir "$other" --tools-tree "$tree" ||
            fail "$manager of $tree ended with $?"
        for ending in packages verified; do
            cmp "$machine"/*."$ending" "$other"/*."$ending" || fail "$manager: another .$ending"
        done
        listing "$machine" >"$stage/machine"
        listing "$other" >"$stage/other"
        diff "$stage/machine" "$stage/other" || fail "$manager makes another tree"
    done
    # A tree without the program, and what is no tree.
    as_user mkdir -p "$work/no-tools/usr/bin"
    folder=$(small_description dnf4 '<package name="app"/>' world)
    expect_code 4 as_user "$kiwi" system build --description "$folder" --target-dir "$other" --tools-tree "$work/no-tools"
    says "the program 'dnf-3' or 'dnf5' is missing in the tools tree $work/no-tools"
    expect_code 2 as_user "$kiwi" system build --description "$folder" --target-dir "$other" --tools-tree "$folder/config.xml"
    says 'is neither a tar archive nor a squashfs'
    without_managers "$kiwi" doctor --tools-tree "$tools/root" >"$stage/output"
    says 'dnf-3, rpm (in the tools tree)'
}

# dnf 5 of a newer Debian, which the machine need not have, makes the trees that dnf 4 makes.
test_tools_dnf5() {
    local folder place target=$work/dnf5 tools=$media/tools-sid
    small_world
    folder=$(tools_description)
    if ! [ -d "$tools" ]; then
        # Nothing is said about how old the state of a mirror is.
        as_user sed -i 's,distribution="bookworm",distribution="sid" repository_gpgcheck="false",
            s,<package name="zypper"/>.*,<package name="dnf5"/>,' "$folder/config.xml"
        as_user "$kiwi" system prepare --description "$folder" --root "$tools" || fail "no tools tree: $?"
    fi
    folder=$(small_description dnf4 '<package name="app"/>' world)
    fresh "$target-4"
    fresh "$target-5"
    as_user "$kiwi" --no-cache system build --description "$folder" --target-dir "$target-4" || fail "dnf 4: $?"
    folder=$(small_description dnf5 '<package name="app"/>' world)
    expect_code 0 without_managers "$kiwi" --no-cache system build --description "$folder" --target-dir "$target-5" \
        --tools-tree "$tools"
    grep -q 'EXEC: chroot .* dnf5 ' "$target-5/build/image-root.log" || fail 'dnf5 was not called'
    [ "$(names "$target-5")" = 'app|1 lib|2 setup|1' ] || fail "dnf 5 installed $(names "$target-5")"
    [ "$(names "$target-4")" = "$(names "$target-5")" ] || fail "dnf 4 installed $(names "$target-4")"
    listing "$target-4" | grep -v "etc/dnf/" >"$stage/machine"
    # What dnf 5 and a newer rpm remember.
    listing "$target-5" | grep -vE '/libdnf5/|/\.keyring\.lock' >"$stage/other"
    diff "$stage/machine" "$stage/other" || fail 'dnf 5 makes another tree'
    # A group, without what is only recommended: dnf 5 takes its mandatory packages, as KIWI asks for.
    fresh "$target-5"
    folder=$(small_description dnf5 '<namedCollection name="world-base"/>' world)
    expect_code 0 without_managers "$kiwi" system build --description "$folder" --target-dir "$target-5" --tools-tree "$tools"
    [ "$(names "$target-5")" = 'app|1 lib|2 setup|1' ] || fail "dnf 5 installed $(names "$target-5") for a group"
    # What is wrong is said as with dnf 4.
    for place in nope broken conflict; do
        folder=$(small_description dnf5 "<package name=\"$place\"/><package name=\"app\"/>" world)
        expect_code 1 without_managers "$kiwi" system build --description "$folder" --target-dir "$target-5" --tools-tree "$tools"
        case $place in
            nope) says "config.xml:9:24: error: package 'nope' is in no repository" ;;
            broken) says no-such-thing ;;
            conflict) says package-conflict ;;
        esac
    done
    folder=$(small_description dnf5 '<package name="app"/>' other)
    expect_code 1 without_managers "$kiwi" system build --description "$folder" --target-dir "$target-5" --tools-tree "$tools"
    says repository-bad-signature
}

# listing TARGET: the files of an archive with owners and sizes, without the databases, which hold times.
listing() {
    tar -tvJf "$1"/*.tar.xz --numeric-owner |
        grep -vE '/(rpmdb|history)\.sqlite|/local/[^/]*/(desc|mtree)$|var/lib/dnf/' | awk '{ $4 = ""; $5 = ""; print }'
}

# Every package manager makes a tree of a small signed repository, and says in one line what is wrong.
test_package_managers() {
    local manager folder target archive
    small_world
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

# names TARGET: the packages of a result with their versions, on one line.
names() { cut -d '|' -f 1,3 "$1"/*.packages | grep -v gpg-pubkey | xargs; }

# A lock file names the packages although the repository has newer ones, and what is gone is said; without network
# the cache suffices, and what it lacks is said.
test_package_lock() {
    local manager folder target cache build place
    small_world
    trap '[ -z "${server:-}" ] || kill "$server" 2>/dev/null || true' EXIT
    for manager in dnf4 zypper pacman; do
        place=$(small_place $manager)
        target=$work/lock-$manager-result
        cache=$work/lock-cache
        as_user rm -rf "$cache" "$work/newer"
        fresh "$target"
        serve "$work/small"
        folder=$(small_description $manager '<package name="app"/>' world)
        # The index is made anew without a signature.
        as_user sed -i "s,file://$place,${served/10.0.2.2/127.0.0.1}/${place##*/},; s,repository_gpgcheck=.true.,," \
            "$folder/config.xml"
        build=(as_user "$kiwi" --shared-cache-dir "$cache" system build --description "$folder" --target-dir "$target")
        # Without the newer version of a package.
        as_user mkdir "$work/newer"
        move_packages $manager "$place" "$work/newer" 'lib-2*'
        as_user "$kiwi" --shared-cache-dir "$cache" system lock --description "$folder" || fail "$manager: no lock file"
        move_packages $manager "$work/newer" "$place"
        "${build[@]}" --locked || fail "$manager --locked ended with $?"
        [ "$(names "$target")" = 'app|1 lib|1 setup|1' ] || fail "$manager --locked installed $(names "$target")"
        fresh "$target"
        "${build[@]}" || fail "$manager ended with $?"
        [ "$(names "$target")" = 'app|1 lib|2 setup|1' ] || fail "$manager installed $(names "$target")"
        fresh "$target"
        # What the repository no longer has comes from the cache, or is named.
        move_packages $manager "$place" "$work/newer" 'lib-1*'
        "${build[@]}" --no-cache --locked || fail "$manager --locked with a cache ended with $?"
        fresh "$target"
        as_user rm -rf "$cache/packages"
        expect_code 1 "${build[@]}" --no-cache --locked
        says "locked-package-gone"
        says "lib 1-1"
        expect_code 3 "${build[@]}" --locked --add-package extra
        says "the lock file does not know: system package extra"
        move_packages $manager "$work/newer" "$place"
        "${build[@]}" --no-cache || fail "$manager ended with $?"
        fresh "$target"
        # The server is gone.
        kill "$server"
        "${build[@]}" --no-cache --offline || fail "$manager --offline ended with $?"
        fresh "$target"
        as_user rm -rf "$cache/packages"
        expect_code 1 "${build[@]}" --no-cache --offline
        says "offline-missing-packages"
        says "not in the cache: "
        as_user rm -rf "$cache"
        expect_code 1 "${build[@]}" --no-cache --offline
        says "offline-missing-index"
        fresh "$target"
    done
}

# A tree with an rpm of its own that expects the database in another place: there is one, which this rpm reads.
test_rpm_own() {
    local manager root repository folder=$work/own extra=$work/elsewhere
    repository=$(rpm_world) || exit
    as_user rm -rf "$extra" "$folder"
    as_user mkdir -p "$extra" "$folder"
    as_user tee "$extra/package.spec" >/dev/null <<'END'
Name: rpm-elsewhere
Version: 1
Release: 1
Summary: Another place for the database
License: Apache-2.0
BuildArch: noarch
%description
Another place for the database.
%install
mkdir -p %{buildroot}/etc/rpm/x86_64-linux
echo '%%_dbpath /usr/share/rpm' >%{buildroot}/etc/rpm/x86_64-linux/macros
%files
/etc/rpm/x86_64-linux/macros
END
    as_user rpmbuild -bb --quiet --define "_topdir $extra/build" --define "_rpmdir $extra" "$extra/package.spec"
    as_user rm -rf "$extra/build"
    as_user createrepo_c --quiet "$extra"
    for manager in dnf4 zypper; do
        root=$work/own-$manager
        as_user tee "$folder/config.xml" >/dev/null <<END
<image schemaversion="8.5" name="own">
    <description type="system"><author>A</author><contact>a@example.org</contact><specification>S</specification></description>
    <preferences><version>1.0.0</version><packagemanager>$manager</packagemanager><type image="tbz"/></preferences>
    <repository type="rpm-md" alias="world"><source path="dir://$repository"/></repository>
    <repository type="rpm-md" alias="elsewhere"><source path="dir://$extra"/></repository>
    <packages type="bootstrap">
        <package name="world-essential"/><package name="rpm"/><package name="rpm-elsewhere"/>
    </packages>
    <packages type="image"><package name="zstd"/><package name="bc"/></packages>
    <packages type="uninstall"><package name="bc"/></packages>
</image>
END
        fresh "$root"
        as_user "$kiwi" system prepare --description "$folder" --root "$root" || fail "$manager ended with $?"
        [ "$(mapped find "$root" -xdev -name rpmdb.sqlite -o -xdev -name Packages.db | sed "s,^$root,,")" = /usr/share/rpm/rpmdb.sqlite ] ||
            fail "$manager: databases: $(mapped find "$root" -xdev -name rpmdb.sqlite)"
        # The tree's own rpm knows the packages of both phases and that one is gone, and finds nothing changed.
        as_user "$kiwi" system shell --root "$root" -- \
            bash -c 'rpm -q world-essential rpm zstd rpm-elsewhere && ! rpm -q bc && rpm -Va; true' >"$stage/output" 2>&1
        cat "$stage/output"
        says zstd-
        says 'package bc is not installed'
        ! grep -v ' c /' "$stage/output" | grep -E '^([S.?][M.?][5.?]|missing)' || fail "$manager: rpm -Va complains"
        as_user "$kiwi" system clean --target-dir "$root"
    done
}
