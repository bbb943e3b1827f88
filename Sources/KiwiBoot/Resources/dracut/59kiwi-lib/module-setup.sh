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
    # shellcheck disable=SC2154 # set by dracut
    inst_simple "$moddir/kiwi-lib.sh" /lib/kiwi-lib.sh
    inst_multiple \
        blkid blockdev cat cp cut dd flock grep ln losetup lsblk mkdir \
        mount mountpoint mv od rm rmdir sed sleep stat sync tr udevadm umount
}
