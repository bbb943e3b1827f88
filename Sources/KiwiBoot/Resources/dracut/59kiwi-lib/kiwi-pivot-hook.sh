#!/bin/sh
# pre-pivot hook, sourced by dracut: the last of the boot code.

/sbin/kiwi-hook preactivate
/sbin/kiwi-hook handleMachineID
/sbin/kiwi-hook preCallInit
if [ -f /run/initramfs/log/boot.kiwi ]; then
    if [ -e /run/kiwi/live.ready ] || [ -e /run/kiwi/overlay.ready ] || [ -e /run/kiwi/netboot.ready ] \
        && cp /run/initramfs/log/boot.kiwi "$NEWROOT/var/log/boot.kiwi" 2> /dev/null; then
        ln -sf boot.kiwi "$NEWROOT/var/log/kiwi.boot"
    else
        # Not writable yet; /run moves along.
        mkdir -p /run/tmpfiles.d
        printf 'L+ /var/log/boot.kiwi - - - - /run/initramfs/log/boot.kiwi\nL+ /var/log/kiwi.boot - - - - boot.kiwi\n' \
            > /run/tmpfiles.d/kiwi-log.conf
    fi
fi
