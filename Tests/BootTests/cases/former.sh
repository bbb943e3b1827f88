# shellcheck shell=bash disable=SC2154 # set by scripts/boot-tests.sh
# A description of 2007, by the command line of 2007.

test_former() {
    local root=$work/former-root kind
    fresh "$root"
    as_user "$kiwi" --prepare "$stage/tests/former" --root "$root" || fail "prepare ended with $?"
    for kind in iso vmx usb; do
        fresh "$work/former-$kind"
        expect_code 2 as_user "$kiwi" --create "$root" --type $kind --destdir "$work/former-$kind"
        says 'there is no folder'
        as_user mkdir "$work/former-$kind"
        as_user "$kiwi" --create "$root" --type $kind --destdir "$work/former-$kind" || fail "$kind ended with $?"
    done
    boot "$(result "$work/former-iso" live_image)" --firmware bios
    boot "$(result "$work/former-vmx" disk_format_image)" --write --firmware bios
    [ "$(result "$work/former-vmx" disk_qemu_image)" -ef "$(result "$work/former-vmx" disk_image)" ] ||
        fail "the disk has no name for QEMU"
    boot "$(result "$work/former-usb" disk_image)" --as usb --write --firmware bios
    as_user "$kiwi" --upgrade "$root" --add-package zstd || fail "upgrade ended with $?"
    [ -e "$root/usr/bin/zstd" ] || fail "the upgrade did not install the package"
    fresh "$root"
}
