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
    for name in kiwi-lib kiwi-disk kiwi-media kiwi-net kiwi-roots kiwi-dialog kiwi-cmdline kiwi-generator; do
        # shellcheck disable=SC2154 # set by dracut
        inst_simple "$moddir/$name.sh" "/lib/$name.sh"
    done
    # Texts of dialogs in other languages.
    for name in "$moddir"/messages/*.tsv; do
        inst_simple "$name" "/lib/kiwi/messages/${name##*/}"
    done
    for name in kiwi-wait-device kiwi-hook; do
        inst_script "$moddir/$name.sh" "/sbin/$name"
        # Whatever mode the file had on its way here.
        # shellcheck disable=SC2154
        chmod 755 "$initdir/sbin/$name"
    done
    inst_hook pre-udev 20 "$moddir/kiwi-start-hook.sh"
    inst_hook pre-trigger 20 "$moddir/kiwi-probe-hook.sh"
    inst_hook initqueue/settled 20 "$moddir/kiwi-probed-hook.sh"
    inst_hook pre-pivot 95 "$moddir/kiwi-pivot-hook.sh"
    # Hook scripts of the image.
    for name in "${dracutsysrootdir-}"/kiwi-hooks/* "${dracutsysrootdir-}"/lib/kiwi/hooks/*; do
        [ -f "$name" ] && inst_simple "${name#"${dracutsysrootdir-}"}"
    done
    mkdir -p "$initdir/var/log"
    ln -sf /run/initramfs/log/boot.kiwi "$initdir/var/log/boot.kiwi"
    ln -sf boot.kiwi "$initdir/var/log/kiwi.boot"
    inst_multiple \
        blkid blockdev cat cp cut dd flock grep ln losetup lsblk mkdir modprobe \
        mount mountpoint mv od readlink rm rmdir sed setsid sleep sort stat sync tail tr udevadm umount
}
