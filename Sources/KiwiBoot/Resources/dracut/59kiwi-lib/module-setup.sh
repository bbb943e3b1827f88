#!/bin/bash
# Functions that all of Kiwi's boot code shares. Other modules depend on this one.

check() {
    return 255
}

depends() {
    # The library is bash; dracut's own hooks are plain sh.
    echo base bash
}

install() {
    local name
    for name in kiwi-lib kiwi-disk kiwi-media kiwi-net kiwi-dialog kiwi-cmdline; do
        # shellcheck disable=SC2154 # set by dracut
        inst_simple "$moddir/$name.sh" "/lib/$name.sh"
    done
    # Texts of dialogs in other languages.
    for name in "$moddir"/messages/*.tsv; do
        inst_simple "$name" "/lib/kiwi/messages/${name##*/}"
    done
    inst_script "$moddir/kiwi-wait-device.sh" /sbin/kiwi-wait-device
    # Whatever mode the file had on its way here.
    # shellcheck disable=SC2154
    chmod 755 "$initdir/sbin/kiwi-wait-device"
    inst_multiple \
        blkid blockdev cat cp cut dd flock grep ln losetup lsblk mkdir modprobe \
        mount mountpoint mv od readlink rm rmdir sed sleep sort stat sync tail tr udevadm umount
}
