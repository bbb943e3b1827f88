#!/bin/sh
# cmdline hook, sourced by dracut: take root=install:CDLABEL=... or an installation
# over the network.

# shellcheck source=../59kiwi-lib/kiwi-cmdline.sh
. /lib/kiwi-cmdline.sh

kiwi_install_root=${root:-$(getarg root=)}
if getargbool 0 rd.kiwi.install.pxe; then
    kiwi_leave_disks_alone
    kiwi_need_network
    # shellcheck disable=SC2034 # dracut reads both
    root=install:REMOTE
    # shellcheck disable=SC2034
    rootok=1
    kiwi_job kiwi-dump "/sbin/kiwi-dump-reach" /run/kiwi/install.ready
else
    case $kiwi_install_root in
        install:*)
            kiwi_leave_disks_alone
            # shellcheck disable=SC2034
            root=$kiwi_install_root
            # shellcheck disable=SC2034
            rootok=1
            kiwi_job kiwi-dump "/sbin/kiwi-dump-medium" /run/kiwi/install.ready
            ;;
    esac
fi
unset kiwi_install_root
