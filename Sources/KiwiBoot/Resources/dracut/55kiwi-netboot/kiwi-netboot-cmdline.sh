#!/bin/sh
# cmdline hook, sourced by dracut: a machine that a boot server tells what to do. Without root=,
# with root=netboot, or with rd.kiwi.netboot; IMAGE= means that it starts from its own disk.

# shellcheck source=../59kiwi-lib/kiwi-cmdline.sh
. /lib/kiwi-cmdline.sh

kiwi_netboot_root=${root:-$(getarg root=)}
kiwi_netboot=
case $kiwi_netboot_root in
    '' | netboot | netboot:*) kiwi_netboot=1 ;;
    *) ! getargbool 0 rd.kiwi.netboot || kiwi_netboot=1 ;;
esac
[ -z "$(getarg IMAGE=)" ] || kiwi_netboot=
if [ -n "$kiwi_netboot" ]; then
    mkdir -p /run/kiwi
    # What to start when no server answers.
    case $kiwi_netboot_root in
        '' | netboot | netboot:*) ;;
        *) printf '%s\n' "$kiwi_netboot_root" > /run/kiwi/netboot.fallback ;;
    esac
    kiwi_leave_disks_alone
    [ "$(getarg kiwiservertype=)" = local ] || kiwi_need_network
    # shellcheck disable=SC2034 # dracut reads both
    root=netboot:
    # shellcheck disable=SC2034
    rootok=1
    kiwi_job kiwi-netboot /sbin/kiwi-netboot-reach /run/kiwi/netboot.ready
fi
unset kiwi_netboot kiwi_netboot_root
