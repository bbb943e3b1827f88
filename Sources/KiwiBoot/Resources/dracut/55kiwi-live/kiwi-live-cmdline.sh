#!/bin/sh
# cmdline hook, sourced by dracut: take root=live:... and start the search.

# shellcheck source=/dev/null # dracut's
command -v getarg > /dev/null || . /lib/dracut-lib.sh

# Rules and generators that start arrays, volume groups and caches of whatever
# disk is plugged in. A live system never touches disks it was not told to:
# files under /run hide those of the same name in the initrd, and because /run
# moves along, in the running system too. rd.auto lets them work.
kiwi_live_leave_disks_alone() {
    mkdir -p /run/udev/rules.d /run/systemd/system-generators
    for name in 64-lvm.rules 69-lvm.rules 69-dm-lvm.rules 69-dm-lvm-metad.rules \
        64-md-raid-assembly.rules 65-md-incremental.rules 65-md-incremental-imsm.rules \
        61-dmraid-imsm.rules 69-bcache.rules; do
        ln -sf /dev/null "/run/udev/rules.d/$name"
    done
    # The first would use swap partitions, the second resume from one.
    for name in systemd-gpt-auto-generator systemd-hibernate-resume-generator; do
        ln -sf /dev/null "/run/systemd/system-generators/$name"
    done
    unset name
}

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
        getargbool 0 rd.auto || kiwi_live_leave_disks_alone
        # shellcheck disable=SC2034 # dracut reads both
        root=$kiwi_live_root
        # shellcheck disable=SC2034
        rootok=1
        # shellcheck disable=SC2154 # set by dracut
        mkdir -p /run/kiwi "$hookdir/initqueue/settled" "$hookdir/initqueue/finished"
        # One pass of the search at a time, again until it says it is done. While
        # it waits, dracut's own limit (rd.retry) must not run out.
        # shellcheck disable=SC2016
        echo '/sbin/kiwi-live-root; [ -e /run/kiwi/live.ready ] || main_loop=0' \
            > "$hookdir/initqueue/settled/50-kiwi-live.sh"
        echo '[ -e /run/kiwi/live.ready ]' > "$hookdir/initqueue/finished/50-kiwi-live.sh"
        ;;
esac
unset kiwi_live_root kiwi_live_network
