#!/bin/sh
# systemd generator: /sysroot is an overlay that /sbin/kiwi-overlay prepares.

# shellcheck source=../59kiwi-lib/kiwi-generator.sh
. /lib/kiwi-generator.sh

case $(getarg root=) in
    overlay:*) ;;
    *) exit 0 ;;
esac
if getargbool 0 rd.root.overlay.readonly; then
    kiwi_sysroot "$2" /run/kiwi/overlay.ready "Root of the system" /run/overlay/rootfsbase none bind,ro
else
    kiwi_overlay_sysroot "$2" /run/kiwi/overlay.ready "Root of the system" OverlayOS_rootfs
fi
