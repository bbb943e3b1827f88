#!/bin/sh
# pre-pivot hook, sourced by dracut.

if [ -e /run/kiwi/overlay.ready ]; then
    # systemd would try to unmount the layers below the root at shutdown, and
    # report that it cannot.
    for kiwi_file in run-overlay.mount.d run-overlay-.mount.d; do
        mkdir -p "/run/systemd/system/$kiwi_file"
        printf '[Unit]\nDefaultDependencies=no\n' > "/run/systemd/system/$kiwi_file/kiwi-overlay.conf"
    done
    unset kiwi_file
fi
