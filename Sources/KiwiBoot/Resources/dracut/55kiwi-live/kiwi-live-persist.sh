#!/bin/bash
# Where changes go when they are to survive. Sourced by kiwi-live-root.
#
# kiwi_persist mounts the write area at $area or fails with the reason in
# $persist_reason; then nothing that existed has been changed.

# shellcheck disable=SC2154 # what kiwi-media.sh found
area=/run/overlay/overlayfs
persist_reason=

persist_no() {
    persist_reason=$*
    return 1
}

# What KIWI up to 8 called the file for changes beside an ISO.
persist_former_file="Live OS's persistent storage.fs"

# Sets persist_wanted (changes are kept) and overlay_wanted (where, when somebody says it): by the parameters of
# today and by those of KIWI up to 8.
persist_parameters() {
    local device file
    persist_wanted='' overlay_wanted=$(getarg rd.live.overlay=)
    case $overlay_wanted in
        none | None | NONE) overlay_wanted= ;;
    esac
    device=$(getarg kiwi_cowdevice=)
    file=$(getarg kiwi_cowsystem=)
    if [ -n "$device" ] && [ -n "$file" ]; then
        case $device in
            /dev/* | *=*) ;;
            *) device=/dev/$device ;;
        esac
        [ -n "$overlay_wanted" ] || overlay_wanted=$device:/${file#/}
    elif [ -n "$device$file" ]; then
        say "kiwi_cowdevice (a partition) and kiwi_cowsystem (a file on it) have an effect only together"
    fi
    if getargbool 0 rd.live.overlay.persistent || [ -n "$overlay_wanted" ]; then
        persist_wanted=1
    fi
    case $(getarg kiwi_hybridpersistent=) in
        true | yes | 1) persist_wanted=1 ;;
        false | no | 0) persist_wanted='' overlay_wanted='' ;;
    esac
    # With any value, and without one.
    if getarg kiwi_ramonly > /dev/null || getarg kiwi_ramonly= > /dev/null; then
        [ -z "$persist_wanted" ] || say "kiwi_ramonly: changes go to memory"
        persist_wanted='' overlay_wanted=''
    fi
}

kiwi_persist() {
    if [ -n "$overlay_wanted" ]; then
        persist_chosen "$overlay_wanted"
    else
        case $medium_kind in
            disk) persist_on_disk "$medium_disk" may-create ;;
            # Somebody else's partition table: use what is there, add nothing.
            partition) persist_on_disk "$medium_disk" must-exist ;;
            file) persist_in_host_file ;;
            cd) persist_no "the medium is a CD" ;;
            memory) persist_no "the live system is in memory (rd.kiwi.live.system names a disk for it)" ;;
            network) persist_no "the medium is on a server" ;;
        esac
    fi
}

# ------------------------------------------------------------ file systems

# The file system asked for, or ext4 with a message when it cannot be made.
# persist_filesystem SIZE-IN-MIB
persist_filesystem() {
    local type
    type=$(getarg rd.live.overlay.cowfs=)
    type=${type:-$(getarg kiwi_hybridpersistent_filesystem=)}
    type=${type:-ext4}
    case $type in
        ext4) ;;
        xfs)
            if [ "$1" -lt 300 ]; then
                say "xfs needs 300 MiB, there are $1 MiB: the write area becomes ext4"
                type=ext4
            fi
            ;;
        btrfs)
            if [ "$1" -lt 128 ]; then
                say "btrfs needs 128 MiB, there are $1 MiB: the write area becomes ext4"
                type=ext4
            fi
            ;;
        *)
            say "rd.live.overlay.cowfs=$type is not one of ext4, xfs, btrfs: the write area becomes ext4"
            type=ext4
            ;;
    esac
    if ! command -v "mkfs.$type" > /dev/null; then
        say "mkfs.$type is not in this initrd: the write area becomes ext4"
        type=ext4
    fi
    # To standard output goes the type alone.
    persist_type=$type
}

# persist_format TARGET SIZE-IN-MIB
persist_format() {
    persist_filesystem "$2"
    say "Making the write area: $2 MiB, $persist_type"
    case $persist_type in
        # Tables at once: nothing is left to a thread of the first mount.
        ext4) mkfs.ext4 -q -F -L cow -E lazy_itable_init=1,lazy_journal_init=0 "$1" ;;
        xfs) mkfs.xfs -q -f -L cow "$1" ;;
        btrfs) mkfs.btrfs -q -f -L cow "$1" ;;
    esac < /dev/null
}

persist_ask() {
    systemd-ask-password --timeout=0 "$1"
}

persist_has_crypt() {
    command -v cryptsetup > /dev/null && command -v systemd-ask-password > /dev/null
}

# persist_encrypt TARGET: sets $persist_mapped
persist_encrypt() {
    local first='' second=x
    persist_has_crypt \
        || { persist_no "rd.live.encrypt needs cryptsetup, which this initrd does not have"; return 1; }
    while [ -z "$first" ] || [ "$first" != "$second" ]; do
        first=$(persist_ask "New passphrase for the write area:") || return 1
        second=$(persist_ask "The same passphrase again:") || return 1
        [ "$first" = "$second" ] || say "The two passphrases differ"
    done
    printf '%s' "$first" \
        | cryptsetup luksFormat --batch-mode --type luks2 --label lukscow --key-file=- "$1" \
        || { persist_no "$1 cannot be encrypted"; return 1; }
    printf '%s' "$first" | cryptsetup open --type luks --key-file=- "$1" kiwi-cow \
        || { persist_no "$1 cannot be opened"; return 1; }
    persist_mapped=/dev/mapper/kiwi-cow
}

# persist_open DEVICE: as it is, or the opened LUKS device, in $persist_mapped
persist_open() {
    local try
    persist_mapped=$1
    [ "$(kiwi_blkid "$1" TYPE)" = crypto_LUKS ] || return 0
    persist_has_crypt \
        || { persist_no "$1 is encrypted and this initrd has no cryptsetup"; return 1; }
    for try in 1 2 3; do
        if persist_ask "Passphrase for the write area $1:" \
            | cryptsetup open --type luks --key-file=- "$1" kiwi-cow; then
            persist_mapped=/dev/mapper/kiwi-cow
            return 0
        fi
        say "That did not open $1 ($try of 3)"
    done
    persist_no "$1 could not be opened"
}

# persist_mount DEVICE [FOLDER]: writable, after a check where there is one
persist_mount() {
    local device=$1 folder=${2:-$area} type code
    type=$(kiwi_blkid "$device" TYPE)
    case $type in
        ext2 | ext3 | ext4)
            # Somebody's partition that merely holds our file is left to its journal.
            if [ "$folder" = "$area" ] && command -v e2fsck > /dev/null; then
                e2fsck -p "$device" < /dev/null
                code=$?
                # 1 and 2: errors were corrected.
                [ $code -le 2 ] || persist_no "e2fsck of $device ended with status $code" || return 1
            fi
            ;;
        xfs | btrfs | f2fs | vfat | exfat) ;;
        ntfs) type=ntfs3 ;;
        '') persist_no "$device has no file system"; return 1 ;;
        *) persist_no "$device is of type $type"; return 1 ;;
    esac
    modprobe -q "$type"
    mkdir -p "$folder"
    mount -n -t "$type" -o rw "$device" "$folder" \
        || { persist_no "$device ($type) cannot be mounted"; return 1; }
}

# ------------------------------------------------- partition on the stick

# persist_on_disk DISK may-create|must-exist
persist_on_disk() {
    local disk=$1 part note label
    # The partition Kiwi made on this very disk, whatever became of its label.
    if note=$(kiwi_note_partition "$disk"); then
        part=${note%% *}
        note=${note##* }
        if [ "$(kiwi_note_value "$disk" "$note" state)" = creating ]; then
            say "The write area on $part was not finished: making it again"
            persist_fill_partition "$disk" "$part" "$note"
            return
        fi
        persist_use_partition "$part"
        return
    fi
    # One that somebody labelled so. Only on the medium's own disk: a partition
    # of that name elsewhere belongs to somebody else.
    while read -r part; do
        label=$(kiwi_blkid "$part" LABEL)
        if [ "$label" = cow ] || [ "$label" = lukscow ]; then
            persist_use_partition "$part"
            return
        fi
    done < <(kiwi_partitions_of "$disk")
    [ "$2" = may-create ] || { persist_no "$disk has no partition labelled 'cow'"; return 1; }
    persist_add_partition "$disk"
}

persist_use_partition() {
    if persist_open "$1" && persist_mount "$persist_mapped"; then
        say "Changes are kept on $1"
        return 0
    fi
    persist_reason="$persist_reason; $1 was left as it is"
    return 1
}

# First sector behind everything the image put on the disk.
persist_image_end() {
    local disk=$1 part end stop
    end=$(kiwi_iso_sectors "$disk")
    while read -r part; do
        stop=$(($(kiwi_sysfs "$part" start) + $(kiwi_sysfs "$part" size)))
        [ "$stop" -gt "$end" ] && end=$stop
    done < <(kiwi_partitions_of "$disk")
    if [ "$(kiwi_bytes "$disk" 512 8)" = "EFI PART" ]; then
        # The image's own second GPT counts, unless it was moved to the disk's end.
        stop=$(($(kiwi_number "$disk" 544 8) + 1))
        [ "$stop" -gt "$end" ] && [ "$stop" -lt "$(kiwi_sysfs "$disk" size)" ] && end=$stop
    fi
    echo "$end"
}

persist_add_partition() {
    local disk=$1 gpt='' total end note start size identity type at before after part
    if [ "$(blockdev --getro "$disk")" = 1 ]; then
        persist_no "$disk is write protected"
        return 1
    fi
    [ "$(kiwi_bytes "$disk" 512 8)" = "EFI PART" ] && gpt=1
    identity=$(kiwi_iso_identity "$disk")
    total=$(kiwi_sysfs "$disk" size)
    end=$(persist_image_end "$disk")
    # Whole MiB; in front of the partition one for the note (kiwi-lib.sh).
    note=$(((end + 2047) / 2048 * 2048))
    start=$((note + KIWI_NOTE_SECTORS))
    # Behind it room for the second GPT, as large as the first one.
    size=$(((total - (gpt ? 2048 : 0)) / 2048 * 2048 - start))
    if [ $size -lt $((64 * 2048)) ]; then
        persist_no "$disk has $((size > 0 ? size / 2048 : 0)) MiB left behind the image, 64 MiB are needed"
        return 1
    fi
    if [ -z "$gpt" ]; then
        # Four entries, and numbers of 32 bits.
        [ "$(kiwi_partitions_of "$disk" | grep -c .)" -lt 4 ] \
            || { persist_no "the partition table of $disk is full"; return 1; }
        [ $((start + size)) -le 4294967295 ] || size=$(((4294967295 - start) / 2048 * 2048))
    fi

    say "First boot from $disk: adding a partition for changes ($((size / 2048)) MiB)"
    # An interrupted attempt with the same image may have changed the table
    # already: then the copy made before it is the true one.
    if [ "$(kiwi_note_value "$disk" "$note" iso)" != "$identity" ] \
        || [ "$(kiwi_note_value "$disk" "$note" state)" != creating ]; then
        dd if="$disk" of="$disk" bs=512 count=64 seek=$((note + 8)) conv=notrunc,fsync status=none \
            || { persist_no "$disk cannot be written"; return 1; }
        kiwi_note_write "$disk" "$note" "$identity" "$start" "$size" creating \
            || { persist_no "$disk cannot be written"; return 1; }
    fi
    # Signatures of what was on the stick before the image.
    for at in "$start" $((start + size - 2048)); do
        dd if=/dev/zero of="$disk" bs=512 seek="$at" count=2048 conv=notrunc,fsync status=none \
            || { persist_no "$disk cannot be written"; return 1; }
    done

    type=L
    [ -n "$gpt" ] && type=0FC63DAF-8483-4772-8E79-3D69D8477DE4
    before=$(kiwi_partitions_of "$disk")
    kiwi_hook prepartition
    # --force: the kernel has the disk in use as far as sfdisk can tell.
    printf 'start=%s, size=%s, type=%s%s\n' "$start" "$size" "$type" "${gpt:+, name=cow}" \
        | kiwi_lock "$disk" sfdisk --quiet --append --force --no-reread --no-tell-kernel \
            --wipe never --wipe-partitions never "$disk" \
        || { persist_no "sfdisk could not add a partition to $disk"; return 1; }
    sync
    partx --update "$disk"
    udevadm settle --timeout=30
    after=$(kiwi_partitions_of "$disk")
    [ "$before" != "$after" ] || { persist_no "the kernel does not see the new partition of $disk"; return 1; }
    part=$(kiwi_note_partition "$disk") \
        || { persist_no "the new partition of $disk is not where it should be"; return 1; }
    kiwi_hook postpartition
    persist_fill_partition "$disk" "${part%% *}" "$note"
}

# Makes the file system of a partition that never held data.
persist_fill_partition() {
    local disk=$1 part=$2 note=$3 target=$2 start size
    start=$(kiwi_sysfs "$part" start)
    size=$(kiwi_sysfs "$part" size)
    if getargbool 0 rd.live.encrypt; then
        persist_encrypt "$part" || return 1
        target=$persist_mapped
    fi
    persist_format "$target" $((size / 2048)) \
        || { persist_no "the file system on $part could not be made"; return 1; }
    sync
    blockdev --flushbufs "$target"
    kiwi_note_write "$disk" "$note" "$(kiwi_iso_identity "$disk")" "$start" "$size" ready
    udevadm settle --timeout=30
    persist_mount "$target" && say "Changes are kept on $part"
}

# ------------------------------------------------------------------- files

# persist_make_file FILE SIZE-IN-MIB: with a file system in it
persist_make_file() {
    local file=$1 size=$2 loop code=0
    truncate -s "${size}M" "$file" || { persist_no "$file cannot be made"; return 1; }
    loop=$(losetup -f --show "$file") || { persist_no "$file cannot be used as a device"; return 1; }
    if getargbool 0 rd.live.encrypt; then
        if persist_encrypt "$loop"; then
            persist_format "$persist_mapped" "$size" || code=1
            cryptsetup close kiwi-cow
        else
            losetup -d "$loop"
            return 1
        fi
    else
        persist_format "$loop" "$size" || code=1
    fi
    losetup -d "$loop"
    [ $code = 0 ] || persist_no "the file system in $file could not be made"
}

# persist_use_file FILE: mount it, make it first when it does not exist
persist_use_file() {
    local file=$1 size have loop
    if [ ! -e "$file" ]; then
        size=$(getarg rd.live.cowfile.mbsize=)
        case $size in
            '' | *[!0-9]*) size=500 ;;
        esac
        # Under another name until complete: a power cut leaves no half file.
        rm -f "$file.new"
        if ! mkdir -p "${file%/*}"; then
            persist_no "${file%/*} cannot be written"
            return 1
        fi
        have=$(($(stat -f -c '%a * %S' "${file%/*}") / 1048576))
        if [ "$size" -gt "$have" ]; then
            persist_no "${file##*/} needs $size MiB (rd.live.cowfile.mbsize), there are $have MiB"
            return 1
        fi
        say "Making the file for changes: ${file##*/}, $size MiB"
        if ! persist_make_file "$file.new" "$size"; then
            rm -f "$file.new"
            return 1
        fi
        sync
        mv "$file.new" "$file"
        sync
    fi
    loop=$(losetup -f --show "$file") || { persist_no "$file cannot be used as a device"; return 1; }
    if persist_open "$loop" && persist_mount "$persist_mapped"; then
        say "Changes are kept in the file ${file##*/}"
        return 0
    fi
    losetup -d "$loop" 2> /dev/null
    persist_reason="$persist_reason; the file was left as it is"
    return 1
}

# Beside an ISO that boots as a file: its partition becomes writable.
persist_in_host_file() {
    local file
    file=$(getarg rd.live.cowfile.path=)
    file=${file:-$(kiwi_label "$(getarg kiwi_hybridpersistent_cow_filename=)")}
    if [ -z "$file" ] && [ ! -e "$host_folder/live_system.cow" ] && [ -e "$host_folder/$persist_former_file" ]; then
        file=$persist_former_file
    fi
    file=${file:-live_system.cow}
    losetup -d "$medium_device"
    umount "$host_folder"
    if persist_mount "$host_device" "$host_folder"; then
        medium_device=$(losetup -r -f --show "$host_folder$host_file")
        persist_use_file "$host_folder/${file#/}"
        return
    fi
    kiwi_mount_untouched "$host_device" "$host_folder" \
        && medium_device=$(losetup -r -f --show "$host_folder$host_file")
    return 1
}

# rd.live.overlay=DEVICE[:PATH]
persist_chosen() {
    local spec=$1 device path='' limit folder=/run/overlay/overlayhost
    case $spec in
        *:*)
            path=${spec#*:}
            spec=${spec%%:*}
            [ "$path" = auto ] && path=
            ;;
    esac
    limit=$(($(kiwi_uptime) + $(kiwi_device_timeout)))
    until device=$(persist_device "$spec"); do
        if [ "$(kiwi_uptime)" -ge $limit ]; then
            persist_no "there is no device $spec (rd.live.overlay)"
            return 1
        fi
        udevadm settle --timeout=5
        sleep 1
    done
    if [ -z "$path" ]; then
        case $(kiwi_blkid "$device" TYPE) in
            vfat | exfat | ntfs)
                persist_no "$device cannot hold a Linux root; name a file on it: rd.live.overlay=$spec:/live_system.cow"
                return 1
                ;;
        esac
        persist_use_partition "$device"
        return
    fi
    if [ "$device" = "$host_device" ]; then
        # Two mounts of one device would disagree about read-only.
        losetup -d "$medium_device"
        umount "$host_folder"
        folder=$host_folder
        persist_mount "$device" "$folder" \
            || { kiwi_mount_untouched "$device" "$folder"; medium_device=$(losetup -r -f --show "$folder$host_file"); return 1; }
        medium_device=$(losetup -r -f --show "$folder$host_file")
    else
        persist_open "$device" && persist_mount "$persist_mapped" "$folder" || return 1
    fi
    path=$folder/${path#/}
    if [ -d "$path" ]; then
        mkdir -p "$area"
        mount --bind "$path" "$area" || { persist_no "$path cannot be used"; return 1; }
        say "Changes are kept in the folder ${path#"$folder"} of $device"
    else
        persist_use_file "$path"
    fi
}

persist_device() {
    local device value name
    case $1 in
        /dev/*)
            [ -b "$1" ] && readlink -f "$1"
            return
            ;;
        LABEL=*) name=LABEL ;;
        UUID=*) name=UUID ;;
        PARTUUID=*) name=PART_ENTRY_UUID ;;
        PARTLABEL=*) name=PART_ENTRY_NAME ;;
        *) return 1 ;;
    esac
    value=$(kiwi_label "${1#*=}")
    # The medium's own disk first: a label may exist twice.
    for device in $([ -n "$medium_disk" ] && kiwi_partitions_of "$medium_disk") $(kiwi_block_devices); do
        if [ "$(kiwi_blkid "$device" $name)" = "$value" ]; then
            echo "$device"
            return 0
        fi
    done
    return 1
}
