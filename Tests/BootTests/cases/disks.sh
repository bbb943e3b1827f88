# shellcheck shell=bash disable=SC2154,SC2016 # set by scripts/boot-tests.sh
# Disks: partitions, loaders, what stands below the root, growing, installation.

# boots_twice PROFILE SIZE ARGUMENTS...: a larger copy of the disk boots, is switched off in order, and boots again.
# With $kept the copy stays.
boots_twice() {
    local copy=$work/$1.disk raw number
    raw=$(result "$(disk "$1")" disk_image) || exit
    as_user rm -f "$copy"
    as_user cp --sparse=always "$raw" "$copy"
    as_user truncate -s "$2" "$copy"
    shift 2
    for number in 1 2; do
        as_user "$kiwi" image boot "$copy" --write --expect "SELFTEST-BOOT $number" \
            --expect 'SELFTEST passed=[1-9][0-9]* failed=0' --expect 'Power down' --timeout "${patience:-420}" "$@" ||
            fail "boot $number"
    done
    [ -n "${kept:-}" ] || as_user rm -f "$copy"
}

# boots_once PROFILE ARGUMENTS...: the disk boots as it was built.
boots_once() {
    local raw
    raw=$(result "$(disk "$1")" disk_image) || exit
    shift
    boot "$raw" "$@"
}

test_disk_bios() { boots_once bios --firmware bios; }
test_disk_efi() {
    boots_once efi --firmware uefi
    boots_once efi --firmware bios
}
test_disk_uefi() { boots_once uefi --firmware uefi; }
test_disk_xfs() { boots_twice xfs 5G --firmware uefi; }
test_disk_btrfs() { boots_twice btrfs 5G --firmware uefi; }
test_disk_parts() { boots_once parts --firmware uefi; }
test_disk_logical() { boots_once logical --firmware bios; }
test_disk_grow() { boots_twice grow 5G --firmware uefi; }
test_disk_lvm() { boots_twice lvm 5G --firmware uefi; }
test_disk_luks_lvm() { boots_twice luks-lvm 4G --firmware uefi; }
test_disk_raid() { boots_twice raid 4G --firmware uefi; }

test_disk_btrfs_volumes() { boots_twice btrfs-volumes 3G --firmware uefi; }
test_disk_btrfs_snapper() { boots_twice btrfs-snapper 4G --firmware uefi; }
test_disk_overlay() { boots_twice overlay 3G --firmware uefi; }
test_disk_overlay_ram() { boots_once overlay-ram --firmware bios; }
test_disk_overlay_verity() { boots_twice overlay-verity 4G --firmware uefi; }
test_disk_integrity() { boots_once integrity --firmware uefi; }
test_disk_integrity_luks() { boots_once integrity-luks --firmware uefi; }
test_disk_sdboot() { boots_twice sdboot 4G --firmware uefi; }
test_disk_uki() {
    boots_once uki --firmware uefi
    boots_once uki-sdboot --firmware uefi
}
test_disk_custom() { boots_once custom --firmware uefi; }
test_disk_luks() { boots_twice luks 5G --firmware bios --answer 'passphrase for disk.*=secret'; }
# The first boot gives the disk a volume key of its own; the passphrase stays.
test_disk_reencrypt() {
    local raw before after
    raw=$(result "$(disk reencrypt)" disk_image) || exit
    before=$(volume_key_digest "$raw")
    kept=1 boots_twice reencrypt 4G --firmware bios --answer 'passphrase for disk.*=secret'
    after=$(volume_key_digest "$work/reencrypt.disk")
    if [ ${#before} -lt 20 ] || [ ${#after} -lt 20 ]; then fail "no digest: '$before' '$after'"; fi
    [ "$before" != "$after" ] || fail "the volume key is that of the image"
    as_user rm -f "$work/reencrypt.disk"
}

# volume_key_digest DISK: what the LUKS header of its last partition says of the volume key.
volume_key_digest() {
    local start
    start=$(sfdisk --dump "$1" | sed -n 's/.* start= *\([0-9]*\),.*/\1/p' | sort -n | tail -n 1)
    as_user dd if="$1" of="$work/header.luks" bs=512 skip="$start" count=32768 status=none
    cryptsetup luksDump --dump-json-metadata "$work/header.luks" |
        python3 -c 'import json, sys; print(*[d["digest"] for d in json.load(sys.stdin)["digests"].values()])'
    as_user rm -f "$work/header.luks"
}

test_disk_sectors() { boots_once sectors --firmware uefi --sector-size 4096; }

# does_not_start DISK ARGUMENTS...: it does not come as far as to examine itself.
does_not_start() {
    ! as_user "$kiwi" image boot "$@" --expect 'SELFTEST passed' --timeout "${patience:-180}" >&2 || fail "it started"
}

# altered PROFILE OFFSET: a copy of the disk with one byte flipped, and prints its path.
altered() {
    local copy=$work/$1.altered byte raw
    raw=$(result "$(disk "$1")" disk_image) || exit
    as_user rm -f "$copy"
    as_user cp --sparse=always "$raw" "$copy"
    byte=$(od -An -tu1 -j "$2" -N 1 "$copy" | tr -d ' ')
    printf '%b' "\\x$(printf %02x $((byte ^ 1)))" | dd of="$copy" bs=1 seek="$2" conv=notrunc status=none
    echo "$copy"
}

# The first byte of a partition, by its name in the GPT.
partition_start() {
    sfdisk --dump "$1" | sed -n "s/.* start= *\([0-9]*\),.*name=\"$2\".*/\1/p" | awk '{ print $1 * 512 }'
}

test_disk_secure_boot() {
    local raw copy esp
    boots_once uefi --firmware uefi --secure-boot
    raw=$(result "$(disk uefi)" disk_image) || exit
    # GRUB with another byte in its middle is not what was signed.
    copy=$work/unsigned.disk
    as_user cp --sparse=always "$raw" "$copy"
    esp=$(partition_start "$copy" p.UEFI)
    as_user mcopy -n -i "$copy@@$esp" ::/EFI/BOOT/grubx64.efi "$work/grubx64.efi"
    printf 'x' | as_user dd of="$work/grubx64.efi" bs=1 seek=700000 conv=notrunc status=none
    as_user mcopy -o -i "$copy@@$esp" "$work/grubx64.efi" ::/EFI/BOOT/grubx64.efi
    does_not_start "$copy" --firmware uefi --secure-boot
    as_user rm -f "$copy"
}

test_disk_verity() {
    local raw
    boots_once verity --firmware uefi
    raw=$(result "$(disk verity)" disk_image) || exit
    # In the superblock, which every mount reads.
    as_user "$kiwi" image boot "$(altered verity $(($(partition_start "$raw" p.lxroot) + 1024 + 120)))" \
        --firmware uefi --expect 'FAILED: the root file system is not what was built' --timeout 300
}

# Built in another place without cache: the same bits.
test_disk_equal() {
    local one other
    for place in one 'another place'; do
        fresh "$work/$place"
        as_user "$kiwi" --no-cache --profile lvm system build --description "$stage/tests/disk" \
            --target-dir "$work/$place" || fail "build ended with $?"
    done
    one=$(result "$work/one" disk_image)
    other=$(result "$work/another place" disk_image)
    cmp "$one" "$other" || fail "the disks differ"
    sfdisk --verify "$one" || fail "sfdisk complains"
    fresh "$work/one"
    fresh "$work/another place"
}

# The medium finds the one empty disk; the other one stays as it is.
test_disk_install() {
    local iso before
    iso=$(result "$(disk install)" installation_image) || exit
    as_user rm -f "$work/empty.disk" "$work/foreign.disk"
    as_user truncate -s 3G "$work/empty.disk"
    as_user truncate -s 64M "$work/foreign.disk"
    as_user /usr/sbin/mke2fs -q -t ext4 "$work/foreign.disk"
    before=$(checksum "$work/foreign.disk")
    as_user "$kiwi" image boot "$iso" --write --firmware uefi --disk "$work/foreign.disk" --disk "$work/empty.disk" \
        --expect 'SELFTEST passed=[1-9][0-9]* failed=0' --expect 'Power down' --timeout "${patience:-900}" ||
        fail "the installation"
    [ "$before" = "$(checksum "$work/foreign.disk")" ] || fail "the other disk was changed"
    # Without the medium.
    as_user "$kiwi" image boot "$work/empty.disk" --firmware uefi --expect 'SELFTEST-BOOT 2' \
        --expect 'SELFTEST passed=[1-9][0-9]* failed=0' --timeout "${patience:-420}" || fail "the installed disk"
    as_user rm -f "$work/empty.disk" "$work/foreign.disk"
}

# serve FOLDER: its files by HTTP on this machine; sets $served to the address guests see and $server.
serve() {
    as_user bash -c 'echo $$ >"$2/server.pid"; exec python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$1"' _ \
        "$1" "$work" >"$work/server.log" 2>&1 &
    for _ in {1..50}; do
        served=$(sed -n 's,.*port \([0-9]*\) .*,http://10.0.2.2:\1,p' "$work/server.log" 2>/dev/null)
        [ -n "$served" ] && break
        sleep 0.2
    done
    server=$(cat "$work/server.pid")
    [ -n "$served" ] || fail "no server: $(cat "$work/server.log")"
}

# served_installer: serves the archive for installation over the network; sets $stem to its files.
served_installer() {
    local archive folder=$work/served target=$media/disk-install-net
    if ! [ -f "$target/kiwi.result.json" ]; then
        # xz works for minutes otherwise.
        settings
        as_user "$kiwi" --config "$work/kiwi.yml" --profile install-net system build \
            --description "$stage/tests/disk" --target-dir "$target" || fail "build ended with $?"
    fi
    archive=$(result "$target" installation_pxe_archive) || exit
    as_user rm -rf "$folder"
    as_user mkdir "$folder"
    as_user tar -xf "$archive" -C "$folder"
    stem=$(echo "$folder"/*.append)
    stem=${stem%.append}
    serve "$folder"
    trap 'kill "$server"' EXIT
}

# from_network STEM ARGUMENTS...: starts the installer as a boot server would.
from_network() {
    local stem=$1 words
    shift
    words=$(sed "s,http://example.com/image.xz,$served/${stem##*/}.xz," "$stem.append")
    as_user "$kiwi" image boot --kernel "${stem%/*}/pxeboot.${stem##*/}.kernel" \
        --initrd "${stem%/*}/pxeboot.${stem##*/}.initrd" --append "$words ip=dhcp ${more:-}" --nic user --write \
        --timeout "${patience:-900}" "$@"
}

# From a server to the empty disk; again, keeping the last partition; a changed image is refused.
test_disk_install_net() {
    local stem
    served_installer
    as_user rm -f "$work/net.disk"
    as_user truncate -s 3G "$work/net.disk"
    from_network "$stem" --disk "$work/net.disk" --expect 'SELFTEST passed=[1-9][0-9]* failed=0' --expect 'Power down' || fail "the installation"
    as_user "$kiwi" image boot "$work/net.disk" --firmware uefi --expect 'SELFTEST-BOOT 2' \
        --expect 'SELFTEST passed=[1-9][0-9]* failed=0' --timeout "${patience:-420}" || fail "the installed disk"
    # Everything but the last partition anew: the root file system is the same (the boot before wrote nothing).
    more='rd.kiwi.install.retain_last rd.kiwi.oem.installdevice=/dev/vda' \
        from_network "$stem" --disk "$work/net.disk" --expect 'SELFTEST-BOOT 2' \
        --expect 'SELFTEST passed=[1-9][0-9]* failed=0' --expect 'Power down' || fail "the installation beside a kept partition"
    # The server has another image than its checksum says.
    as_user cp "$stem.sha256" "$stem.sha256.good"
    as_user sed -i 's/^..../0000/' "$stem.sha256"
    as_user truncate -s 0 "$work/net.disk"
    as_user truncate -s 3G "$work/net.disk"
    from_network "$stem" --disk "$work/net.disk" --expect 'is damaged: its sha256' || fail "a wrong checksum was not noticed"
    cmp -n $((1 << 20)) "$work/net.disk" /dev/zero || fail "a damaged image got a partition table"
    as_user mv "$stem.sha256.good" "$stem.sha256"
    as_user rm -f "$work/net.disk"
}

# The system in memory, without any disk.
test_disk_install_ram() {
    local stem
    served_installer
    more='rd.kiwi.ramdisk ramdisk_size=2097152 rd.kiwi.oem.installdevice=/dev/ram0 selftest.least=1000' \
        from_network "$stem" --memory 4096 --expect 'SELFTEST passed=[1-9][0-9]* failed=0' || fail "the system in memory"
}

# Ended in the middle of a disk: nothing is left, and the next build works.
test_disk_kill() {
    local moment
    fresh "$work/killed disk"
    for moment in 5 9 13 17; do
        starts "$work/killed disk" "$stage/tests/disk" bios --no-cache
        sleep $moment
        kill -KILL "$builder" 2>/dev/null || true
        wait || true
        settle=1.5 nothing_left "$work/killed disk"
    done
    as_user "$kiwi" --profile bios system build --description "$stage/tests/disk" --target-dir "$work/killed disk"
    [ -n "$(result "$work/killed disk" disk_image)" ] || fail "the next build made no disk"
    fresh "$work/killed disk"
}

# What 'kiwi init' writes: a disk that boots with Secure Boot, made larger; an installation that asks.
test_init_disk() {
    local file
    template disk
    file=$(result "$work/init-disk/out" disk_format_image) || exit
    as_user qemu-img resize -q "$file" 4G
    as_user "$kiwi" image boot "$file" --write --firmware uefi --secure-boot --expect 'login:' --timeout "${patience:-420}"
}

test_init_installer() {
    local iso disk=$work/init.disk
    template installer
    iso=$(result "$work/init-installer/out" installation_image) || exit
    as_user rm -f "$disk"
    as_user truncate -s 3G "$disk"
    # Without kexec in the description the machine restarts; the medium is gone then.
    as_user "$kiwi" image boot "$iso" --write --firmware uefi --disk "$disk" --answer "Type 'Yes'=yes" \
        --expect 'holds what was written' --timeout "${patience:-900}"
    as_user "$kiwi" image boot "$disk" --write --firmware uefi --expect 'login:' --timeout "${patience:-420}"
    as_user rm -f "$disk"
}

# template KIND: builds what 'kiwi init' writes.
template() {
    fresh "$work/init-$1"
    as_user "$kiwi" init "debian-$1" --output "$work/init-$1"
    as_user "$kiwi" lint "$work/init-$1"
    as_user "$kiwi" system build --description "$work/init-$1" --target-dir "$work/init-$1/out" || fail "build ended with $?"
}
