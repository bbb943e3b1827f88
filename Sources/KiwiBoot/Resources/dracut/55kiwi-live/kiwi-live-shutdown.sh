#!/bin/bash
# The last program of a live system: systemd has stopped everything and made
# /run/initramfs the root; /oldroot is what was the root. Unmounts the layers
# from the top so that the persistent file system ends clean, then does $1.

export PATH=/usr/sbin:/usr/bin:/sbin:/bin
action=$1

# Overlay, its layers and the loop devices below depend on each other, and every
# mount may be visible twice: try them all, newest first, until nothing moves.
mount_points() {
    points=
    while read -r _ point _; do
        case $point in
            / | /proc | /sys | /dev | /run) ;;
            *) points="$point $points" ;;
        esac
    done < /proc/mounts
    echo "$points"
}

round=0
while [ $round -lt 20 ]; do
    moved=
    # shellcheck disable=SC2046 # blanks in /proc/mounts are \040
    for point in $(mount_points); do
        umount "$(printf '%b' "$point")" 2> /dev/null && moved=1
    done
    losetup -D 2> /dev/null
    command -v dmsetup > /dev/null && dmsetup remove_all > /dev/null 2>&1
    [ -n "$moved" ] || break
    round=$((round + 1))
done

# What is still there at least has everything on the device.
for point in $(mount_points); do
    case $point in
        *overlay*) mount -o remount,ro "$(printf '%b' "$point")" 2> /dev/null ;;
    esac
done
sync

case $action in
    reboot | poweroff | halt) ;;
    # No kexec here: the new kernel was loaded, but a plain reboot is safe.
    *) action=reboot ;;
esac
# Twice "force": at once, without asking the manager that is gone.
systemctl --force --force --no-wall "$action"
while :; do sleep 60; done
