# shellcheck shell=bash disable=SC2154 # set by scripts/boot-tests.sh
# Trees with a package manager of their own, repositories of all kinds, updates, equal trees.

# tree_description MANAGER REPOSITORIES PACKAGES [TAIL]: prints the folder of a description of a tree.
tree_description() {
    local folder=$work/tree-$1
    as_user rm -rf "$folder"
    as_user mkdir "$folder"
    as_user tee "$folder/config.xml" >/dev/null <<END
<image schemaversion="8.5" name="tree-$1">
    <description type="system"><author>A</author><contact>a@example.org</contact><specification>S</specification></description>
    <preferences><version>1.0.0</version><packagemanager>$1</packagemanager>
        <type image="squashfs" squashfscompression="lz4"/></preferences>
    $2
    $3
    ${4:-}
</image>
END
    echo "$folder"
}

# packages TYPE NAME...: a section of a description.
packages() {
    echo "<packages type=\"$1\">"
    shift
    printf '<package name="%s"/>' "$@"
    echo "</packages>"
}

# own_description MANAGER: a tree that has that package manager, which installs, uninstalls and deletes.
own_description() {
    local repository
    case $1 in
        pacman)
            as_user "$stage/tests/rpm-world/pacman-tree.py" --cache "$stage/rpm-cache" "$work/pacman-tree" >&2 || fail 'no pacman'
            tree_description pacman "<repository alias=\"world\" repository_gpgcheck=\"true\" package_gpgcheck=\"true\">
                <source path=\"dir://$work/small/pacman\"><signing key=\"file://$work/small/keys/world.asc\"/></source></repository>
                <repository alias=\"tree\"><source path=\"dir://$work/pacman-tree\"/></repository>" \
                "$(packages bootstrap setup) $(packages image app scripts extra hint)" \
                "$(packages uninstall extra) $(packages delete hint)"
            ;;
        *)
            repository=$(rpm_world) || exit
            tree_description "$1" "<repository type=\"rpm-md\" alias=\"world\"><source path=\"dir://$repository\"/></repository>" \
                "$(packages bootstrap world-essential) $(packages image rpm zstd bc pv)" \
                "$(packages uninstall bc) $(packages delete pv)"
            ;;
    esac
}

# equal_builds MANAGER DESCRIPTION: builds it twice in different places.
equal_builds() {
    local target image
    for target in "$work/equal-a" "$work/equal-other"; do
        fresh "$target"
        as_user env SOURCE_DATE_EPOCH=1750000000 "$kiwi" --no-cache system build --description "$2" --target-dir "$target" ||
            fail "$1 ended with $?"
    done
    image=$(find "$work/equal-a" -maxdepth 1 -name '*.tar.xz' -o -maxdepth 1 -name '*.squashfs')
    cmp "$image" "$work/equal-other/${image##*/}" || fail "$1 makes other bits the second time"
}

# After the bootstrap phase the tree's own program installs, removes and updates; made twice, the trees are equal.
test_packages_inside() {
    local manager folder program root
    small_world
    for manager in dnf4 zypper pacman; do
        folder=$(own_description $manager) || exit
        root=$work/inside-$manager
        program=/usr/bin/${manager/dnf4/dnf-3}
        fresh "$root"
        expect_code 0 as_user "$kiwi" --no-cache system prepare --description "$folder" --root "$root"
        says "($program) installs the packages"
        [ "$(grep -cE "EXEC: chroot [^ ]* $program .*( install | -S | autoremove | remove | -R)" "$root.log")" -ge 2 ] ||
            fail "$manager was not called inside"
        ! grep -E "EXEC: ${program##*/} .* (autoremove|remove|-Rs|-Rdd) " "$root.log" || fail "the machine's $manager removed packages"
        # Nothing of the build is left.
        [ -z "$(as_user ls -A "$root/run")" ] || fail "left in /run: $(as_user ls -A "$root/run")"
        ! mapped grep -rlE 'kiwi-(dnf|zypper|pacman)|\.kiwi-work' "$root"/{etc,var,usr/lib/sysimage} 2>/dev/null ||
            fail 'paths of the build are left'
        if [ $manager = pacman ]; then
            as_user "$kiwi" system shell --root "$root" -- bash -c \
                'cat /var/lib/world/scripts; pacman -Q; pacman -Q extra; pacman -Q hint; pacman -Qk app lib; true' >"$stage/output" 2>&1
            says post_install
            says "package 'extra' was not found"
            says "package 'hint' was not found"
            says "app: 3 total files, 0 missing files"
        else
            as_user "$kiwi" system shell --root "$root" -- bash -c 'rpm -q zstd bc pv; rpm -Va; echo checked' >"$stage/output" 2>&1
            says zstd-
            says 'package bc is not installed'
            says 'package pv is not installed'
            says checked
            ! grep -v ' c /' "$stage/output" | grep -E '^([S.?][M.?][5.?]|missing)' || fail "$manager: rpm -Va complains"
            as_user "$kiwi" system update --root "$root" --add-package pv --delete-package zstd || fail "$manager: update: $?"
            as_user "$kiwi" system shell --root "$root" -- bash -c 'rpm -q zstd pv; rpm -Va; true' >"$stage/output" 2>&1
            says 'package zstd is not installed'
            says pv-1
            ! grep -v ' c /' "$stage/output" | grep -E '^([S.?][M.?][5.?]|missing)' || fail "$manager: rpm -Va complains"
        fi
        as_user "$kiwi" system clean --target-dir "$root"
        equal_builds $manager "$folder"
    done
}

# The same for trees that the machine's programs fill alone.
test_packages_equal() {
    local manager
    small_world
    for manager in dnf4 zypper pacman; do
        equal_builds $manager "$(small_description $manager '<package name="app"/>' world)"
        grep -q 'has no .* of its own: that of this machine installs the packages' "$work/equal-a/build/image-root.log" ||
            fail 'nobody says who installs'
    done
}

# lib_of ROOT: what lib 1 or 2 wrote; the first version for pacman has another file.
lib_of() { as_user cat "$1/usr/lib/world/lib" 2>/dev/null || as_user cat "$1/usr/share/world/lib"; }

# Prepared trees get new versions, further packages and lose some.
test_package_update() {
    local manager folder root place newer=$work/newer
    small_world
    for manager in dnf4 zypper pacman; do
        place=$(small_place $manager)
        root=$work/update-$manager
        as_user rm -rf "$newer"
        as_user mkdir "$newer"
        move_packages $manager "$place" "$newer" 'lib-2*'
        folder=$(small_description $manager '<package name="app"/>' world)
        as_user sed -i 's,repository_gpgcheck=.true.,,' "$folder/config.xml"
        fresh "$root"
        as_user "$kiwi" system prepare --description "$folder" --root "$root" || fail "$manager ended with $?"
        [ "$(lib_of "$root")" = 'lib 1' ] || fail "$manager installed $(lib_of "$root")"
        as_user "$kiwi" system update --root "$root" --add-package needy --add-package extra || fail "$manager: --add-package: $?"
        as_user test -e "$root/usr/share/world/needy" || fail "$manager did not install needy"
        as_user "$kiwi" system update --root "$root" --delete-package extra || fail "$manager: --delete-package: $?"
        ! as_user test -e "$root/usr/share/world/extra" || fail "$manager did not remove extra"
        as_user test -e "$root/usr/share/world/needy" || fail "$manager removed needy"
        move_packages $manager "$newer" "$place"
        as_user "$kiwi" system update --root "$root" || fail "$manager: update: $?"
        [ "$(lib_of "$root")" = 'lib 2' ] || fail "$manager did not update lib"
        expect_code 1 as_user "$kiwi" system update --root "$root" --add-package nope
        says "package 'nope' is in no repository"
        [ "$(lib_of "$root")" = 'lib 2' ] || fail "the tree was damaged"
        as_user "$kiwi" system clean --target-dir "$root"
    done
}

# on_worker FOLDER REPOSITORY COMMAND...: as root in a chroot with the mark of a worker and this repository below /repos.
on_worker() {
    as_user mkdir -p "$1"
    # shellcheck disable=SC2016 # expanded by the other shell
    mapped bash -ec '
        root=$1 place=$2
        shift 2
        mount -t tmpfs worker "$root"
        for folder in /*; do
            if [ -L "$folder" ]; then
                cp -P "$folder" "$root/"
            elif [ -d "$folder" ]; then
                mkdir "$root$folder"
                mount --rbind "$folder" "$root$folder"
            fi
        done
        echo BUILD_DISTURL= >"$root/.buildenv"
        mkdir -p "$root/repos/home:me/standard"
        mount --bind "$place" "$root/repos/home:me/standard"
        exec /usr/sbin/chroot "$root" "$@"' - "$@"
}

# Repositories on an ISO, changed by a script, and those of a worker of the build service.
test_repository_kinds() {
    local manager folder place all='app|1 lib|2 setup|1' target=$work/kinds
    small_world
    for manager in dnf4 zypper pacman; do
        place=$(small_place $manager)
        as_user rm -f "$work/small.iso" "$work/seen"
        as_user xorriso -as mkisofs -quiet -R -o "$work/small.iso" "$place" || fail 'no ISO'
        folder=$(small_description $manager '<package name="app"/>' world)
        as_user sed -i "s,file://$place,iso://$work/small.iso,; s,repository_gpgcheck,customize=\"edit.sh\" repository_gpgcheck," \
            "$folder/config.xml"
        as_user tee "$folder/edit.sh" >/dev/null <<END
echo "\${1##*/}" >>"$work/seen"
echo "# edited" >>"\$1"
END
        fresh "$target"
        expect_code 0 as_user "$kiwi" --no-cache system build --description "$folder" --target-dir "$target"
        says "unpacking the repository $work/small.iso"
        [ "$(names "$target")" = "$all" ] || fail "$manager installed $(names "$target")"
        grep -q '^world.repo$' "$work/seen" || fail 'the script saw no file'
        fresh "$target"
        expect_code 0 as_user "$kiwi" --no-cache system build --description "$folder" --target-dir "$target"
        ! grep -q 'unpacking the repository' "$stage/output" || fail 'the ISO was unpacked again'
        as_user truncate -s 1000 "$work/small.iso"
        expect_code 1 as_user "$kiwi" system build --description "$folder" --target-dir "$target"
        says "cannot be read as an ISO image"
        # A script that puts another address in the place of one that nobody serves, for the image too.
        folder=$(small_description $manager '<package name="app"/>' world)
        as_user sed -i "s,file://$place,http://127.0.0.1:9/nowhere,
            s,repository_gpgcheck,imageinclude=\"true\" customize=\"edit.sh\" repository_gpgcheck," "$folder/config.xml"
        as_user tee "$folder/edit.sh" >/dev/null <<END
sed -i 's,http://127.0.0.1:9/nowhere,file://$place,' "\$1"
END
        fresh "$target"
        expect_code 0 as_user "$kiwi" --no-cache system build --description "$folder" --target-dir "$target"
        [ "$(names "$target")" = "$all" ] || fail "$manager installed $(names "$target")"
        tar -xOJf "$(echo "$target"/*.tar.xz)" --wildcards '*/world.repo' | grep -qF "file://$place" || fail "the image's file is not edited"
        as_user sed -i 's,^sed,exit 7; sed,' "$folder/edit.sh"
        expect_code 1 as_user "$kiwi" --no-cache system build --description "$folder" --target-dir "$target"
        says "edit.sh ended with 7"
        # A worker of the build service.
        fresh "$target"
        folder=$(small_description $manager '<package name="app"/>' world)
        as_user sed -i "s,file://$place,obsrepositories:/," "$folder/config.xml"
        on_worker "$work/worker" "$place" "$kiwi" --shared-cache-dir "$work/worker-cache" --no-cache \
            system build --description "$folder" --target-dir "$target" || fail "$manager on a worker ended with $?"
        [ "$(names "$target")" = "$all" ] || fail "$manager installed $(names "$target")"
        mapped rm -rf --one-file-system "$target" "$work/worker-cache"
        as_user sed -i "s,obsrepositories:/,obs://home:me/other," "$folder/config.xml"
        expect_code 3 on_worker "$work/worker" "$place" "$kiwi" --shared-cache-dir "$work/worker-cache" \
            system build --description "$folder" --target-dir "$target"
        says "the worker has no repository 'home:me/other'"
        says "home:me/standard"
        mapped rm -rf --one-file-system "$target" "$work/worker-cache"
    done
}

# A metalink and a list of mirrors from a server, whose first mirror does not answer.
test_repository_mirrors() {
    local manager kind folder place target=$work/mirrors address repomd all='app|1 lib|2 setup|1'
    small_world
    trap '[ -z "${server:-}" ] || kill "$server" 2>/dev/null || true' EXIT
    serve "$work/small"
    address=${served/10.0.2.2/127.0.0.1}
    repomd=$work/small/rpm/repodata/repomd.xml
    printf '%s\n' "http://127.0.0.1:9/rpm" "$address/rpm" | as_user tee "$work/small/mirrors.txt" >/dev/null
    as_user tee "$work/small/metalink.xml" >/dev/null <<END
<?xml version="1.0" encoding="utf-8"?>
<metalink version="3.0" xmlns="http://www.metalinker.org/" type="dynamic" pubdate="Tue, 14 Nov 2023 00:00:00 GMT"
    xmlns:mm0="http://fedorahosted.org/mirrormanager">
  <files><file name="repomd.xml">
    <mm0:timestamp>1700000000</mm0:timestamp>
    <size>$(stat -c %s "$repomd")</size>
    <verification><hash type="sha256">$(checksum "$repomd")</hash></verification>
    <resources maxconnections="1">
      <url protocol="http" type="http" location="DE" preference="100">http://127.0.0.1:9/rpm/repodata/repomd.xml</url>
      <url protocol="http" type="http" location="DE" preference="99">$address/rpm/repodata/repomd.xml</url>
    </resources>
  </file></files>
</metalink>
END
    for manager in dnf4 zypper; do
        for kind in metalink mirrorlist; do
            folder=$(small_description $manager '<package name="app"/>' world)
            case $kind in
                metalink) place=$address/metalink.xml ;;
                mirrorlist) place=$address/mirrors.txt ;;
            esac
            as_user sed -i "s,file://$work/small/rpm,$place,; s,repository_gpgcheck,sourcetype=\"$kind\" repository_gpgcheck," "$folder/config.xml"
            fresh "$target"
            as_user rm -rf "$work/mirror-cache"
            as_user "$kiwi" --shared-cache-dir "$work/mirror-cache" --no-cache system build --description "$folder" --target-dir "$target" ||
                fail "$manager with a $kind ended with $?"
            [ "$(names "$target")" = "$all" ] || fail "$manager installed $(names "$target")"
        done
    done
    # A metalink with the checksum of something else.
    folder=$(small_description dnf4 '<package name="app"/>' world)
    as_user sed -i -E 's,(sha256">).{8},\100000000,' "$work/small/metalink.xml"
    as_user sed -i "s,file://$work/small/rpm,$address/metalink.xml,; s,repository_gpgcheck,sourcetype=\"metalink\" repository_gpgcheck," \
        "$folder/config.xml"
    fresh "$target"
    as_user rm -rf "$work/mirror-cache"
    expect_code 1 as_user "$kiwi" --shared-cache-dir "$work/mirror-cache" system build --description "$folder" --target-dir "$target"
    says "repository 'world' cannot be read"
}
