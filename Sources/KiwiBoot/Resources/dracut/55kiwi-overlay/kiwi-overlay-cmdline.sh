#!/bin/sh
# cmdline hook, sourced by dracut: take root=overlay:NAME=VALUE and say which devices
# to wait for.

# shellcheck source=../59kiwi-lib/kiwi-cmdline.sh
. /lib/kiwi-cmdline.sh

kiwi_overlay_root=${root:-$(getarg root=)}
case $kiwi_overlay_root in
    overlay:*)
        kiwi_overlay_root=${kiwi_overlay_root#overlay:}
        case $kiwi_overlay_root in
            UUID=* | PARTUUID=* | LABEL=* | PARTLABEL=*)
                kiwi_overlay_device=$(label_uuid_to_dev "$kiwi_overlay_root")
                ;;
            UNIXNODE=*) kiwi_overlay_device=/dev/${kiwi_overlay_root#UNIXNODE=} ;;
            MAPPER=*) kiwi_overlay_device=/dev/mapper/${kiwi_overlay_root#MAPPER=} ;;
            nbd=*)
                kiwi_need_network
                modprobe -q nbd
                kiwi_overlay_device=/dev/nbd0
                # The node is there at once, the connection is not.
                kiwi_job kiwi-overlay-nbd "/sbin/kiwi-overlay-attach '${kiwi_overlay_root#nbd=}'" /run/kiwi/overlay.nbd
                ;;
            aoe=*)
                kiwi_need_network
                modprobe -q aoe
                kiwi_overlay_device=/dev/etherd/${kiwi_overlay_root#aoe=}
                ;;
            *) die "root=overlay:$kiwi_overlay_root: not one of UUID=, PARTUUID=, LABEL=, PARTLABEL=, UNIXNODE=, MAPPER=, nbd=, aoe=" ;;
        esac
        # shellcheck disable=SC2034 # dracut reads both
        root=block:$kiwi_overlay_device
        # shellcheck disable=SC2034
        rootok=1
        kiwi_job kiwi-overlay "/sbin/kiwi-wait-device '$kiwi_overlay_device'" "$kiwi_overlay_device"
        kiwi_overlay_device=$(getarg rd.root.overlay.write=)
        if [ -n "$kiwi_overlay_device" ] && ! getargbool 0 rd.root.overlay.temporary \
            && ! getargbool 0 rd.root.overlay.readonly; then
            kiwi_overlay_device=$(label_uuid_to_dev "$kiwi_overlay_device")
            kiwi_job kiwi-overlay-write "/sbin/kiwi-wait-device '$kiwi_overlay_device'" "$kiwi_overlay_device"
        fi
        ;;
esac
unset kiwi_overlay_root kiwi_overlay_device
