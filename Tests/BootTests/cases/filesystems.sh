# shellcheck shell=bash disable=SC2154 # set by scripts/boot-tests.sh
# Root trees as plain file systems, checked by other programs, and as network-boot images.

# copied IMAGE FOLDER: what the kernel sees in an image, as a folder of the namespace. Fails where nobody
# may mount.
copied() {
    local place
    [ "$(id -u)" -eq 0 ] || return 1
    place=$(mktemp -d)
    mount -o loop,ro "$1" "$place" 2>/dev/null || return 1
    as_user mkdir "$2"
    tar -C "$place" --xattrs --xattrs-include='*' --numeric-owner --sparse --exclude=./lost+found \
        --exclude=./srv/awkward/null --exclude=./srv/awkward/full -cf - . |
        in_namespace tar -C "$2" --xattrs --xattrs-include='*' --numeric-owner --preserve-permissions -xf -
    umount "$place"
    rmdir "$place"
}

# Three types of one tree in one call: each is as its own tools want it, and holds what the tree holds.
test_filesystems() {
    local root type image check
    settings
    root=$(small_root) || exit
    fresh "$work/several"
    as_user "$kiwi" --no-cache --type ext4 --type ext2 --type squashfs \
        system create --root "$root" --target-dir "$work/several" || fail "create ended with $?"
    for type in ext4 ext2 squashfs; do
        image=$(result "$work/several/$type" filesystem_image)
        [ -s "$image" ] || fail "no $type: $image"
        case $type in
        ext*) e2fsck -fn "$image" || fail "e2fsck complains about $type" ;;
        *) unsquashfs -s "$image" | grep -q 'Compression lz4' || fail "not compressed by lz4" ;;
        esac
        as_user rm -rf "$work/unpacked"
        if [ $type = squashfs ]; then
            # 2: it cannot make the device nodes.
            in_namespace unsquashfs -q -n -d "$work/unpacked" "$image" || [ $? -eq 2 ] ||
                fail "unsquashfs cannot read it"
            in_namespace rm -f "$work/unpacked/srv/awkward/null" "$work/unpacked/srv/awkward/full"
            # squashfs has no access lists.
            same "$root" "$work/unpacked" --without srv/awkward/accessible --without srv/awkward/other
        elif copied "$image" "$work/unpacked"; then
            same "$root" "$work/unpacked"
        else
            echo "$type: not compared, this machine does not mount it"
        fi
        [ ! -e "$work/unpacked" ] || in_namespace rm -rf "$work/unpacked"
    done
    # A type that fails does not spoil the others: mkfs.erofs of Debian 12 cannot write the long name, nor device nodes
    # that the sandbox could not make.
    fresh "$work/several"
    if ! as_user "$kiwi" --type erofs --type squashfs system create --root "$root" \
        --target-dir "$work/several" 2>"$work/several.err"; then
        grep -qE 'erofs: mkfs.erofs (of this machine cannot write names of 255 bytes|cannot write the device nodes)' "$work/several.err" ||
            fail "another reason: $(cat "$work/several.err")"
        [ ! -e "$(result "$work/several/erofs" filesystem_image 2>/dev/null)" ] || fail "a result of the type that failed"
    fi
    [ -s "$(result "$work/several/squashfs" filesystem_image)" ] || fail "the other type was not finished"
}

# Sizes: what can never fit says so at its line, and nothing appears.
test_size_too_small() {
    local description=$work/too-small root
    settings
    root=$(small_root) || exit
    fresh "$work/too-small-root"
    in_namespace cp -a "$root" "$work/too-small-root"
    in_namespace sed -i 's,<type image="ext4"/>,<type image="ext4"><size unit="M">60</size></type>,' \
        "$work/too-small-root/image/config.xml"
    fresh "$description"
    ! as_user "$kiwi" --type ext4 system create --root "$work/too-small-root" --target-dir "$description" \
        2>"$work/too-small.err" || fail "it was built"
    grep -qE 'config.xml:[0-9]+:[0-9]+: error: root file system: needs [0-9]+ MiB, has 60 MiB' "$work/too-small.err" ||
        fail "no numbers: $(cat "$work/too-small.err")"
    [ -z "$(as_user find "$description" -name '*.ext4*')" ] || fail "something was left"
}

# What packers write that the sandbox could not make.
test_device_nodes() {
    local root check
    settings
    root=$(small_root) || exit
    fresh "$work/several"
    as_user "$kiwi" --type ext4 system create --root "$root" --target-dir "$work/several/ext4" || fail "create ended with $?"
    # The device node that the sandbox could not make.
    check=$(debugfs -R 'stat /srv/awkward/null' "$(result "$work/several/ext4" filesystem_image)" 2>/dev/null)
    grep -q 'Type: character special' <<<"$check" || fail "the device node is missing: $check"
}

# Built twice in other places: the same bits.
test_filesystems_equal() {
    local root type
    settings
    root=$(small_root) || exit
    for place in one 'another place'; do
        fresh "$work/$place"
        as_user "$kiwi" --no-cache --type ext4 --type squashfs system create --root "$root" \
            --target-dir "$work/$place" || fail "create ended with $?"
    done
    for type in ext4 squashfs; do
        cmp "$(result "$work/one/$type" filesystem_image)" "$(result "$work/another place/$type" filesystem_image)" || fail "$type differs"
    done
}

test_kernel_files() {
    local target=$work/kernel-files stem
    fresh "$target"
    as_user "$kiwi" --profile kernel --type kis system build --description "$stage/tests/live" --target-dir "$target" ||
        fail "build ended with $?"
    stem=$(result "$target" kis_rootfs)
    [ -n "$stem" ] || fail "no root file system"
    read -r sum blocks size <"$stem.sha256"
    [ "$(checksum "$stem")" = "$sum" ] || fail "the checksum is wrong"
    [ $((blocks * size)) -eq "$(stat -c %s "$stem")" ] || fail "the size is wrong: $blocks $size"
    [ "$(md5sum <"$stem" | cut -d' ' -f1)" = "$(cut -d' ' -f1 "$stem.md5")" ] || fail "the MD5 is wrong"
    as_user "$kiwi" image boot "$stem" --kernel "$stem"-*.kernel --initrd "$stem.initrd" \
        --append "$(cat "$stem.append") systemd.mask=kiwi-selftest.service" --expect 'login:' --timeout 420
}

# opened IMAGE KEY: decrypts a LUKS volume into $work/opened, without the device mapper.
opened() {
    as_user rm -f "$work/opened" "$work/opened.header"
    as_user cp --sparse=always "$1" "$work/opened"
    as_user /usr/sbin/cryptsetup --batch-mode --disable-locks reencrypt --decrypt --header "$work/opened.header" \
        --force-offline-reencrypt --key-file "$2" "$work/opened" || fail "it cannot be decrypted with $2"
}

# An encrypted root file system: the volume is one, its content is whole, and a machine that has the key boots it.
test_luks() {
    local target=$work/luks description stem volume
    description=$(description luks-description)
    printf 'open it' | as_user tee "$work/passphrase" >/dev/null
    as_user sed -i -e "s,<type image=\"kis\",& luks=\"file://$work/passphrase\" luks_version=\"luks2\" luks_pbkdf=\"pbkdf2\"," \
        -e '0,/<packages type="image">/s,,&<package name="cryptsetup"/>,' "$description/config.xml"
    fresh "$target"
    as_user "$kiwi" --profile kernel --type kis system build --description "$description" --target-dir "$target" ||
        fail "build ended with $?"
    stem=$(result "$target" kis_rootfs)
    volume=$(as_user /usr/sbin/cryptsetup --disable-locks luksUUID "$stem") || fail "not a LUKS volume: $stem"
    grep -q "rd.luks.uuid=$volume" "$stem.append" || fail "the command line does not name the volume"
    ! grep -rqs 'open it' "$target/build"/*.log || fail "the passphrase is in the log"
    opened "$stem" "$work/passphrase"
    e2fsck -fn "$work/opened" || fail "e2fsck complains"
    debugfs -R 'cat /usr/lib/os-release' "$work/opened" 2>/dev/null | grep -q '^ID=' || fail "the content is not the tree"
    # A second archive behind the initrd brings the key; it must start at a multiple of 4.
    as_user mkdir -p "$work/key"
    as_user cp "$work/passphrase" "$work/key/the.key"
    as_user cp "$stem.initrd" "$work/luks.initrd"
    as_user truncate -s %512 "$work/luks.initrd"
    echo the.key | as_user cpio --create --format=newc --quiet --directory "$work/key" |
        as_user tee -a "$work/luks.initrd" >/dev/null
    as_user "$kiwi" image boot "$stem" --kernel "$stem"-*.kernel --initrd "$work/luks.initrd" \
        --append "$(cat "$stem.append") rd.luks.key=$volume=/the.key systemd.mask=kiwi-selftest.service" \
        --expect 'login:' --timeout 420
    as_user rm -f "$work/opened" "$work/opened.header"
}

# A complete xfs can only be written by a helper machine.
test_helper_machine() {
    local target=$work/helper image root
    fresh "$target"
    as_user "$kiwi" --profile kernel --type xfs system build --description "$stage/tests/live" --target-dir "$target" ||
        fail "build ended with $?"
    image=$(result "$target" filesystem_image)
    xfs_repair -n "$image" || fail "xfs_repair complains"
    if copied "$image" "$work/unpacked"; then
        [ "$(in_namespace getfattr -d -m security.capability "$work/unpacked/usr/bin/ping" | grep -c capability)" = 1 ] ||
            fail "the capability of ping is lost"
        [ "$(stat -c %h "$work/unpacked/usr/bin/perl")" = 2 ] || fail "hard links are lost"
        in_namespace rm -rf "$work/unpacked"
    fi
    # A tree without a kernel, and with device nodes, which mkfs.btrfs cannot write.
    root=$(small_root) || exit
    fresh "$work/btrfs"
    as_user "$kiwi" --no-cache --type btrfs system create --root "$root" --target-dir "$work/btrfs" ||
        fail "create ended with $?"
    image=$(result "$work/btrfs" filesystem_image)
    btrfs check "$image" >&2 || fail "btrfs complains"
    if copied "$image" "$work/unpacked"; then
        same "$root" "$work/unpacked"
        in_namespace rm -rf "$work/unpacked"
    fi
}

# files_of TARGET: unpacks the archive of a network-boot image there and prints the path of its root file system.
files_of() {
    local archive
    archive=$(result "$1" kis_archive)
    [ -s "$archive" ] || return 1
    as_user mkdir "$1/files"
    as_user tar -C "$1/files" -xf "$archive"
    archive=${archive##*/}
    echo "$1/files/${archive%.tar.xz}"
}

# A network-boot image whose initrd is a boot description of its own.
test_boot_image() {
    local target=$work/boot-image log stem uuid
    fresh "$target"
    settings
    as_user "$kiwi" --config "$work/kiwi.yml" system build --description "$stage/tests/boot-image" \
        --target-dir "$target" || fail "build ended with $?"
    stem=$(files_of "$target") || fail "no archive"
    [ -s "$stem.initrd.xz" ] || fail "no initrd"
    log=$target/build/image-root.log
    grep -q "config.xml:.*'nano', which the boot image does not have" "$log" || fail "nothing about nano"
    grep -q "config.xml:.*'no_such_driver', which fits no module" "$log" || fail "nothing about the driver"
    xz -dc "$stem.initrd.xz" | cpio --quiet -it >"$work/initrd.list" || fail "the initrd cannot be read"
    grep -q '/ext4\.ko' "$work/initrd.list" || fail "ext4 is missing"
    # What ext4 asks for by another name.
    grep -q '/crc32c_generic\.ko' "$work/initrd.list" || fail "crc32c is missing"
    ! grep -q '/xfs\.ko' "$work/initrd.list" || fail "xfs is there"
    [ "$(grep '^boot/' "$work/initrd.list")" = boot/mbrid ] || fail "other files in /boot"
    ! grep -qE '^(image|usr/share/doc)(/|$)' "$work/initrd.list" || fail "the description or documents are there"
    uuid=$(blkid -o value -s UUID "$stem")
    as_user "$kiwi" image boot "$stem" --kernel "$stem"-*.kernel --initrd "$stem.initrd.xz" \
        --append "root=UUID=$uuid rw console=ttyS0,115200" --expect 'BOOT-IMAGE: passed' --expect 'login:' \
        --timeout 420
    # In another place and without cache: the same bits.
    fresh "$work/boot image 2"
    as_user "$kiwi" --config "$work/kiwi.yml" --no-cache system build --description "$stage/tests/boot-image" \
        --target-dir "$work/boot image 2" || fail "the second build ended with $?"
    cmp "$stem.initrd.xz" "$(files_of "$work/boot image 2").initrd.xz" || fail "the initrds differ"
}

# labels TREE: those of some files.
labels() {
    # shellcheck disable=SC2016 # Python's
    mapped python3 -c 'import os, sys
for name in ["etc/shadow", "usr/bin/bash", "etc", "etc/passwd"]:
    try:
        label = os.getxattr(os.path.join(sys.argv[1], name), "security.selinux").decode().strip("\0").split(":")[2]
    except OSError as error:
        label = error.strerror
    print(name, label)' "$1"
}

# Labels of SELinux are set by an ordinary user and kept by packers; where they cannot be set, the system is asked to.
test_selinux() {
    local type image folder=$work/selinux root=$work/selinux-root out=$work/selinux-out
    as_user rm -rf "$folder"
    as_user mkdir "$folder"
    as_user tee "$folder/config.xml" >/dev/null <<'END'
<image schemaversion="8.5" name="labelled">
    <description type="system"><author>A</author><contact>a@example.org</contact><specification>S</specification></description>
    <preferences>
        <version>1.0.0</version><packagemanager>apt</packagemanager><rpm-excludedocs>true</rpm-excludedocs>
        <type image="ext4" primary="true"/><type image="tbz"/><type image="squashfs" squashfscompression="lz4"/>
        <type image="erofs"/>
    </preferences>
    <repository type="apt-deb" distribution="bookworm" components="main"><source path="buildhost:"/></repository>
    <packages type="bootstrap"><package name="base-files"/></packages>
    <packages type="image">
        <package name="selinux-policy-default"/><package name="policycoreutils"/>
    </packages>
</image>
END
    fresh "$root"
    as_user "$kiwi" system prepare --description "$folder" --root "$root" || fail "prepare ended with $?"
    labels "$root" >"$stage/output"
    says 'etc/shadow shadow_t'
    says 'usr/bin/bash shell_exec_t'
    labels "$root" >"$stage/labels"
    for type in squashfs ext4 erofs tbz; do
        fresh "$out-$type"
        as_user "$kiwi" --type $type system create --root "$root" --target-dir "$out-$type" || fail "$type: $?"
        mapped rm -rf "$out"
        as_user mkdir "$out"
        image=$(echo "$out-$type"/labelled*.{tar.xz,ext4,squashfs,erofs} | tr ' ' '\n' | grep -v '\*')
        case $type in
            tbz) mapped tar -xJf "$image" -C "$out" --xattrs --xattrs-include='*' ;;
            squashfs) mapped unsquashfs -q -n -f -no-exit-code -d "$out" "$image" >/dev/null ;;
            ext4)
                debugfs -R 'ea_list /etc/shadow' "$image" >"$stage/output" 2>&1
                says 'object_r:shadow_t:s0'
                continue
                ;;
            erofs)
                # fsck.erofs of Debian 12 restores no attributes.
                [ "$(strings "$image" | grep -c ':shadow_t:s0')" -gt 0 ] || fail 'erofs has no labels'
                continue
                ;;
        esac
        labels "$out" | diff "$stage/labels" - || fail "$type lost labels"
    done
    mapped rm -rf "$out"
    # Without the program: a system that can write its root sets them itself.
    printf '#!/bin/bash\nrm -f /usr/sbin/setfiles /sbin/setfiles\n' | as_user tee "$folder/config.sh" >/dev/null
    fresh "$out-build"
    expect_code 0 as_user "$kiwi" --type ext4 system build --description "$folder" --target-dir "$out-build"
    says 'SELinux labels could not be set: the tree has an SELinux policy but no setfiles'
    debugfs -R 'stat /.autorelabel' "$out-build"/*.ext4 2>&1 | grep -q 'Type: regular' || fail 'no /.autorelabel'
    fresh "$out-build"
    expect_code 0 as_user "$kiwi" --type squashfs system build --description "$folder" --target-dir "$out-build"
    says 'SELinux labels could not be set'
    ! unsquashfs -l "$out-build"/*.squashfs | grep 'squashfs-root/\.autorelabel' || fail 'a read-only root is asked to label itself'
    fresh "$out-build"
}
