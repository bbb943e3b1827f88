#!/bin/sh
# cmdline hook, sourced by dracut: take root=overlay:NAME=VALUE and say which devices
# to wait for.

# shellcheck source=../59kiwi-lib/kiwi-cmdline.sh
. /lib/kiwi-cmdline.sh

kiwi_overlay_root=${root:-$(getarg root=)}
case $kiwi_overlay_root in
    overlay:*)
        kiwi_overlay_root=${kiwi_overlay_root#overlay:}
        kiwi_overlay_device=
        case $kiwi_overlay_root in
            UUID=* | PARTUUID=* | LABEL=* | PARTLABEL=*)
                kiwi_overlay_device=$(label_uuid_to_dev "$kiwi_overlay_root")
                ;;
            UNIXNODE=*) kiwi_overlay_device=/dev/${kiwi_overlay_root#UNIXNODE=} ;;
            MAPPER=*) kiwi_overlay_device=/dev/mapper/${kiwi_overlay_root#MAPPER=} ;;
            # The user may say ip= for those that need no addresses.
            aoe=*) [ -z "$(getarg ip=)" ] || kiwi_need_network ;;
            nbd=* | nfs=* | http://* | https://* | ftp://*) kiwi_need_network ;;
            *) die "root=overlay:$kiwi_overlay_root: not one of UUID=, PARTUUID=, LABEL=, PARTLABEL=, UNIXNODE=, MAPPER=, nbd=, aoe=, nfs=, http://, https://, ftp://" ;;
        esac
        # shellcheck disable=SC2034 # dracut reads it
        rootok=1
        if [ -n "$kiwi_overlay_device" ]; then
            root=block:$kiwi_overlay_device
            kiwi_job kiwi-overlay "/sbin/kiwi-wait-device '$kiwi_overlay_device'" "$kiwi_overlay_device"
        else
            # Of a server: dracut knows nothing about it.
            # shellcheck disable=SC2034
            root=kiwi:/run/kiwi/overlay.root
            kiwi_job kiwi-overlay-attach /sbin/kiwi-overlay-attach /run/kiwi/overlay.attached
        fi
        kiwi_overlay_device=$(getarg rd.root.overlay.write=)
        if [ -n "$kiwi_overlay_device" ] && ! getargbool 0 rd.root.overlay.temporary \
            && ! getargbool 0 rd.root.overlay.readonly; then
            kiwi_overlay_device=$(label_uuid_to_dev "$kiwi_overlay_device")
            kiwi_job kiwi-overlay-write "/sbin/kiwi-wait-device '$kiwi_overlay_device'" "$kiwi_overlay_device"
        fi
        ;;
esac
unset kiwi_overlay_root kiwi_overlay_device
