#!/bin/bash
# Prepares everything /sysroot needs. dracut's initqueue calls it once per pass
# until /run/kiwi/live.ready exists.
#
#   /run/overlay                      tmpfs
#   /run/overlay/isodev               link to the device with the ISO
#   /run/overlay/live                 the medium
#   /run/overlay/squashfs_container   LiveOS/squashfs.img
#   /run/overlay/rootfsbase           the read-only root
#   /run/overlay/overlayfs/{rw,work}  changes

[ -e /run/kiwi/live.ready ] && exit 0
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
# shellcheck source=/dev/null # dracut's
. /lib/dracut-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-lib.sh
. /lib/kiwi-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-media.sh
. /lib/kiwi-media.sh
# shellcheck source=../59kiwi-lib/kiwi-disk.sh
. /lib/kiwi-disk.sh
# shellcheck source=../59kiwi-lib/kiwi-net.sh
. /lib/kiwi-net.sh
# shellcheck source=kiwi-live-persist.sh
. /lib/kiwi-live-persist.sh
# shellcheck source=kiwi-live-net.sh
. /lib/kiwi-live-net.sh
mkdir -p /run/kiwi
kiwi_debug_setup

live_dir=$(getarg rd.live.dir=)
live_dir=${live_dir:-LiveOS}
live_image=$(getarg rd.live.squashimg=)
live_image=${live_image:-squashfs.img}
medium_wanted=$(getarg root=)
medium_wanted=${medium_wanted#live:}
# shellcheck disable=SC2034 # what kiwi-media.sh looks for
medium_content=$live_dir/$live_image
persist_parameters
medium_device='' medium_kind='' medium_disk='' host_device='' host_file=''
looked_at=()

# fail REASON: the shell or the reboot the user configured; after a shell the
# next pass starts from nothing.
fail() {
    kiwi_fail "$1"
    take_down
    rm -f /run/kiwi/live.start
    exit 1
}

take_down() {
    local folder
    for folder in /run/overlay/rootfsbase /run/overlay/squashfs_container /run/overlay/live \
        "$area" /run/overlay/overlayhost /run/overlay/ram /run/overlay "$look_folder"; do
        mountpoint -q "$folder" && umount -l "$folder"
    done
    # Only devices that were set up here: there are no others yet.
    losetup -D
    memory_release
    mountpoint -q "$host_folder" && umount "$host_folder"
}

kiwi_report() {
    [ -z "$medium_device" ] || return 0
    case $medium_wanted in
        http:* | https:* | ftp:* | AOEINTERFACE=*) net_report ;;
        *) kiwi_medium_report ;;
    esac
}

# ------------------------------------------------------------------ medium

find_medium() {
    local code
    case $medium_wanted in
        http:* | https:* | ftp:* | AOEINTERFACE=*)
            net_find
            return
            ;;
    esac
    kiwi_medium_await /run/kiwi/live.start
    code=$?
    [ $code = 0 ] && return
    [ $code = 2 ] && fail "no medium with the live system after $(kiwi_device_timeout) seconds (DEVICE_TIMEOUT)"
    # Not there yet: the initqueue calls again.
    exit 1
}

# Called by kiwi-media-check.
# shellcheck disable=SC2317
show_percent() {
    say_progress "Checking the medium: $1%"
}

check_medium() {
    local text code
    getargbool 0 mediacheck || getargbool 0 rd.live.check || return 0
    kiwi_hide_splash
    say "Checking the medium $medium_device, this takes a while"
    export -f show_percent say_progress kiwi_consoles
    text=$(/sbin/kiwi-media-check "$medium_device" show_percent 2>&1)
    code=$?
    case $code in
        0) say "Media check: good ($text)" ;;
        1) fail "Media check FAILED: the medium is damaged ($text)" ;;
        *) fail "Media check FAILED: $text" ;;
    esac
}

# ------------------------------------------------------------------ layers

# mount_layer FILE-OR-DEVICE FOLDER NAME: read-only, by detected type
mount_layer() {
    local source=$1 folder=$2 name=$3 type options=ro
    if [ ! -b "$source" ]; then
        modprobe -q loop
        source=$(losetup -r -f --show "$source") || fail "$name: $1 cannot be used as a device"
    fi
    type=$(kiwi_blkid "$source" TYPE)
    if [ "$type" = crypto_LUKS ]; then
        open_root "$source" "kiwi-${folder##*/}" "$name"
        source=/dev/mapper/kiwi-${folder##*/}
        type=$(kiwi_blkid "$source" TYPE)
    fi
    [ -n "$type" ] || fail "$name: $1 has no known file system"
    [ "$type" = xfs ] && options=ro,norecovery
    modprobe -q "$type"
    mkdir -p "$folder"
    mount -n -t "$type" -o "$options" "$source" "$folder" || fail "$name: $1 ($type) cannot be mounted"
}

open_root() {
    local device=$1 map=$2 name=$3 try
    command -v cryptsetup > /dev/null || fail "$name is encrypted and this initrd has no cryptsetup"
    # The build's way to say "no passphrase": 32 zero bytes.
    if [ "$(kiwi_profile kiwi_luks_empty_passphrase)" = true ]; then
        cryptsetup open --type luks --readonly --key-file /dev/zero --keyfile-size 32 "$device" "$map" && return 0
    fi
    for try in 1 2 3; do
        persist_ask "Passphrase for the live system:" \
            | cryptsetup open --type luks --readonly --key-file=- "$device" "$map" && return 0
        say "That did not open the live system ($try of 3)"
    done
    fail "$name could not be opened"
}

# /etc/veritytab of the build: its device is the image, known only now.
open_verity() {
    local image=$1 loop name root_hash options option list=()
    command -v veritysetup > /dev/null || fail "/etc/veritytab needs veritysetup, which this initrd does not have"
    read -r name _ _ root_hash options < /etc/veritytab
    options="$options,$(getarg rd.kiwi.verity_options=)"
    while read -r -d , option; do
        [ -n "$option" ] && list+=("--$option")
    done <<< "$options,"
    loop=$(losetup -r -f --show "$image") || fail "$image cannot be used as a device"
    veritysetup open "${list[@]}" "$loop" "$name" "$loop" "$root_hash" \
        || fail "dm-verity does not accept $image"
    verity_device=/dev/mapper/$name
}

# toram: the image moves into memory, the medium may be removed.
copy_to_memory() {
    local image=$1 need have at=0 pid
    need=$(($(stat -L -c %s "$image") / 1048576 + 1))
    have=$(($(sed -n 's/^MemAvailable: *\([0-9]*\).*/\1/p' /proc/meminfo) / 1024))
    # The system needs some as well.
    if [ $((need + 128)) -gt $have ]; then
        say "Not copied to memory: needs $((need + 128)) MiB, has $have MiB. The medium stays in use"
        return 1
    fi
    say "Copying the live system to memory: $need MiB"
    mkdir -p /run/overlay/ram
    mount -n -t tmpfs -o "size=$((need + 1))m,mode=0755" kiwi-live-ram /run/overlay/ram || return 1
    cp "$image" "/run/overlay/ram/$live_image_name" &
    pid=$!
    while kill -0 $pid 2> /dev/null; do
        sleep 2
        at=$(stat -c %s "/run/overlay/ram/$live_image_name" 2> /dev/null)
        say_progress "Copying to memory: $((${at:-0} / 1048576)) of $need MiB"
    done
    if ! wait $pid; then
        umount /run/overlay/ram
        say "The copy failed. The medium stays in use"
        return 1
    fi
    say "The live system is in memory"
}

# ----------------------------------------------------------------- changes

# Can this area carry changes? Mounted the way /sysroot will be.
try_overlay() {
    local code
    mkdir -p "$area/rw" "$area/work" /run/overlay/try || return 1
    mount -n -t overlay -o "lowerdir=/run/overlay/rootfsbase,upperdir=$area/rw,workdir=$area/work" \
        kiwi-try /run/overlay/try
    code=$?
    [ $code = 0 ] && umount /run/overlay/try
    rmdir /run/overlay/try
    return $code
}

reset_area() {
    getargbool 0 rd.kiwi.live.reset || getargbool 0 rd.live.overlay.reset || return 0
    say "Discarding all changes (rd.kiwi.live.reset)"
    rm -rf "$area/rw" "$area/work"
    sync -f "$area"
}

# Changes made on top of another build of the image may not fit this one.
compare_identity() {
    local identity
    identity=$(kiwi_iso_identity "$medium_device")
    if [ -f "$area/kiwi-live.iso" ]; then
        [ "$(cat "$area/kiwi-live.iso")" = "$identity" ] && return 0
        say "The changes were made with another build of this image; rd.kiwi.live.reset discards them"
    fi
    echo "$identity" > "$area/kiwi-live.iso"
}

prepare_changes() {
    if [ -n "$persist_wanted" ]; then
        if kiwi_persist; then
            # Only now: mounting may have moved the ISO file's device.
            mount_medium
            reset_area
            compare_identity
            return 0
        fi
        # Whatever was mounted on the way.
        mountpoint -q "$area" && umount "$area"
        say "Changes are NOT kept: $persist_reason"
    fi
    mkdir -p "$area"
    mount_medium
    return 1
}

mount_medium() {
    local source
    source=$(kiwi_medium_source)
    [ -b "$source" ] || fail "the medium $medium_device is gone"
    ln -sfn "$source" /run/overlay/isodev
    kiwi_medium_mount "$source" /run/overlay/live || fail "the medium $source cannot be mounted"
}

# -------------------------------------------------------------------- main

modprobe -q loop
modprobe -q isofs
modprobe -q squashfs
modprobe -q overlay

find_medium
rm -f /run/kiwi/live.start
say "Live system found on $medium_device ($medium_kind${host_device:+ $host_file on $host_device})"
check_medium

kiwi_hook premount
mkdir -p /run/overlay
mountpoint -q /run/overlay \
    || mount -n -t tmpfs -o "size=$(kiwi_tmpfs_size rd.live.overlay.size),mode=0755" kiwi-overlay /run/overlay \
    || fail "no memory for the overlay (rd.live.overlay.size)"

persistent=
prepare_changes && persistent=1

image=/run/overlay/live/$live_dir/$live_image
live_image_name=${live_image##*/}
if getargbool 0 rd.live.ram || getargbool 0 toram; then
    if copy_to_memory "$image"; then
        image=/run/overlay/ram/$live_image_name
        umount /run/overlay/live
        source=$(readlink -f /run/overlay/isodev)
        [[ $source == /dev/loop* ]] && losetup -d "$source"
        # Stays when the write area is a file beside the ISO.
        mountpoint -q "$host_folder" && umount "$host_folder" 2> /dev/null
    fi
fi

verity_device=
[ -f /etc/veritytab ] && open_verity "$image"
mount_layer "${verity_device:-$image}" /run/overlay/squashfs_container "The live image"
root_image=/run/overlay/squashfs_container/LiveOS/rootfs.img
if [ -f "$root_image" ]; then
    mount_layer "$root_image" /run/overlay/rootfsbase "The root file system"
elif [ -d /run/overlay/squashfs_container/proc ]; then
    mkdir -p /run/overlay/rootfsbase
    mount -n --bind /run/overlay/squashfs_container /run/overlay/rootfsbase \
        || fail "the root file system cannot be bound to /run/overlay/rootfsbase"
else
    fail "$live_dir/$live_image holds neither LiveOS/rootfs.img nor a root file system"
fi

if [ -n "$persistent" ] && ! try_overlay; then
    say "Changes are NOT kept: the chosen place cannot hold a Linux root"
    umount "$area"
    persistent=
fi
[ -n "$persistent" ] || try_overlay || fail "the overlay of changes cannot be mounted"
[ -n "$persistent" ] && : > /run/kiwi/live.persistent
kiwi_hook postmount
sync

: > /run/kiwi/live.ready
exit 0
