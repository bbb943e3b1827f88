#!/bin/sh
# What systemd generators of Kiwi's modules share. Sourced by plain sh.

# shellcheck source=/dev/null # dracut's
command -v getarg > /dev/null || . /lib/dracut-lib.sh

# kiwi_sysroot FOLDER READY DESCRIPTION WHAT TYPE [OPTIONS]: the unit that mounts /sysroot, when the file READY is
# there. FOLDER is the early one, so that the unit wins over what systemd would make of root=.
kiwi_sysroot() {
    [ -n "$1" ] || exit 1
    mkdir -p "$1/initrd-root-fs.target.requires"
    cat > "$1/sysroot.mount" << UNIT
[Unit]
Description=$3
Before=initrd-root-fs.target
After=dracut-initqueue.service dracut-pre-mount.service
ConditionPathExists=$2
DefaultDependencies=no

[Mount]
What=$4
Where=/sysroot
Type=$5
${6:+Options=$6}
UNIT
    ln -sf ../sysroot.mount "$1/initrd-root-fs.target.requires/sysroot.mount"
}

# kiwi_overlay_sysroot FOLDER READY DESCRIPTION NAME: the same for an overlay whose parts lie where kiwi-overlay
# and kiwi-live-root put them.
kiwi_overlay_sysroot() {
    kiwi_flags=$(getarg rootflags=)
    kiwi_sysroot "$1" "$2" "$3" "$4" overlay "${kiwi_flags:+$kiwi_flags,}lowerdir=/run/overlay/rootfsbase,upperdir=/run/overlay/overlayfs/rw,workdir=/run/overlay/overlayfs/work"
}

# kiwi_no_sysroot FOLDER DESCRIPTION: nothing is mounted there by systemd.
kiwi_no_sysroot() {
    kiwi_sysroot "$1" /run/kiwi/never "$2" none tmpfs
}
