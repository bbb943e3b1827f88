# shellcheck shell=bash disable=SC2154,SC2016 # set by scripts/boot-tests.sh
# Media that are booted; the guest proves itself.

test_doctor() { as_user "$kiwi" doctor; }

test_cd_bios() { boots overlay --as cdrom --firmware bios; }
test_cd_uefi() { boots overlay --as cdrom --firmware uefi; }
test_usb_bios() { boots overlay --as usb --firmware bios; }
test_usb_uefi() { boots overlay --as usb --firmware uefi; }
test_nested() { boots nested; }
test_squashfs() { boots squashfs; }
test_dmsquash() { boots dmsquash; }

test_direct_kernel() {
    local iso
    iso=$(medium overlay)
    loader "$iso"
    boot "$iso" --kernel "$work/linux" --initrd "$work/initrd" \
        --append 'console=ttyS0,115200 root=live:CDLABEL=SELFTEST'
}

test_iso_file() {
    local iso disk=$work/host.raw size
    iso=$(medium overlay)
    loader "$iso"
    size=$(($(stat -c %s "$iso") / 1048576 + 64))
    as_user rm -rf "$work/host" "$disk"
    as_user mkdir -p "$work/host/images"
    as_user cp "$iso" "$work/host/images/live.iso"
    as_user truncate -s $((size + 2))M "$disk"
    echo 'label: gpt
start=1MiB, type=linux' | as_user /usr/sbin/sfdisk --quiet --no-reread --no-tell-kernel "$disk"
    as_user /usr/sbin/mke2fs -q -t ext4 -E offset=1048576 -d "$work/host" "$disk" "${size}M"
    as_user "$kiwi" image boot --disk "$disk" --kernel "$work/linux" --initrd "$work/initrd" \
        --append 'console=ttyS0,115200 root=live:CDLABEL=SELFTEST iso-scan/filename=/images/live.iso' \
        --expect 'SELFTEST passed=[1-9][0-9]* failed=0' --timeout 420
}

# stick ISO FILE: a copy with room behind it, as on a real stick.
stick() {
    as_user cp "$1" "$2"
    as_user truncate -s "+${3:-1G}" "$2"
}

test_persistence() {
    local iso stick=$work/stick.raw
    iso=$(medium persistent)
    stick "$iso" "$stick"
    boot "$stick" --as usb --write --expect 'SELFTEST-BOOT 1$' --expect 'reboot: Power down'
    boot "$stick" --as usb --write --expect 'SELFTEST-BOOT 2$' --expect 'SELFTEST-AREA ext4' --expect 'reboot: Power down'
    as_user /usr/sbin/sfdisk --dump "$stick"
    as_user rm -f "$stick"
}

test_foreign_disk() {
    local iso stick=$work/foreign-stick.raw disk=$work/foreign.raw before after
    iso=$(medium persistent)
    stick "$iso" "$stick"
    # Swap, a physical volume of a volume group, and an ext4 with the label of write areas.
    as_user rm -f "$disk"
    as_user truncate -s 200M "$disk"
    printf 'label: gpt\nlabel-id: 2E6A7A1C-6C12-4F0E-9B6E-1D2C3B4A5F60\nstart=1MiB, size=32MiB, type=swap, name=swap\nsize=64MiB, type=lvm, name=pv\nsize=64MiB, type=linux, name=cow\n' |
        as_user /usr/sbin/sfdisk --quiet --no-reread --no-tell-kernel "$disk"
    as_user bash -c 'truncate -s 32M "$1.swap" && /usr/sbin/mkswap -q "$1.swap" &&
        dd if="$1.swap" of="$1" bs=1M seek=1 conv=notrunc,sparse status=none && rm "$1.swap"' _ "$disk"
    as_user bash -c 'base64 -d "$2" | xz -dc | dd of="$1" bs=1M seek=33 conv=notrunc status=none' _ \
        "$disk" "$stage/tests/volume-group.xz.base64"
    as_user /usr/sbin/mke2fs -q -t ext4 -L cow -E offset=$((97 << 20)) "$disk" 64M
    before=$(checksum "$disk")
    boot "$stick" --as usb --write --disk "$disk" --expect 'SELFTEST-BOOT 1$' --expect 'SELFTEST-AREA ext4' \
        --expect 'reboot: Power down'
    after=$(checksum "$disk")
    [ "$before" = "$after" ] || fail "the foreign disk was changed"
    as_user rm -f "$stick" "$disk"
}

test_mediacheck_good() {
    local iso
    iso=$(medium mediacheck)
    loader "$iso"
    boot "$iso" --kernel "$work/linux" --initrd "$work/initrd" --expect 'Media check: good' \
        --append 'console=ttyS0,115200 root=live:CDLABEL=SELFTEST mediacheck=1'
}

test_mediacheck_bad() {
    local iso bad=$work/bad.iso size offset byte
    iso=$(medium mediacheck)
    loader "$iso"
    as_user cp "$iso" "$bad"
    size=$(stat -c %s "$bad")
    offset=$((size / 2))
    byte=$(od -An -tu1 -j $offset -N1 "$bad" | tr -d ' ')
    # shellcheck disable=SC2059 # the octal number is the format
    printf "\\$(printf %03o $(((byte + 1) % 256)))" |
        as_user dd of="$bad" bs=1 seek=$offset conv=notrunc status=none
    as_user "$kiwi" image boot "$bad" --kernel "$work/linux" --initrd "$work/initrd" --timeout 300 \
        --append 'console=ttyS0,115200 root=live:CDLABEL=SELFTEST mediacheck=1' \
        --expect 'Media check FAILED: the medium is damaged'
    as_user rm -f "$bad"
}

test_init_live() {
    fresh "$work/init-live"
    as_user "$kiwi" init debian-live --output "$work/init-live"
    as_user "$kiwi" lint "$work/init-live"
    as_user "$kiwi" system build --description "$work/init-live" --target-dir "$media/init-live"
    as_user "$kiwi" image boot "$(result "$media/init-live" live_image)" --firmware uefi --expect 'login:' --timeout 420
}

test_example() {
    as_user "$kiwi" system build --description "$stage/share/kiwi/examples/debian-live" --target-dir "$media/example"
    as_user "$kiwi" image boot "$(result "$media/example" live_image)" --expect KIWI-DEMO-READY --timeout 420
}
