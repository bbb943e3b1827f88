#!/bin/sh
# What cmdline hooks of Kiwi's modules share. Sourced by plain sh.

# shellcheck source=/dev/null # dracut's
command -v getarg > /dev/null || . /lib/dracut-lib.sh

# Rules and generators that start arrays, volume groups and caches of whatever
# disk is plugged in. A live system or an installer never touches disks it was not
# told to: files under /run hide those of the same name in the initrd, and because
# /run moves along, in the running system too. rd.auto lets them work.
kiwi_leave_disks_alone() {
    getargbool 0 rd.auto && return 0
    mkdir -p /run/udev/rules.d /run/systemd/system-generators
    for kiwi_name in 64-lvm.rules 69-lvm.rules 69-dm-lvm.rules 69-dm-lvm-metad.rules \
        64-md-raid-assembly.rules 65-md-incremental.rules 65-md-incremental-imsm.rules \
        61-dmraid-imsm.rules 69-bcache.rules; do
        ln -sf /dev/null "/run/udev/rules.d/$kiwi_name"
    done
    # The first would use swap partitions, the second resume from one.
    for kiwi_name in systemd-gpt-auto-generator systemd-hibernate-resume-generator; do
        ln -sf /dev/null "/run/systemd/system-generators/$kiwi_name"
    done
    unset kiwi_name
}

# kiwi_job NAME COMMAND FILE: dracut's initqueue runs COMMAND once per pass until
# FILE exists. While it waits, dracut's own limit (rd.retry) must not run out: the
# command has one of its own.
kiwi_job() {
    # shellcheck disable=SC2154 # set by dracut
    mkdir -p /run/kiwi "$hookdir/initqueue/settled" "$hookdir/initqueue/finished"
    echo "[ -e '$3' ] || $2; [ -e '$3' ] || main_loop=0" > "$hookdir/initqueue/settled/50-$1.sh"
    echo "[ -e '$3' ]" > "$hookdir/initqueue/finished/50-$1.sh"
}

# The network must be up before the root is looked for; by DHCP unless the user
# says how.
kiwi_need_network() {
    mkdir -p /etc/cmdline.d /run/kiwi
    : > /run/kiwi/network
    echo rd.neednet=1 > /etc/cmdline.d/kiwi-generated.conf
    [ -z "$(getarg ip=)" ] || return 0
    echo ip=dhcp >> /etc/cmdline.d/kiwi-generated.conf
    # systemd-networkd knows the kernel's command line alone, from this program.
    if [ -x /usr/lib/systemd/systemd-network-generator ]; then
        /usr/lib/systemd/systemd-network-generator ip=dhcp
        systemctl --no-block try-restart systemd-networkd.service
    fi
}
