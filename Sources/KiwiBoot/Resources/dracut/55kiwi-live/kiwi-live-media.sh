#!/bin/bash
# Finding the medium. Sourced by kiwi-live-root, which sets live_wanted (what
# root= names), live_dir and live_image.
#
# Result in variables:
#   medium_device  block device that carries the ISO (or the live folder)
#   medium_kind    cd | disk | partition | file
#   medium_disk    disk it lies on; empty for a CD
#   host_device    file: partition that holds the ISO file, mounted at $host_folder

# shellcheck disable=SC2034,SC2154 # set and used across these files
host_folder=/run/initramfs/isoscan
look_folder=/run/kiwi/look

# A kernel command line has no blanks in values: \x20 stands for one.
kiwi_live_label() {
    printf '%b' "$1"
}

# May DEVICE be what root= asks for?
kiwi_live_matches() {
    local device=$1 value
    case $live_wanted in
        CDLABEL=* | LABEL=*)
            value=$(kiwi_live_label "${live_wanted#*=}")
            [ "$(kiwi_iso_label "$device")" = "$value" ] \
                || [ "$(kiwi_blkid "$device" LABEL)" = "$value" ]
            ;;
        UUID=*) [ "$(kiwi_blkid "$device" UUID)" = "${live_wanted#*=}" ] ;;
        PARTUUID=*) [ "$(kiwi_blkid "$device" PART_ENTRY_UUID)" = "${live_wanted#*=}" ] ;;
        PARTLABEL=*) [ "$(kiwi_blkid "$device" PART_ENTRY_NAME)" = "${live_wanted#*=}" ] ;;
        /dev/*) [ "$device" -ef "$live_wanted" ] ;;
        *) return 1 ;;
    esac
}

# Does DEVICE hold the live folder? Looks only, leaves nothing mounted.
kiwi_live_carries() {
    local code=1
    if [ "$(kiwi_bytes "$1" 32769 5)" = CD001 ]; then
        # By type: blkid may report the partition table of a hybrid image only.
        mkdir -p "$look_folder"
        mount -n -t iso9660 -o ro "$1" "$look_folder" 2> /dev/null || return 1
    else
        kiwi_mount_untouched "$1" "$look_folder" || return 1
    fi
    [ -e "$look_folder/$live_dir/$live_image" ] && code=0
    umount "$look_folder"
    return $code
}

# Fills the result variables for a device that carries the live folder.
kiwi_live_take() {
    local device=$1 disk
    disk=$(kiwi_disk_of "$device")
    medium_disk=$disk
    case $(kiwi_live_drive "$disk") in
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

kiwi_live_drive() {
    lsblk -d -n -r -o TYPE "$1" 2> /dev/null
}

# root= names a device: one pass over all of them.
kiwi_live_find_device() {
    local device
    while read -r device; do
        kiwi_live_matches "$device" || continue
        if kiwi_live_carries "$device"; then
            kiwi_live_take "$device"
            return 0
        fi
        looked_at+=("$device has the right name, but no $live_dir/$live_image")
    done < <(kiwi_block_devices)
    return 1
}

# iso-scan/filename=: one pass over everything with a file system.
kiwi_live_find_file() {
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
            elif kiwi_live_carries "$loop"; then
                host_device=$device
                host_file=$file
                medium_device=$loop
                medium_kind='file'
                medium_disk=$(kiwi_disk_of "$device")
                return 0
            else
                looked_at+=("$device: $file has no $live_dir/$live_image")
                losetup -d "$loop"
            fi
        fi
        umount "$host_folder"
    done < <(kiwi_block_devices)
    return 1
}

# For kiwi_fail: what was looked for, and what there is.
kiwi_live_report_devices() {
    local line device text
    if [ -n "$iso_file" ]; then
        say "Searched: the file $iso_file (iso-scan/filename) on every partition"
    else
        say "Searched: $live_dir/$live_image on a device with $live_wanted (root=)"
    fi
    for line in "${looked_at[@]}"; do
        say "  $line"
    done
    text=
    while read -r device; do
        text=1
        line=$(kiwi_iso_label "$device") && line="ISO 9660 label '$line'"
        say "  found $device: $(($(kiwi_sysfs "$device" size) / 2048)) MiB," \
            "type $(kiwi_blkid "$device" TYPE), label '$(kiwi_blkid "$device" LABEL)'${line:+, $line}"
    done < <(kiwi_block_devices)
    [ -n "$text" ] || say "  found no disk, stick or CD at all: a driver may be missing in the initrd"
}
