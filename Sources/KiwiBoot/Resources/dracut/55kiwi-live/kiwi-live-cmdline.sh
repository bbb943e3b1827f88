#!/bin/sh
# cmdline hook, sourced by dracut: take root=live:... and start the search.

# shellcheck source=../59kiwi-lib/kiwi-cmdline.sh
. /lib/kiwi-cmdline.sh

kiwi_live_root=${root:-$(getarg root=)}
# Older spelling: rd.live.image and root= without "live:".
case $kiwi_live_root in
    live:*) ;;
    CDLABEL=* | LABEL=* | UUID=* | PARTUUID=* | PARTLABEL=* | /dev/*)
        getargbool 0 rd.live.image && kiwi_live_root=live:$kiwi_live_root
        ;;
esac

case $kiwi_live_root in
    live:http:* | live:https:* | live:ftp:* | live:tftp:* | live:dolly:* | live:nfs:* | live:AOEINTERFACE=*)
        kiwi_live_network=${kiwi_live_root#live:}
        echo "kiwi: root=$kiwi_live_root: this initrd boots from media only," \
            "a live system over the network is not in it" > /dev/console
        die "root=live:${kiwi_live_network%%[:=]*} needs the network boot, which this initrd does not have"
        ;;
    live:*)
        kiwi_leave_disks_alone
        # shellcheck disable=SC2034 # dracut reads both
        root=$kiwi_live_root
        # shellcheck disable=SC2034
        rootok=1
        kiwi_job kiwi-live /sbin/kiwi-live-root /run/kiwi/live.ready
        ;;
esac
unset kiwi_live_root kiwi_live_network
