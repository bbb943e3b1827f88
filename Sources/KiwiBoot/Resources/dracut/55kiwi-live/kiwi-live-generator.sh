#!/bin/sh
# systemd generator: /sysroot is an overlay that /sbin/kiwi-live-root prepares.

# shellcheck source=../59kiwi-lib/kiwi-generator.sh
. /lib/kiwi-generator.sh

case $(getarg root=) in
    live:*) ;;
    CDLABEL=* | LABEL=* | UUID=* | PARTUUID=* | PARTLABEL=* | /dev/*)
        getargbool 0 rd.live.image || exit 0
        ;;
    *) exit 0 ;;
esac
kiwi_overlay_sysroot "$2" /run/kiwi/live.ready "Root of the live system" LiveOS_rootfs
