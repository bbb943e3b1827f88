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
    live:http://* | live:https://* | live:ftp://*) kiwi_need_network ;;
    # No addresses needed; whoever wants some says so.
    live:AOEINTERFACE=*) [ -z "$(getarg ip=)" ] || kiwi_need_network ;;
    live:http:* | live:https:* | live:ftp:* | live:tftp:* | live:dolly:* | live:nfs:*)
        echo "kiwi: root=$kiwi_live_root: live systems come by http://, https://, ftp:// and AOEINTERFACE=" > /dev/console
        die "root=$kiwi_live_root is not one of http://, https://, ftp://, AOEINTERFACE="
        ;;
esac

case $kiwi_live_root in
    live:*)
        kiwi_leave_disks_alone
        # shellcheck disable=SC2034 # dracut reads both
        root=$kiwi_live_root
        # shellcheck disable=SC2034
        rootok=1
        kiwi_job kiwi-live /sbin/kiwi-live-root /run/kiwi/live.ready
        ;;
esac
unset kiwi_live_root
