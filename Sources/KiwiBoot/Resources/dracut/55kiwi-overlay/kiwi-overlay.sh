#!/bin/bash
# kiwi-overlay DEVICE [WRITE]: the read-only root and the place for changes; WRITE is a device or
# "tmpfs", else rd.root.overlay.write.
#
#   /run/overlay                      tmpfs
#   /run/overlay/rootfsbase           the read-only root
#   /run/overlay/overlayfs/{rw,work}  changes: the tmpfs or the write partition

export PATH=/usr/sbin:/usr/bin:/sbin:/bin
# shellcheck source=/dev/null # dracut's
. /lib/dracut-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-lib.sh
. /lib/kiwi-lib.sh
kiwi_debug_setup

base=$1
write=$2
area=/run/overlay/overlayfs

# Called by kiwi_fail.
# shellcheck disable=SC2317
kiwi_report() {
    kiwi_report_devices
}

# One attempt; fails with the reason in $reason.
prepare() {
    local size
    mountpoint -q /run/overlay && return 0
    size=$(kiwi_tmpfs_size rd.root.overlay.size)
    mkdir -p /run/overlay
    if ! mount -n -t tmpfs -o "size=$size,mode=0755" kiwi-overlay /run/overlay; then
        reason="no memory for the overlay (rd.root.overlay.size=$size)"
        return 1
    fi
}

mount_base() {
    local type
    mountpoint -q /run/overlay/rootfsbase && return 0
    mkdir -p /run/overlay/rootfsbase
    if [ -d "$base" ]; then
        # Of a file server, mounted already.
        if ! mount -n --bind "$base" /run/overlay/rootfsbase; then
            reason="the read-only root $base cannot be bound"
            return 1
        fi
        mount_holds_root
        return
    fi
    type=$(kiwi_blkid "$base" TYPE)
    modprobe -q "${type:-squashfs}"
    # Not a byte of it changes: it may be checked by sums, or exported to many.
    if ! mount -n -t "${type:-squashfs}" -o "$(kiwi_untouched_options "$type")" "$base" /run/overlay/rootfsbase; then
        reason="the read-only root $base (${type:-unknown type}) cannot be mounted"
        return 1
    fi
    mount_holds_root
}

mount_holds_root() {
    if [ ! -d /run/overlay/rootfsbase/proc ]; then
        umount /run/overlay/rootfsbase
        reason="$base holds no root file system"
        return 1
    fi
}

mount_area() {
    local device type code
    device=${write:-$(getarg rd.root.overlay.write=)}
    if [ -z "$device" ] || [ "$device" = tmpfs ] || getargbool 0 rd.root.overlay.temporary; then
        mkdir -p "$area/rw" "$area/work"
        return
    fi
    device=$(label_uuid_to_dev "$device")
    type=$(kiwi_blkid "$device" TYPE)
    if [ -z "$type" ]; then
        reason="the write partition $device has no file system"
        return 1
    fi
    case $type in
        ext2 | ext3 | ext4)
            if command -v e2fsck > /dev/null; then
                e2fsck -p "$device" < /dev/null
                code=$?
                # 1 and 2: errors were corrected.
                if [ $code -gt 2 ]; then
                    reason="e2fsck of the write partition $device ended with status $code"
                    return 1
                fi
            fi
            ;;
    esac
    modprobe -q "$type"
    mkdir -p "$area"
    if ! mount -n -t "$type" -o rw "$device" "$area" || ! mkdir -p "$area/rw" "$area/work"; then
        mountpoint -q "$area" && umount "$area"
        reason="the write partition $device ($type) cannot be used"
        return 1
    fi
}

modprobe -q squashfs
modprobe -q overlay
kiwi_hook premount
while :; do
    reason=
    prepare && mount_base && {
        getargbool 0 rd.root.overlay.readonly || mount_area
    } && break
    # Comes back from a shell: once more.
    kiwi_fail "$reason (rd.root.overlay.temporary boots without a write partition)"
done
kiwi_hook postmount
: > /run/kiwi/overlay.ready
need_shutdown
exit 0
