# shellcheck shell=bash disable=SC2154 # set by scripts/boot-tests.sh
# The netboot client: what a boot server's config.<MAC> says happens on this machine. As root only.

netboot_mac=52:54:00:AB:CD:EF

# netboot_tree [PROFILE]: $work/tftp as KIWI's boot servers have it, with an image of version 1.0.0.
netboot_tree() {
    local folder=$media/${1:-netboot} stem
    [ "$(id -u)" -eq 0 ] || fail "needs root, for a network of its own"
    make_once live "${1:-netboot}" "$folder"
    stem=$folder/kiwi-selftest.x86_64-1.0.0
    as_user rm -rf "$work/tftp"
    as_user mkdir -p "$work/tftp"/{KIWI,boot,image,upload}
    chmod 777 "$work/tftp/upload"
    as_user ln "$stem"-*.kernel "$work/tftp/boot/linux"
    as_user ln "$stem.initrd" "$work/tftp/boot/initrd"
    as_user ln "$stem" "$work/tftp/image/kiwi-selftest.x86_64-1.0.0"
    as_user cp "$stem.sha256" "$stem.md5" "$work/tftp/image/"
}

# netboot_serve FOLDER: kernel and initrd of another result.
netboot_serve() {
    as_user rm -f "$work/tftp/boot/linux" "$work/tftp/boot/initrd"
    as_user ln "$1"/*.kernel "$work/tftp/boot/linux"
    as_user ln "$1"/*.initrd "$work/tftp/boot/initrd"
}

# netboot_config LINE...: the configuration of the machine.
netboot_config() {
    # It may be root's.
    rm -f "$work/tftp/KIWI/config.$netboot_mac"
    printf '%s\n' "$@" | as_user tee "$work/tftp/KIWI/config.$netboot_mac" >/dev/null
}

# netboot WORDS EXPECTED...: starts the machine of netboot_arguments; the console must have said all that. Empty
# WORDS: from its own disk.
netboot_arguments=()
netboot() {
    local words=$1 console=$work/netboot.console text
    shift
    WORDS=${words:+console=ttyS0,115200 DEVICE_TIMEOUT=300 $words} "$stage/tests/netboot-machine.sh" "$work/tftp" "$console" "${netboot_arguments[@]}"
    cat "$console"
    for text; do
        grep -qaE -- "$text" "$console" || fail "the console did not say: $text"
    done
}

# netboot_disk MIB: an empty disk.
netboot_disk() {
    as_user rm -f "$work/netboot.disk"
    as_user truncate -s "$1M" "$work/netboot.disk"
    netboot_arguments=(-drive "file=$work/netboot.disk,format=raw,if=virtio,cache=unsafe")
}

netboot_passed='SELFTEST passed=[1-9][0-9]* failed=0'

# An unknown machine registers, then gets its configuration; an empty disk becomes a system that starts
# alone; version 2 replaces it and leaves the other partition alone.
test_netboot_deploy() {
    local image=$work/tftp/image/kiwi-selftest.x86_64 start blocks disk=$work/netboot.disk
    # Other words for the installed system: what the self-test should find.
    local test='selftest.root=ext4 selftest.least=1800 selftest.kernel=/boot/initrd.kiwi selftest.mounts=[SWAP]:swap,/srv:ext4'
    local lines=('# Lines as in 2007.' 'IMAGE=/dev/hda2;image/kiwi-selftest.x86_64;1.0.0;10.77.0.1;4096'
        'PART=200;S;x,2000;L;/,x;L;/srv' 'DISK=/dev/hda' 'KIWI_KERNEL=/boot/linux' 'KIWI_INITRD=/boot/initrd'
        "CONF=/KIWI/$netboot_mac/motd;/etc/motd;10.77.0.1;1024, \\" "    /KIWI/$netboot_mac/new;/etc/new/file;10.77.0.1;1024"
        "KIWI_KERNEL_OPTIONS='console=ttyS0,115200 $test'" 'KIWI_BOOT_TIMEOUT=1')
    netboot_tree
    netboot_disk 3000
    as_user mkdir "$work/tftp/KIWI/$netboot_mac"
    echo 'Delivered by the server' | as_user tee "$work/tftp/KIWI/$netboot_mac/motd" "$work/tftp/KIWI/$netboot_mac/new" >/dev/null
    netboot_config "${lines[@]}"
    as_user mv "$work/tftp/KIWI/config.$netboot_mac" "$work/netboot.config"
    ON_UPLOAD=$work/netboot.config netboot "kiwiserver=10.77.0.1 kiwiservertype=tftp $test selftest.source=/dev/vda2" \
        'has no configuration for 52:54:00:AB:CD:EF \(10\.77\.0\.[0-9]+\): registered as upload/hwtype.52:54:00:AB:CD:EF' \
        'kiwi: Configuration of 52:54:00:AB:CD:EF' 'kiwi: /dev/hda is /dev/vda here' 'kiwi: Partitioning /dev/vda .*empty' \
        "kiwi: Loaded: .* sha256 $(cut -d' ' -f1 "$image-1.0.0.sha256")" 'kiwi: Delivered: /etc/new/file' \
        'kiwi: The disk starts by itself: GRUB \(i386-pc\)' 'SELFTEST-BOOT 1' "$netboot_passed" 'reboot: Power down'
    grep -qx 'ARCHITECTURE=x86_64' "$work/tftp/upload/hwtype.$netboot_mac" || fail "the registration"
    # Alone.
    start=$(sfdisk --dump "$disk" | sed -n 's/.*disk2 : start= *\([0-9]*\),.*/\1/p')
    debugfs -R 'cat /etc/motd' "$disk?offset=$((start * 512))" | grep -q '^Delivered' || fail "/etc/motd"
    boot "$disk" --write --firmware bios --expect 'SELFTEST-BOOT 2$' --expect 'reboot: Power down' || fail "the local boot"
    # Known and up to date: by HTTP this time.
    start=$(sfdisk --dump "$disk" | sed -n 's/.*disk3 : start= *\([0-9]*\),.*/\1/p')
    echo 'of the user' >"$work/user-data"
    debugfs -w -R "write $work/user-data data" "$disk?offset=$((start * 512))"
    netboot "kiwiserver=10.77.0.1 kiwiservertype=http $test" 'kiwi: /dev/vda has the partitions of PART already' \
        'kiwi: The system is up to date, nothing is loaded' 'SELFTEST-BOOT 3' "$netboot_passed"
    # Version 2.
    as_user cp --sparse=always "$image-1.0.0" "$image-2.0.0"
    debugfs -w -R 'mkdir /srv/version2' "$image-2.0.0"
    blocks=$(($(stat -c %s "$image-2.0.0") / 8192))
    md5sum <"$image-2.0.0" | sed "s/-/$blocks 8192/" | as_user tee "$image-2.0.0.md5"
    netboot_config "${lines[@]/1.0.0/2.0.0}"
    netboot "kiwiserver=10.77.0.1 kiwiservertype=http $test" 'kiwi: The system is loaded: it does not have kiwi-selftest.x86_64-2.0.0' \
        'kiwi: /dev/vda3 \(/srv\): the ext4 file system on it is kept' "kiwi: Loaded: .* md5 $(cut -d' ' -f1 "$image-2.0.0.md5")" \
        'SELFTEST-BOOT 1' "$netboot_passed"
    debugfs -R 'cat /data' "$disk?offset=$((start * 512))" | grep -qx 'of the user' || fail "the user's data are gone"
    boot "$disk" --write --firmware bios --expect 'SELFTEST-BOOT 2$' --expect 'reboot: Power down' || fail "the local boot of version 2"
    as_user rm -f "$disk"
}

# A mirror of two disks: one of them starts the system alone, and an empty disk takes the place of the other.
test_netboot_raid() {
    local first=$work/netboot.disk second=$work/netboot.disk2
    local test='selftest.root=ext4 selftest.kernel=/boot/initrd.kiwi selftest.mounts=[SWAP]:swap selftest.source=/dev/md1'
    local words="kiwiserver=10.77.0.1 kiwiservertype=http $test"
    netboot_tree full
    netboot_disk 1600
    as_user rm -f "$second"
    as_user truncate -s 1500M "$second"
    netboot_arguments+=(-drive "file=$second,format=raw,if=virtio,cache=unsafe")
    netboot_config 'RAID=1;/dev/sda;/dev/sdb' 'PART=100;S;x,x;L;/' 'IMAGE=/dev/md1;kiwi-selftest.x86_64;1.0.0' \
        'KIWI_KERNEL=/boot/linux' 'KIWI_INITRD=/boot/initrd' "KIWI_KERNEL_OPTIONS='console=ttyS0,115200 $test'" 'KIWI_BOOT_TIMEOUT=1'
    netboot "$words" 'kiwi: /dev/vda /dev/vdb: new arrays of level 1' 'kiwi: Loaded: .* sha256' \
        'kiwi: The disk starts by itself: GRUB \(i386-pc\) on /dev/vda /dev/vdb' 'SELFTEST-BOOT 1' "$netboot_passed" 'reboot: Power down'
    boot "$second" --write --firmware bios --expect 'SELFTEST-BOOT 2$' --expect "$netboot_passed" --expect 'reboot: Power down' ||
        fail "the second disk alone"
    # The first one is a new disk now.
    as_user rm -f "$first"
    as_user truncate -s 1600M "$first"
    netboot "$words" 'kiwi: /dev/vdb: the arrays of RAID are there already' 'kiwi: /dev/vda2 is taken into /dev/md1' \
        'kiwi: The system is up to date, nothing is loaded' 'SELFTEST-BOOT 3' "$netboot_passed"
    # With data on it, it is left alone.
    as_user rm -f "$first"
    as_user truncate -s 1600M "$first"
    mke2fs -q -F -t ext4 "$first"
    netboot "$words" 'kiwi: /dev/vda is left alone' 'kiwi: The system is up to date' 'SELFTEST-BOOT 4' "$netboot_passed"
    e2fsck -fn "$first" || fail "the other disk was changed"
    as_user rm -f "$first" "$second"
}

# What a configuration says is data: nothing of it is run, and a machine with a wrong one is not changed.
test_netboot_hostile() {
    local before
    netboot_tree
    netboot_disk 3000
    before=$(checksum "$work/netboot.disk")
    # shellcheck disable=SC2016 # not expanded: that is the point
    netboot_config 'PATH=/nowhere' 'IMAGE=$(poweroff -f)' 'poweroff -f; `poweroff -f`'
    UNTIL='Next step' netboot 'kiwiservertype=http kiwiserver=10.77.0.1' 'PATH is not a key of netboot configurations' \
        "FAILED: config.52:54:00:AB:CD:EF line 2: IMAGE: '\\\$\(poweroff -f\)' is no device" 'Next step: reboot in 120 seconds'
    # A checksum that is wrong every time; a small image, as it is loaded three times.
    as_user dd "if=$work/tftp/image/kiwi-selftest.x86_64-1.0.0" "of=$work/tftp/image/damaged.x86_64-1.0.0" bs=1M count=48 status=none
    printf '%064d  damaged.x86_64-1.0.0\n' 0 | as_user tee "$work/tftp/image/damaged.x86_64-1.0.0.sha256" >/dev/null
    netboot_config 'IMAGE=/dev/sda1;damaged.x86_64;1.0.0;;' 'PART=2000;L;/' 'DISK=/dev/sda'
    CARDS=2 UNTIL='Next step' netboot 'kiwiservertype=http' 'is damaged: its sha256 is .*; trying again \(2 of 3\)' \
        'FAILED: damaged.x86_64-1.0.0 is damaged' 'Next step: reboot in 120 seconds'
    [ "$before" != "$(checksum "$work/netboot.disk")" ] || fail "the disk was not partitioned"
    [ -z "$(blkid -p -o value -s TYPE -O 1M "$work/netboot.disk")" ] || fail "a damaged image looks like a file system"
    as_user rm -f "$work/netboot.disk"
}

# A read-only image with changes on another partition, as in KIWI's manual, by TFTP; later the disk
# starts alone.
test_netboot_union() {
    local test='selftest.root=overlay' disk=$work/netboot.disk
    netboot_tree
    make_once live netroot "$media/netroot"
    as_user ln "$media/netroot/kiwi-selftest.x86_64-1.0.0" "$work/tftp/image/browser-1.1.1"
    as_user cp "$media/netroot/kiwi-selftest.x86_64-1.0.0.md5" "$work/tftp/image/browser-1.1.1.md5"
    netboot_disk 2000
    netboot_config 'IMAGE=/dev/sda3:image/browser;1.1.1;10.77.0.1;4096' 'PART=200;S;x,600;L://,x;L;x' \
        'UNIONFS_CONFIG=/dev/sda2,/dev/sda3,aufs' 'DISK=/dev/sda' 'KIWI_KERNEL=boot/linux' 'KIWI_INITRD=boot/initrd' \
        "KIWI_KERNEL_OPTIONS='console=ttyS0,115200 $test'" 'KIWI_BOOT_TIMEOUT=1'
    netboot "$test" 'kiwi: Loading browser-1.1.1 from 10.77.0.1 to /dev/vda3' 'kiwi: Making a file system for changes on /dev/vda2' \
        'kiwi: The disk starts by itself' 'SELFTEST-AREA ext4' 'SELFTEST-BOOT 1' "$netboot_passed"
    boot "$disk" --write --firmware bios --expect 'SELFTEST-AREA ext4' --expect 'SELFTEST-BOOT 2$' \
        --expect 'reboot: Power down' || fail "the local boot"
    netboot "$test" 'kiwi: The system is up to date' 'SELFTEST-BOOT 3' "$netboot_passed"
    as_user rm -f "$disk"
}

# A machine with UEFI gets the configuration of its group, and starts from its disk by UEFI.
test_netboot_efi() {
    local test='selftest.root=ext4 selftest.kernel=/boot/initrd.kiwi selftest.mounts=/boot/efi:vfat'
    netboot_tree full
    netboot_disk 2400
    netboot_arguments+=("${ovmf[@]}")
    netboot_config '# not read: the name is of another machine'
    mv "$work/tftp/KIWI/config.$netboot_mac" "$work/tftp/KIWI/config.52:54:00:AB:CD:00"
    printf '%s\n' 'KIWI_GROUP="first,second"' 'first_KIWI_MAC_LIST="52:54:00:AB:CD:00,52:54:00:AB:CD:01"' \
        "second_KIWI_MAC_LIST=\"52:54:00:AB:CD:02,$netboot_mac\"" | as_user tee "$work/tftp/KIWI/config.group" >/dev/null
    printf '%s\n' 'IMAGE=/dev/sda2;kiwi-selftest.x86_64;1.0.0' 'PART=100;ef;/boot/efi,x;L;/' 'DISK=/dev/sda' 'KIWI_KERNEL=/boot/linux' \
        'KIWI_INITRD=/boot/initrd' "KIWI_KERNEL_OPTIONS='console=ttyS0,115200 $test'" 'KIWI_BOOT_TIMEOUT=1' |
        as_user tee "$work/tftp/KIWI/config.second" >/dev/null
    netboot "kiwiservertype=http $test" 'kiwi: Configuration of 52:54:00:AB:CD:EF .*: KIWI/config.second' \
        'kiwi: The disk starts by itself: GRUB \(i386-pc x86_64-efi\) on /dev/vda' 'SELFTEST-BOOT 1' "$netboot_passed"
    boot "$work/netboot.disk" --write --firmware uefi --expect 'SELFTEST-BOOT 2$' --expect "$netboot_passed" \
        --expect 'reboot: Power down' || fail "the local boot"
    as_user rm -f "$work/netboot.disk"
}

# The same image by multicast, from a server that offers it.
test_netboot_multicast() {
    local disk=$work/netboot.disk deb
    netboot_tree full
    make_once live netroot "$media/netroot"
    as_user ln "$media/netroot/kiwi-selftest.x86_64-1.0.0" "$work/tftp/image/browser-1.1.1"
    as_user cp "$media/netroot/kiwi-selftest.x86_64-1.0.0.sha256" "$work/tftp/image/browser-1.1.1.sha256"
    as_user cp "$media/netroot/kiwi-selftest.x86_64-1.0.0.md5" "$work/tftp/image/browser-1.1.1.md5"
    # It cannot be installed beside the other server.
    as_user rm -rf "$work/atftpd"
    as_user mkdir "$work/atftpd"
    as_user env -C "$work/atftpd" apt-get --quiet download atftpd || fail "no package atftpd"
    for deb in "$work"/atftpd/*.deb; do as_user dpkg-deb --extract "$deb" "$work/atftpd/tree"; done
    netboot_disk 1000
    netboot_config 'IMAGE=/dev/sda1;image/browser;1.1.1;10.77.0.1;16384' 'PART=600;L;x' 'UNIONFS_CONFIG=tmpfs,/dev/sda1,overlay' \
        'DISK=/dev/sda' 'DO_NOT_INSTALL_BOOTLOADER=1'
    ATFTPD=$work/atftpd/tree/usr/sbin/atftpd netboot selftest.root=overlay 'kiwi: Loading browser-1.1.1 from 10.77.0.1 to /dev/vda1' \
        'kiwi: Came by multicast' "kiwi: Loaded: .* sha256 $(cut -d' ' -f1 "$work/tftp/image/browser-1.1.1.sha256")" "$netboot_passed"
    as_user rm -f "$disk"
}

# described_client: the client that our own boot description makes, and the system in $work/described.
described_client() {
    local folder=$work/described
    netboot_tree
    make_once live described "$media/described"
    as_user rm -rf "$folder"
    as_user mkdir "$folder"
    as_user tar -C "$folder" -xf "$media/described/kiwi-selftest.x86_64-1.0.0.tar.xz"
    netboot_serve "$folder"
}

# The client of our own boot description; the image stays in memory. Two network cards, only the second
# one is answered.
test_netboot_described() {
    local folder=$work/described
    described_client
    as_user ln "$folder/kiwi-selftest.x86_64-1.0.0" "$work/tftp/image/memory-1.0.0"
    as_user cp "$folder/kiwi-selftest.x86_64-1.0.0.sha256" "$work/tftp/image/memory-1.0.0.sha256"
    netboot_arguments=()
    netboot_config 'IMAGE=/dev/ram1;memory;1.0.0' 'UNIONFS_CONFIG=tmpfs,/dev/ram1,overlay'
    CARDS=2 netboot 'kiwiservertype=http selftest.root=overlay' 'kiwi: Configuration of 52:54:00:AB:CD:EF' \
        'kiwi: Loading memory-1.0.0 from 10.77.0.1 to /dev/' 'SELFTEST-AREA tmpfs' "$netboot_passed"
}

# Roots of a server: NFS by the kernel's numbers alone, NBD with changes on the server too, AoE. Nothing is loaded.
test_netboot_roots() {
    local root=$media/netroot/kiwi-selftest.x86_64-1.0.0 tree=$work/nfs disk=$work/changes test='selftest.root=overlay'
    netboot_tree
    make_once live netroot "$media/netroot"
    rm -rf "$tree"
    unsquashfs -no-progress -d "$tree" "$root" >/dev/null
    as_user rm -f "$disk"
    as_user truncate -s 512M "$disk"
    cat >"$stage/ganesha.conf" <<END
NFS_CORE_PARAM { Protocols = 4; Bind_addr = 10.77.0.1; Enable_NLM = false; Enable_RQUOTA = false; }
NFSv4 { Graceless = true; RecoveryBackend = fs; Allow_Numeric_Owners = true; Only_Numeric_Owners = true; }
EXPORT { Export_Id = 1; Path = $tree; Pseudo = /root; Access_Type = RO; Squash = No_Root_Squash; SecType = sys;
    Protocols = 4; Transports = TCP; FSAL { Name = VFS; } }
END
    printf '[generic]\n  listenaddr = 10.77.0.1\n[root]\n  exportname = %s\n  readonly = true\n[changes]\n  exportname = %s\n' \
        "$root" "$disk" >"$stage/nbd.conf"
    printf '%s\n' '#!/bin/bash' 'mkdir -p /run/ganesha' \
        "ganesha.nfsd -F -f '$stage/ganesha.conf' -L '$work/ganesha.log' -p '$work/ganesha.pid' &" \
        "nbd-server -C '$stage/nbd.conf' >'$work/nbd.log' 2>&1" "vblade -r 0 1 wire '$root' >'$work/vblade.log' 2>&1 &" \
        >"$stage/netboot-servers"
    chmod 755 "$stage/netboot-servers"
    export BESIDE=$stage/netboot-servers
    netboot_arguments=()
    netboot_config 'NFSROOT=10.77.0.1;/root' 'UNIONFS_CONFIG=tmpfs,nfs,aufs'
    # NFS has no capabilities of files: that one check cannot pass.
    netboot "$test" 'kiwi: Configuration of 52:54:00:AB:CD:EF' 'SELFTEST-AREA tmpfs' 'CHECK capability FAILED' \
        'SELFTEST passed=1[0-9] failed=1' || fail "NFSROOT"
    netboot_config 'NBDROOT=10.77.0.1;root;/dev/nbd0;;;changes'
    netboot "$test" 'kiwi: Making a file system for changes on /dev/nbd2' 'SELFTEST-AREA ext4' 'SELFTEST-BOOT 1' \
        "$netboot_passed" || fail "NBDROOT"
    netboot "$test" 'SELFTEST-AREA ext4' 'SELFTEST-BOOT 2' "$netboot_passed" || fail "NBDROOT once more"
    netboot_config 'AOEROOT=e0.1'
    netboot "$test" 'SELFTEST-AREA tmpfs' 'SELFTEST-BOOT 1' "$netboot_passed" || fail "AOEROOT"
    rm -rf "$tree" "$disk"
}

# netboot_keys: two keys of people who may log in, and a third of somebody else; the program that tries them.
netboot_keys() {
    local name
    rm -rf "$stage/keys"
    mkdir -m 700 "$stage/keys"
    for name in first second other; do ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$stage/keys/$name"; done
    cat "$stage/keys/first.pub" "$stage/keys/second.pub" | as_user tee "$work/tftp/KIWI/debug_ssh.pub" >/dev/null
    cat >"$stage/netboot-login" <<END
#!/bin/bash
set -euo pipefail
more=(-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes -o ConnectTimeout=60)
for key in first second; do ssh "\${more[@]}" -i '$stage/keys/'\$key "root@\$1" 'echo LOGIN as \$(stat -c %U /proc/self), \$(uname -r)'; done
if ssh "\${more[@]}" -i '$stage/keys/other' "root@\$1" true; then echo 'FAILED: a stranger was let in'; fi
more+=(-i '$stage/keys/first')
echo 'a file' >'$stage/keys/file'
scp "\${more[@]}" '$stage/keys/file' "root@\$1:/run/by-scp"
rsync -e "ssh \${more[*]}" '$stage/keys/file' "root@\$1:/run/by-rsync"
ssh "\${more[@]}" "root@\$1" 'cat /run/by-scp /run/by-rsync; echo LOGIN-DONE >/dev/console'
END
    chmod 755 "$stage/netboot-login"
}

# netboot_logged_in: what the program has seen.
netboot_logged_in() {
    cat "$work/netboot.console.login"
    [ "$(grep -c '^LOGIN as root' "$work/netboot.console.login")" = 2 ] || fail "not both keys"
    [ "$(grep -c '^a file' "$work/netboot.console.login")" = 2 ] || fail "scp and rsync"
    ! grep -q FAILED "$work/netboot.console.login" || fail "the login"
}

# A login with the keys of the server, by TFTP: into a client that waits for its configuration.
test_netboot_login() {
    described_client
    netboot_keys
    rm -f "$work/tftp/KIWI"/config.*
    netboot_arguments=()
    LOGIN=$stage/netboot-login UNTIL=LOGIN-DONE netboot 'kiwidebug' 'kiwi: Debugging: ssh root@10.77.0.[0-9]*, with the 2 keys' LOGIN-DONE
    netboot_logged_in
}

# The same in the installer, by HTTP: it waits for an answer which disk is meant.
test_install_login() {
    local folder=$work/install-login target=$media/disk-install-login stem copy
    if ! [ -f "$target/kiwi.result.json" ]; then
        copy=$(as_user mktemp -d "$work/description.XXXXXX")
        as_user cp -aL "$stage/tests/disk/." "$copy/"
        as_user sed -i 's,<package name="dracut"/>,&<package name="dropbear-bin"/><package name="openssh-sftp-server"/><package name="rsync"/>,' \
            "$copy/config.xml"
        settings
        as_user "$kiwi" --config "$work/kiwi.yml" --profile install-net system build --description "$copy" \
            --target-dir "$target" || fail "build ended with $?"
    fi
    as_user rm -rf "$folder" "$work/tftp"
    as_user mkdir -p "$folder" "$work/tftp"/{KIWI,boot,image,upload}
    as_user tar -xf "$(result "$target" installation_pxe_archive)" -C "$folder"
    stem=$(basename "$folder"/*.append .append)
    as_user ln "$folder/pxeboot.$stem.kernel" "$work/tftp/boot/linux"
    as_user ln "$folder/pxeboot.$stem.initrd" "$work/tftp/boot/initrd"
    as_user ln "$folder/$stem.xz" "$folder/$stem.sha256" "$work/tftp/image/"
    netboot_keys
    netboot_arguments=()
    LOGIN=$stage/netboot-login UNTIL=LOGIN-DONE netboot \
        "rd.kiwi.install.pxe rd.kiwi.install.image=http://10.77.0.1/image/$stem.xz ip=dhcp kiwidebug" \
        'Debugging: ssh root@10.77.0.[0-9]*, with the 2 keys' LOGIN-DONE
    netboot_logged_in
}

# split_system: a description of 2007 of type split, with the client of our boot description; its files in $work/split.
split_system() {
    local copy=$work/split-description
    if ! [ -f "$media/split/kiwi.result.json" ]; then
        as_user rm -rf "$copy"
        as_user cp -r "$stage/tests/former" "$copy"
        as_user sed -i -e '/<type /d' -e '/<size/d' -e '/<compressed>/d' \
            -e 's,<version>,<type primary="true" boot="netboot/apt" filesystem="ext3\,squashfs">split</type>&,' \
            -e 's,server="192.168.100.2",server="10.77.0.1",' -e 's,<partition type="L".*,<partition type="L" number="2" size="700" target="true"/><partition type="L" number="3" size="x"/>,' \
            "$copy/config.xml"
        settings
        as_user "$kiwi" --config "$work/kiwi.yml" system build --description "$copy" --target-dir "$media/split" || fail "build ended with $?"
    fi
    as_user rm -rf "$work/split" "$work/tftp"
    as_user mkdir -p "$work/split" "$work/tftp"/{KIWI,boot,image,upload}
    as_user tar -C "$work/split" -xf "$(result "$media/split" kis_archive)"
    netboot_serve "$work/split"
    as_user ln "$work/split"/former{,-read-only}.x86_64-1.1.2{,.md5,.sha256} "$work/tftp/image/"
}

# Two images of one system, joined on the disk, which then starts alone.
test_netboot_split() {
    local test='kiwiservertype=http console=ttyS0,115200'
    split_system
    e2fsck -fn "$work/split/former.x86_64-1.1.2" || fail "the first image"
    debugfs -R 'ls -p /' "$work/split/former.x86_64-1.1.2" 2>/dev/null | grep -q '/usr/' && fail "the first image has /usr"
    [ "$(unsquashfs -l "$work/split/former-read-only.x86_64-1.1.2" | grep -E '^squashfs-root/[^/]*$')" = squashfs-root/usr ] ||
        fail "the second image has more than /usr"
    netboot_disk 2000
    # What the <deploy> section of 2007 gave.
    cat "$work/split/config.default"
    { cat "$work/split/config.default" && printf '%s\n' "KIWI_KERNEL=boot/linux" "KIWI_INITRD=boot/initrd" \
        "KIWI_KERNEL_OPTIONS='$test'" KIWI_BOOT_TIMEOUT=1; } | as_user tee "$work/tftp/KIWI/config.default" >/dev/null
    netboot "$test" 'kiwi: Loading former.x86_64-1.1.2 from 10.77.0.1' 'kiwi: Loading former-read-only.x86_64-1.1.2 from 10.77.0.1' \
        'kiwi: The disk starts by itself' 'SELFTEST root: ext3' "$netboot_passed" 'reboot: Power down'
    boot "$work/netboot.disk" --write --firmware bios --expect 'SELFTEST root: ext3' --expect 'reboot: Power down' || fail "the local boot"
    as_user rm -f "$work/netboot.disk"
}
