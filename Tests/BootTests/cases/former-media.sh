# shellcheck shell=bash disable=SC2154 # set by scripts/boot-tests.sh
# Media as KIWI 1 to 9 made them: isolinux, files of the user, media of initrds and system images.

# isolinux_medium: the overlay medium with a menu of 2007, files for the medium and a script for the menu.
isolinux_medium() {
    local folder
    [ ! -f "$media/isolinux/kiwi.result.json" ] || return 0
    folder=$(description isolinux)
    as_user mkdir -p "$folder/cdboot" "$folder/config-cdroot/docs"
    printf '%s\n' 'serial 0 115200' 'display /boot/loader/isolinux.msg' 'default live' 'implicit 1' 'prompt 1' 'timeout 30' \
        'label live' '  kernel /boot/loader/linux' '  append initrd=/boot/loader/initrd ramdisk_size=512000' |
        as_user tee "$folder/cdboot/isolinux.cfg" >/dev/null
    printf '\nMedium with a menu of 2007\n\n' | as_user tee "$folder/cdboot/isolinux.msg" >/dev/null
    echo 'For readers' | as_user tee "$folder/config-cdroot/docs/README" >/dev/null
    # shellcheck disable=SC2016 # for the script
    printf '%s\n' '[ "$2" = 1 ] && [ -e image/config.xml ] || exit 1' \
        'echo "# edited" >>"${1#iso:}/boot/x86_64/loader/isolinux.cfg"' | as_user tee "$folder/edit.sh" >/dev/null
    as_user sed -i '/profiles="overlay"/,/<bootloader/ s/flags="overlay"/flags="overlay" editbootconfig="edit.sh"/' \
        "$folder/config.xml"
    as_user "$kiwi" --profile overlay system build --description "$folder" --target-dir "$media/isolinux" ||
        fail "the build ended with $?"
}

# BIOS by isolinux, from CD and stick; UEFI by GRUB. The text of the menu is on the screen only, not on the serial line.
test_isolinux() {
    local iso
    isolinux_medium
    iso=$(result "$media/isolinux" live_image)
    extract "$iso" /docs/README "$work/README"
    grep -qx 'For readers' "$work/README" || fail "config-cdroot"
    extract "$iso" /boot/x86_64/loader/isolinux.cfg "$work/isolinux.cfg"
    grep -qx '# edited' "$work/isolinux.cfg" || fail "editbootconfig"
    boot "$iso" --as cdrom --firmware bios --expect 'ISOLINUX 6'
    boot "$iso" --as usb --firmware bios --expect 'ISOLINUX 6'
    boot "$iso" --as usb --firmware uefi
}

# A system that is larger than 4 GiB on the medium, from CD and stick; a limit of the size is kept.
test_large_iso() {
    local folder iso
    folder=$(description large)
    # Not zeros: squashfs leaves holes out.
    echo 'yes "Something that takes room" | head -c 4400M >/usr/large' | as_user tee -a "$folder/config.sh" >/dev/null
    as_user sed -i 's/squashfscompression="lz4"/squashfscompression="uncompressed"/' "$folder/config.xml"
    fresh "$media/large"
    printf 'build_constraints:\n  max_size: 4g\n' | as_user tee "$work/limit.yml" >/dev/null
    expect_code 1 as_user "$kiwi" --config "$work/limit.yml" --profile squashfs system build --description "$folder" \
        --target-dir "$media/large"
    says 'max_size'
    as_user "$kiwi" --profile squashfs system build --description "$folder" --target-dir "$media/large" ||
        fail "the build ended with $?"
    iso=$(result "$media/large" live_image)
    [ "$(stat -c %s "$iso")" -gt $((4400 << 20)) ] || fail "the ISO is too small to prove anything"
    boot "$iso" --as cdrom --firmware bios
    boot "$iso" --as usb --firmware bios
    fresh "$media/large"
}

# bootcd INITRD: a medium of the netboot client gets its configuration from its server: QEMU's own DHCP and TFTP.
bootcd() {
    local console=$work/bootcd.console iso
    as_user rm -rf "$work/bootcd"
    as_user mkdir -p "$work/bootcd/KIWI"
    as_user "$kiwi" --bootcd "$1" -d "$work/bootcd" || fail "--bootcd ended with $?"
    iso=$(echo "$work"/bootcd/*.cdboot.iso)
    echo 'ERROR_INTERRUPT="This machine may stop here"' | as_user tee "$work/bootcd/KIWI/config.default" >/dev/null
    as_user rm -f "$console"
    as_user timeout 300 qemu-system-x86_64 -accel tcg -machine q35 -cpu Nehalem -m 1024 -display none -vga none -nodefaults \
        -cdrom "$iso" -serial "file:$console" \
        -netdev "user,id=net,tftp=$work/bootcd" -device virtio-net-pci,netdev=net &
    for _ in {1..290}; do
        ! grep -qa 'stopped by ERROR_INTERRUPT' "$console" 2>/dev/null || break
        sleep 1
    done
    kill %1
    cat "$console"
    grep -qa 'KIWI/config.default of 10.0.2.2 by tftp' "$console" || fail "no configuration came"
    grep -qa 'kiwi: This machine may stop here' "$console" || fail "the configuration had no effect"
}

# A netboot client on a CD.
test_bootcd() {
    make_once live netboot "$media/netboot"
    bootcd "$media/netboot/kiwi-selftest.x86_64-1.0.0.initrd"
}

# A boot description by itself, as in KIWI's manual of 2007: found below the current folder, then where ours are
# installed; names of the results; the client starts.
test_boot_description() {
    local root=$work/boot-description out=$work/boot-description-out stem
    fresh "$root"
    as_user rm -rf "$out"
    as_user mkdir "$out"
    as_user "$kiwi" --prepare netboot/apt --root "$root" || fail "prepare ended with $?"
    as_user "$kiwi" --create "$root" -d "$out" || fail "create ended with $?"
    stem=$out/initrd-netboot-apt.x86_64-1.0.0
    gzip -t "$stem.gz" || fail "no initrd"
    zcat "$stem.gz" | cpio --quiet -it >"$work/initrd.list" || fail "the initrd cannot be read"
    for name in init sbin/kiwi-netboot lib/kiwi/config-keys.tsv; do
        grep -qE "^(usr/)?$name\$" "$work/initrd.list" || fail "the initrd has no $name"
    done
    [ -s "$(echo "$stem".kernel.[1-9]*)" ] || fail "no kernel"
    [ "$(result "$out" kis_initrd)" = "$stem.gz" ] || fail "the list of results"
    # What the medium's kernel is told.
    echo console=ttyS0,115200 | as_user tee "$stem.append" >/dev/null
    bootcd "$stem.gz"
    # The same name in the current folder comes first.
    as_user mkdir -p "$work/here/netboot/apt"
    expect_code 3 as_user env -C "$work/here" "$kiwi" --prepare netboot/apt --root "$root-here"
    says 'no-description'
    fresh "$root"
}

# A stick with a compressed system, written to a file, and a virtual disk with one that can be written.
test_bootstick() {
    local stem=kiwi-selftest.x86_64-1.0.0 stick=$work/stick.raw
    make_once live netroot "$media/netroot"
    as_user rm -rf "$work/media"
    as_user mkdir -p "$work/media"
    as_user rm -f "$stick"
    as_user truncate -s 100M "$stick"
    expect_code 2 as_user "$kiwi" --bootstick "$media/netroot/$stem.initrd" --bootstick-system "$media/netroot/$stem" \
        --bootstick-device "$stick" -d "$work/media"
    says 'kiwi image write'
    as_user truncate -s 2G "$stick"
    as_user "$kiwi" --bootstick "$media/netroot/$stem.initrd" --bootstick-system "$media/netroot/$stem" \
        --bootstick-device "$stick" -d "$work/media" || fail "--bootstick ended with $?"
    boot "$stick" --as usb --write --firmware bios
    boot "$stick" --as usb --write --firmware uefi
    as_user rm -f "$stick"
}

test_bootvm() {
    local stem=kiwi-selftest.x86_64-1.0.0 disk
    make_once live netboot "$media/netboot"
    as_user rm -rf "$work/media"
    as_user mkdir -p "$work/media"
    as_user "$kiwi" --bootvm "$media/netboot/$stem.initrd" --bootvm-system "$media/netboot/$stem" --bootvm-format qcow2 \
        --bootvm-disksize 3g -d "$work/media" || fail "--bootvm ended with $?"
    disk=$work/media/$stem.qcow2
    # It has no /etc/fstab, of which the self-test complains.
    as_user "$kiwi" image boot "$disk" --write --firmware bios --expect 'SELFTEST-BOOT 1$' --expect 'reboot: Power down' --timeout 420
    as_user "$kiwi" image boot "$disk" --write --firmware uefi --expect 'SELFTEST-BOOT 2$' --expect 'reboot: Power down' --timeout 420
    as_user rm -f "$disk"
}

# The netboot client installs from a CD, without network; then the disk starts alone. The CD once more changes
# nothing.
test_installcd() {
    local stem=kiwi-selftest.x86_64-1.0.0 iso disk=$work/installcd.disk
    make_once live netboot "$media/netboot"
    as_user rm -rf "$work/media"
    as_user mkdir -p "$work/media"
    as_user rm -f "$media/netboot/config.default"
    expect_code 2 as_user "$kiwi" --installcd "$media/netboot/$stem.initrd" --installcd-system "$media/netboot/$stem" \
        -d "$work/media"
    says 'deploy'
    # As a <deploy> section gives it; more words for the self-test.
    printf '%s\n' "IMAGE=/dev/hda2;kiwi-selftest.x86_64;1.0.0;192.168.100.2;4096" DISK=/dev/hda 'PART=200;S;x,2000;83;/,x;83;/srv' \
        "KIWI_KERNEL_OPTIONS='console=ttyS0,115200 selftest.root=ext4 selftest.kernel=/boot/initrd.kiwi selftest.least=1800 selftest.mounts=[SWAP]:swap,/srv:ext4'" \
        KIWI_BOOT_TIMEOUT=1 |
        as_user tee "$media/netboot/config.default" >/dev/null
    as_user "$kiwi" --installcd "$media/netboot/$stem.initrd" --installcd-system "$media/netboot/$stem" -d "$work/media" ||
        fail "--installcd ended with $?"
    as_user rm -f "$media/netboot/config.default"
    iso=$work/media/$stem.install.iso
    as_user rm -f "$disk"
    as_user truncate -s 3000M "$disk"
    as_user "$kiwi" image boot "$iso" --as cdrom --disk "$disk" --write --firmware bios --timeout 600 \
        --expect 'kiwi: Configuration of this medium' --expect 'kiwi: Partitioning /dev/.*empty' \
        --expect 'kiwi: Loading kiwi-selftest.x86_64-1.0.0 from this medium' --expect 'kiwi: Loaded: .* sha256' \
        --expect 'kiwi: The disk starts by itself' --expect 'SELFTEST-BOOT 1$' --expect 'reboot: Power down' ||
        fail "the installation"
    boot "$disk" --write --firmware bios --expect 'SELFTEST-BOOT 2$' --expect 'reboot: Power down' || fail "the local boot"
    as_user "$kiwi" image boot "$iso" --as usb --disk "$disk" --write --firmware bios --timeout 600 \
        --expect 'kiwi: The system is up to date, nothing is loaded' --expect 'SELFTEST-BOOT 3$' --expect 'reboot: Power down' ||
        fail "the medium once more"
    as_user rm -f "$disk"
}
