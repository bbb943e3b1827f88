#!/bin/bash
# Finding the medium: of a live system, or of an installation. Sourced after
# kiwi-lib.sh by programs that set medium_wanted (what root= names) and
# medium_content (pattern of a file that must be there).
#
# Result in variables:
#   medium_device  block device that carries the ISO (or its files)
#   medium_kind    cd | disk | partition | file
#   medium_disk    disk it lies on; empty for a CD
#   host_device    file: partition that holds the ISO file, mounted at $host_folder

# shellcheck disable=SC2034,SC2154 # set and used across these files
host_folder=/run/initramfs/isoscan
look_folder=/run/kiwi/look

# May DEVICE be what root= asks for?
kiwi_medium_matches() {
    local device=$1 value
    case $medium_wanted in
        CDLABEL=* | LABEL=*)
            value=$(kiwi_label "${medium_wanted#*=}")
            [ "$(kiwi_iso_label "$device")" = "$value" ] \
                || [ "$(kiwi_blkid "$device" LABEL)" = "$value" ]
            ;;
        UUID=*) [ "$(kiwi_blkid "$device" UUID)" = "${medium_wanted#*=}" ] ;;
        PARTUUID=*) [ "$(kiwi_blkid "$device" PART_ENTRY_UUID)" = "${medium_wanted#*=}" ] ;;
        PARTLABEL=*) [ "$(kiwi_blkid "$device" PART_ENTRY_NAME)" = "${medium_wanted#*=}" ] ;;
        /dev/*) [ "$device" -ef "$medium_wanted" ] ;;
        *) return 1 ;;
    esac
}

# Does DEVICE hold the files? Looks only, leaves nothing mounted.
kiwi_medium_carries() {
    local code=1
    if [ "$(kiwi_bytes "$1" 32769 5)" = CD001 ]; then
        # By type: blkid may report the partition table of a hybrid image only.
        mkdir -p "$look_folder"
        mount -n -t iso9660 -o ro "$1" "$look_folder" 2> /dev/null || return 1
    else
        kiwi_mount_untouched "$1" "$look_folder" || return 1
    fi
    compgen -G "$look_folder/$medium_content" > /dev/null && code=0
    umount "$look_folder"
    return $code
}

# Fills the result variables for a device that carries the files.
kiwi_medium_take() {
    local device=$1 disk
    disk=$(kiwi_disk_of "$device")
    medium_disk=$disk
    case $(kiwi_drive_type "$disk") in
        rom)
            medium_kind='cd'
            medium_disk=
            ;;
        *)
            if [ "$disk" = "$device" ]; then
                medium_kind='disk'
            elif kiwi_iso_same "$disk" "$device"; then
                # First partition of a hybrid image: the same ISO as the disk.
                medium_kind='disk'
                device=$disk
            else
                medium_kind=partition
            fi
            ;;
    esac
    medium_device=$device
}

# root= names a device: one pass over all of them.
kiwi_medium_find_device() {
    local device
    while read -r device; do
        kiwi_medium_matches "$device" || continue
        if kiwi_medium_carries "$device"; then
            kiwi_medium_take "$device"
            return 0
        fi
        looked_at+=("$device has the right name, but no $medium_content")
    done < <(kiwi_block_devices)
    return 1
}

# iso-scan/filename=: one pass over everything with a file system.
kiwi_medium_find_file() {
    local device file=$1 loop
    # GRUB may write the path with a device in front: (hd0,gpt2)/boot/x.iso
    file=${file#(*)}
    file=/${file#/}
    while read -r device; do
        kiwi_mount_untouched "$device" "$host_folder" || continue
        if [ -f "$host_folder$file" ]; then
            modprobe -q loop
            if ! loop=$(losetup -r -f --show "$host_folder$file"); then
                looked_at+=("$device: $file cannot be used as a device")
            elif kiwi_medium_carries "$loop"; then
                host_device=$device
                host_file=$file
                medium_device=$loop
                medium_kind='file'
                medium_disk=$(kiwi_disk_of "$device")
                return 0
            else
                looked_at+=("$device: $file has no $medium_content")
                losetup -d "$loop"
            fi
        fi
        umount "$host_folder"
    done < <(kiwi_block_devices)
    return 1
}

# For kiwi_fail: what was looked for, and what there is.
kiwi_medium_report() {
    local line
    if [ -n "$iso_file" ]; then
        say "Searched: the file $iso_file (iso-scan/filename) on every partition"
    else
        say "Searched: $medium_content on a device with $medium_wanted (root=)"
    fi
    for line in "${looked_at[@]}"; do
        say "  $line"
    done
    kiwi_report_devices
}

# kiwi_medium_await START-FILE: one look for the medium. Status 0: found, 1: not yet,
# 2: the time is over.
kiwi_medium_await() {
    local start=$1 timeout
    iso_file=$(getarg iso-scan/filename=)
    if [ -n "$iso_file" ]; then
        kiwi_medium_find_file "$iso_file" && return
    else
        kiwi_medium_find_device && return
    fi
    timeout=$(kiwi_device_timeout)
    if [ ! -e "$start" ]; then
        kiwi_uptime > "$start"
        say "Waiting up to $timeout seconds for the medium (${iso_file:-$medium_wanted})"
    elif [ $(($(kiwi_uptime) - $(cat "$start"))) -ge "$timeout" ]; then
        return 2
    fi
    return 1
}

# What to mount. The kernel refuses a mount of the whole disk while a partition of it
# is in use: take the partition with the same ISO, or a loop device, which claims
# nothing.
kiwi_medium_source() {
    local part
    if [ "$medium_kind" != disk ]; then
        echo "$medium_device"
        return
    fi
    while read -r part; do
        if kiwi_iso_same "$medium_device" "$part"; then
            echo "$part"
            return
        fi
    done < <(kiwi_partitions_of "$medium_device")
    losetup -r -f --show "$medium_device"
}

# kiwi_medium_mount SOURCE FOLDER: read-only.
kiwi_medium_mount() {
    mkdir -p "$2"
    if [ "$(kiwi_bytes "$1" 32769 5)" = CD001 ] && [ "$(kiwi_blkid "$1" TYPE)" != udf ]; then
        mount -n -t iso9660 -o ro "$1" "$2"
    else
        kiwi_mount_untouched "$1" "$2"
    fi
}
