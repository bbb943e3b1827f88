#!/bin/sh
# pre-pivot hook, sourced by dracut: last things before the root is switched.

if [ -e /run/kiwi/live.ready ]; then
    # What the first boot made must be on the medium before anything else runs.
    [ -e /run/kiwi/live.persistent ] && sync -f /run/overlay/overlayfs

    for kiwi_file in bin sbin lib lib32 lib64 libx32; do
        if [ -L "/$kiwi_file" ] && [ ! -e "/run/initramfs/$kiwi_file" ]; then
            mkdir -p "/run/initramfs/usr/$kiwi_file"
            ln -s "usr/$kiwi_file" "/run/initramfs/$kiwi_file"
        fi
    done

    # systemd hands over to /run/initramfs/shutdown when the root file system is
    # to go. dracut unpacks an initrd from /boot for that; a live system has
    # none there, so the few files needed stay in memory from now on. That they
    # exist also tells dracut-shutdown.service that its work is done.
    while read -r kiwi_file; do
        [ -e "$kiwi_file" ] || continue
        mkdir -p "/run/initramfs${kiwi_file%/*}"
        # The file behind a link, so that no path has to be followed there.
        cp -L "$kiwi_file" "/run/initramfs$kiwi_file"
    done < /lib/kiwi/shutdown.list
    ln -sf bash /run/initramfs/bin/sh
    cp /lib/kiwi/shutdown /run/initramfs/shutdown

    # systemd would try to unmount the layers below the root at shutdown, and
    # report that it cannot.
    for kiwi_file in run-overlay.mount.d run-overlay-.mount.d; do
        mkdir -p "/run/systemd/system/$kiwi_file"
        printf '[Unit]\nDefaultDependencies=no\n' > "/run/systemd/system/$kiwi_file/kiwi-live.conf"
    done
    unset kiwi_file
fi
