#!/bin/bash
# The live system of a server: into memory, or once to a disk. Sourced by kiwi-live-root
# after kiwi-net.sh and kiwi-disk.sh.
#
# Sets the result variables of kiwi-media.sh; medium_kind is also "memory" and "network".

# shellcheck disable=SC2034,SC2154 # set and used across these files
# net_wait REASON: comes back to the initqueue, which calls again, or fails when the time is over.
net_wait() {
    net_patience live "$1" || fail "$1, after $(kiwi_device_timeout) seconds (DEVICE_TIMEOUT)"
    exit 1
}

net_find() {
    local system
    case $medium_wanted in
        AOEINTERFACE=*)
            net_find_aoe "${medium_wanted#*=}"
            return
            ;;
    esac
    download_speaker=kiwi-live
    net_shown=$(fetch_shown "$medium_wanted")
    system=$(getarg rd.kiwi.live.system=)
    case $system in
        '' | /dev/ram[0-9]*) net_to_memory ;;
        *) net_to_disk "$system" ;;
    esac
}

# What is to come, into net_bytes; only now is anything changed anywhere.
net_reach() {
    local type volume head=/run/kiwi/live.first
    command -v curl > /dev/null || fail "root=live:$net_shown needs curl, which this initrd does not have"
    fetch_configure rd.kiwi.live.curl_options
    fetch_head "$medium_wanted" $head || net_wait "nothing comes from $net_shown: $fetch_reason"
    read -r type volume < <(fetch_content $head)
    [ "$type" = iso9660 ] || fail "$net_shown is not an ISO image"
    net_bytes=${remote_bytes:-$volume}
    if [ "$net_bytes" -lt "$volume" ]; then
        kiwi_speaker=kiwi-live say "download is incomplete: $net_bytes of $volume bytes from $net_shown"
        fail "the server has less of $net_shown than the ISO itself says"
    fi
    fetch_sum "$medium_wanted" || net_wait "$fetch_reason"
    kiwi_hook_once postnetwork
    rm -f /run/kiwi/live.start
}

# net_load TARGET: everything but the first MiB, which is in net_head and known to be right.
net_head=/run/kiwi/live.head
net_load() {
    local target=$1 attempt
    kiwi_hook predownload
    say "Downloading $net_shown: $((net_bytes / 1048576)) MiB"
    for attempt in 1 2; do
        download "$medium_wanted" "$target" "$net_bytes" $net_head || fail "$fetch_reason"
        if [ -z "$remote_sum" ]; then
            say "Downloaded: $net_bytes bytes; the server has no checksum (.sha256) to compare"
            kiwi_hook postdownload
            return
        fi
        say "Comparing what was downloaded"
        if download_verify "$target" "$net_bytes" $net_head "$remote_sum"; then
            say "Downloaded: $net_bytes bytes, sha256 $remote_sum"
            kiwi_hook postdownload
            return
        fi
        # Pieces of two files?
        if [ $attempt = 2 ] || [ -z "$download_resumed" ]; then break; fi
        say "The checksum is wrong, once more from the beginning"
    done
    fail "$net_shown is damaged: its sha256 is $download_sum, must be $remote_sum"
}

# ---------------------------------------------------------------- memory

net_to_memory() {
    net_reach
    memory_target "$net_bytes" || fail "$fetch_reason"
    net_load "$memory_file"
    download_finish "$memory_file" $net_head || fail "$memory_file cannot be written"
    rm -f $net_head
    memory_device || fail "$memory_file cannot be used as a device"
    medium_device=$memory_node
    medium_kind=memory
    medium_disk=
    kiwi_medium_carries "$medium_device" || fail "$net_shown has no $medium_content"
}

# ------------------------------------------------------------------ disk
#
# Behind the image, in the MiB in front of a partition for changes (kiwi-lib.sh, "free space
# of a stick"), stands that this boot code put it there completely:

NET_MARK_SECTOR=1024

net_mark_place() {
    echo $((($(kiwi_iso_sectors "$1") + 2047) / 2048 * 2048 + NET_MARK_SECTOR))
}

net_mark_write() {
    local place
    place=$(net_mark_place "$1")
    [ $((place + 2048)) -lt "$(kiwi_sysfs "$1" size)" ] || return 0
    printf 'KIWILIVE1\niso=%s\nvolid=%s\nmbrid=%s\nsha256=%s\n' "$(kiwi_iso_identity "$1")" \
        "$(kiwi_iso_label "$1")" "$(net_mbrid "$1")" "$remote_sum" \
        | dd of="$1" bs=512 seek="$place" count=1 conv=notrunc,sync,fsync status=none
}

# Is the mark there, and does it belong to the image in front of it?
net_marked() {
    local place
    place=$(net_mark_place "$1")
    [[ $'\n'$(kiwi_bytes "$1" $((place * 512)) 512) == $'\nKIWILIVE1\niso='$(kiwi_iso_identity "$1")$'\n'* ]]
}

# The number that names the build, in the field for the application.
net_mbrid() {
    local text
    text=$(kiwi_bytes "$1" 33342 128)
    [[ $text =~ ^[[:print:]]*$ ]] && echo "${text%"${text##*[! ]}"}"
}

net_to_disk() {
    local system=$1 disk content
    [[ $system == /dev/* ]] || fail "rd.kiwi.live.system=$system is no device"
    [ -b "$system" ] || net_wait "there is no device $system (rd.kiwi.live.system)"
    disk=$(readlink -f "$system")
    [ "$(kiwi_drive_type "$disk")" != part ] \
        || fail "rd.kiwi.live.system=$system is a partition, a whole disk is needed"
    if ! net_resets; then
        if kiwi_medium_carries "$disk"; then
            if net_marked "$disk"; then
                say "$system already has the live system $(kiwi_iso_label "$disk") ($(net_mbrid "$disk")); rd.kiwi.live.reset loads it again"
            else
                say "$system has a live system that was put there otherwise; rd.kiwi.live.reset replaces it"
            fi
            kiwi_medium_take "$disk"
            return
        fi
        content=$(kiwi_disk_content "$disk")
        [ "$content" = empty ] \
            || fail "$system is not empty ($(fetch_printable <<< "$content")), nothing was changed; rd.kiwi.live.reset erases it"
    fi
    net_reach
    net_deploy "$system" "$disk"
    kiwi_medium_take "$disk"
    kiwi_medium_carries "$disk" || fail "$net_shown has no $medium_content"
}

# Only once in a boot.
net_resets() {
    [ ! -e /run/kiwi/live.deployed ] && getargbool 0 rd.kiwi.live.reset
}

net_deploy() {
    local system=$1 disk=$2 have
    have=$(($(kiwi_sysfs "$disk" size) * 512))
    [ "$net_bytes" -le $have ] \
        || fail "$net_shown needs $((net_bytes / 1048576)) MiB, $system has $((have / 1048576)) MiB"
    [ "$(blockdev --getro "$disk")" = 0 ] || fail "$system is write protected"
    [ "$(blockdev --getss "$disk")" -le 2048 ] \
        || fail "$system has sectors of $(blockdev --getss "$disk") bytes, an ISO cannot be used from it"
    command -v wipefs > /dev/null || fail "rd.kiwi.live.system needs wipefs, which this initrd does not have"
    kiwi_disk_release "$disk" || fail "$system is in use"
    kiwi_hook preImageDump
    say "Everything on $system ($((have / 1048576)) MiB) is being replaced"
    kiwi_disk_wipe "$disk" "$net_bytes" || fail "$system cannot be written"
    net_load "$disk"
    # First the system, then the word that it is one.
    if ! download_finish "$disk" $net_head || ! net_mark_write "$disk"; then
        fail "$system cannot be written"
    fi
    rm -f $net_head
    sync
    blockdev --flushbufs "$disk"
    kiwi_disk_reread "$disk"
    : > /run/kiwi/live.deployed
    kiwi_hook postImageDump
    say "The live system is on $system, the network is not needed any more"
}

# ------------------------------------------------------------------- AoE

net_find_aoe() {
    local device=/dev/etherd/$1
    [[ $1 =~ ^e[0-9]{1,5}\.[0-9]{1,3}$ ]] || fail "root=live:AOEINTERFACE=$1 is not of the form e0.1"
    kiwi_aoe_discover
    [ -b "$device" ] || net_wait "there is no device $device (ATA over Ethernet)"
    kiwi_medium_carries "$device" || fail "$device has no $medium_content"
    rm -f /run/kiwi/live.start
    medium_device=$device
    medium_kind=network
    medium_disk=
}
