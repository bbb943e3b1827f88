#!/bin/bash
# kiwi-repart ROOT: the last partition of the image takes the free space of the
# disk, and then every layer on it: RAID, LUKS, LVM, file system, swap.
#
# Each layer is compared with what it lies on, at every boot: a boot that was cut
# short is finished by the next one, and with nothing to do nothing is written.
# Everything grows while in use, which for all of these is safe at any moment.
# A failure is reported and the boot goes on: the system is as it was, only small.

export PATH=/usr/sbin:/usr/bin:/sbin:/bin
# shellcheck source=/dev/null # dracut's
. /lib/dracut-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-lib.sh
. /lib/kiwi-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-disk.sh
. /lib/kiwi-disk.sh
# shellcheck source=kiwi-reencrypt.sh
. /lib/kiwi-reencrypt.sh
kiwi_debug_setup

root_device=$1
folder=/run/kiwi/grow

# GPT attribute of the partition that a system with oem-resize-once has grown.
grown_bit=56

stay() {
    say "The last partition stays as it is: $*"
}

# ---------------------------------------------------------------- partition

systemsize() {
    local value
    for value in "$(getarg rd.kiwi.install.systemsize=)" "$(getarg rd.kiwi.install.install.systemsize=)" \
        "$(kiwi_profile kiwi_oemrootMB)"; do
        [ -n "$value" ] || continue
        echo "$value"
        return
    done
}

# oem-resize-once: has it been done? On a GPT a bit of the partition says so; a
# table without such bits is compared with what the build wrote.
grown_before() {
    local uuid built
    [ "$(kiwi_profile kiwi_oemresizeonce)" = true ] || return 1
    uuid=$(kiwi_profile kiwi_rootpartuuid)
    # Another partition than the one that was built.
    [ -n "$uuid" ] && [ "${uuid,,}" != "$(kiwi_blkid "$part" PART_ENTRY_UUID)" ] && return 0
    if [ "$table" = gpt ]; then
        sfdisk --part-attrs "$disk" "$number" | grep -qw "GUID:.*\b$grown_bit\b"
        return
    fi
    built=$(sed -n 's/^kiwi_RootPartSize="\{0,1\}\([0-9]*\)"\{0,1\}$/\1/p' /config.partids 2> /dev/null)
    [ -n "$built" ] && [ "$built" != "$size" ]
}

# First sector behind the free space that follows the partition.
free_end() {
    local end=$disk_size other other_start
    case $table in
        gpt) end=$((end - $(kiwi_gpt_reserve "$disk" "$sector"))) ;;
        dos)
            # Numbers of 32 bits.
            if [ $((end * 512 / sector)) -gt 4294967295 ]; then
                end=$((4294967295 * (sector / 512)))
                say "An MBR partition table ends at $(kiwi_size_text $((end * 512))): the rest of $disk is not used" >&2
            fi
            ;;
    esac
    while read -r other; do
        [ "$other" = "$part" ] && continue
        other_start=$(kiwi_sysfs "$other" start)
        # The one around a logical partition begins in front of it, and goes along.
        [ "$other_start" -gt "$start" ] && [ "$other_start" -lt "$end" ] && end=$other_start
    done < <(kiwi_partitions_of "$disk")
    echo "$end"
}

# change_partition NUMBER FIELDS: one entry of the table, everything else kept.
change_partition() {
    # --force: the disk is in use as far as sfdisk can tell.
    printf '%s\n' "$2" | kiwi_lock "$disk" sfdisk --quiet --force --no-reread --no-tell-kernel \
        --wipe never --wipe-partitions never -N "$1" "$disk"
}

move_second_gpt() {
    kiwi_gpt_at_end "$disk" "$sector" "$disk_size" && return 0
    say "Moving the second partition table to the end of $disk"
    kiwi_lock "$disk" sfdisk --quiet --force --no-reread --no-tell-kernel --relocate gpt-bak-std "$disk" \
        || { command -v sgdisk > /dev/null && kiwi_lock "$disk" sgdisk --move-second-header "$disk" > /dev/null; }
}

# The extended partition around a logical one, from the table.
extended_number() {
    sfdisk --dump "$disk" 2> /dev/null \
        | sed -n 's/^[^ ]*[^0-9]\([0-9]*\) : .*type=\(5\|f\|85\)\(,.*\)*$/\1/p' | head -n 1
}

grow_partition() {
    local new fields extended before force='' array
    getargbool 0 rd.kiwi.oem.force_resize && force=1
    case $table in
        gpt | dos) ;;
        *)
            stay "there is no support for a partition table of type '$table'"
            return
            ;;
    esac
    if [ -z "$force" ] && grown_before; then
        say "The last partition has been grown before (oem-resize-once)"
        return
    fi
    # Not in a subshell: the reason is wanted.
    kiwi_growth "$start" "$size" "$(free_end)" "$(systemsize)" "$force" > /run/kiwi/grow.size
    if ! read -r new < /run/kiwi/grow.size; then
        [ -z "$growth_reason" ] || stay "$growth_reason"
        return
    fi

    say "Growing $part from $(kiwi_size_text $((size * 512))) to $(kiwi_size_text $((new * 512)))"
    if [ "$table" = gpt ] && ! move_second_gpt; then
        stay "the second partition table cannot be moved"
        return
    fi
    # An array whose description lies at its end writes a second one first: at no
    # moment is there none where the partition table says.
    if [ "$(kiwi_blkid "$part" TYPE)" = linux_raid_member ] && command -v resizepart > /dev/null; then
        array=$(kiwi_holders "$part")
        if [ -n "$array" ] && resizepart "$disk" "$number" "$new"; then
            grow_array "$array"
            sync
        fi
    fi
    if [ "$table" = dos ] && [ "$number" -gt 4 ]; then
        extended=$(extended_number)
        before=$((start + new - $(kiwi_sysfs "$(kiwi_partition "$disk" "$extended")" start)))
        if ! change_partition "$extended" "size=$((before * 512 / sector))"; then
            stay "the extended partition cannot be grown"
            return
        fi
    fi
    fields="size=$((new * 512 / sector))"
    if [ "$table" = gpt ] && [ "$(kiwi_profile kiwi_oemresizeonce)" = true ]; then
        fields="$fields, attrs=\"$(sfdisk --part-attrs "$disk" "$number") GUID:$grown_bit\""
    fi
    if ! change_partition "$number" "$fields"; then
        stay "sfdisk cannot change $disk"
        return
    fi
    if [ "$(kiwi_profile kiwi_gpt_hybrid_mbr)" = true ] && command -v sgdisk > /dev/null; then
        kiwi_lock "$disk" sgdisk --hybrid "$(hybrid_list)" "$disk" > /dev/null
    fi
    sync
    if [ -d "/sys/class/block/${disk##*/}/dm" ]; then
        kpartx -u -s "$disk"
    else
        partx --update --nr "$number" "$disk"
    fi
    udevadm settle --timeout=30
    size=$(kiwi_sysfs "$part" size)
    [ "$size" = "$new" ] || stay "the kernel does not take the new size of $part"
}

# The first three partitions, as sgdisk wants them.
hybrid_list() {
    local found list=
    found=$(kiwi_partitions_of "$disk" | grep -c .)
    for number_shown in 1 2 3; do
        [ "$number_shown" -le "$found" ] && list=$list:$number_shown
    done
    echo "${list#:}"
}

# ------------------------------------------------------------------- layers

# room BELOW ABOVE: is there so much more below that growing is worth it?
room() {
    [ $(($1 - $2)) -ge $((KIWI_GROW_MINIMUM * 512)) ]
}

bytes_of() {
    echo $(($(kiwi_sysfs "$(readlink -f "$1")" size) * 512))
}

needs() {
    command -v "$1" > /dev/null && return 0
    say "$2 stays as it is: this initrd has no $1"
    return 1
}

grow_layers() {
    local device=$1 type holder
    type=$(kiwi_blkid "$device" TYPE)
    holder=$(kiwi_holders "$(readlink -f "$device")" | head -n 1)
    case $(kiwi_dm_uuid "$holder") in
        CRYPT-VERITY-* | CRYPT-INTEGRITY-*)
            say "$device stays as it is: its content is protected by checksums"
            return
            ;;
    esac
    case $type in
        linux_raid_member)
            [ -n "$holder" ] || return 0
            grow_array "$holder"
            grow_layers "$holder"
            ;;
        crypto_LUKS)
            # Locked ones have the full size when somebody opens them.
            [ -n "$holder" ] || return 0
            grow_luks "$device" "$(kiwi_dm_name "$holder")"
            grow_layers "/dev/mapper/$(kiwi_dm_name "$holder")"
            ;;
        LVM2_member) grow_group "$device" ;;
        ext2 | ext3 | ext4 | xfs | btrfs | swap) grow_content "$type" "$device" ;;
        squashfs | erofs | DM_verity_hash | '') ;;
        *) say "$device stays as it is: no support for growing '$type'" ;;
    esac
}

grow_array() {
    local array=$1 level entry least='' have bitmap
    level=$(cat "/sys/class/block/${array##*/}/md/level" 2> /dev/null)
    [ "$level" = raid1 ] || { say "$array stays as it is: no support for growing '$level'"; return; }
    for entry in "/sys/class/block/${array##*/}/slaves/"*; do
        have=$(bytes_of "/dev/${entry##*/}")
        [ -z "$least" ] || [ "$have" -lt "$least" ] || continue
        least=$have
    done
    room "$least" "$(bytes_of "$array")" || return 0
    needs mdadm "$array" || return 0
    say "Growing the array $array"
    # A bitmap at the end would be in the way of the description that moves.
    bitmap=$(cat "/sys/class/block/${array##*/}/md/bitmap/location" 2> /dev/null)
    case $bitmap in
        [+-]*) mdadm --grow "$array" --bitmap=none ;;
    esac
    mdadm --quiet --grow "$array" --size=max || say "mdadm cannot grow $array"
    case $bitmap in
        [+-]*) mdadm --grow "$array" --bitmap=internal ;;
    esac
}

grow_luks() {
    local device=$1 name=$2 offset key try cached=--accept-cached
    needs cryptsetup "$name" || return 0
    # start size "crypt" cipher key iv device offset
    read -r _ _ _ _ _ _ _ offset _ < <(dmsetup table "$name")
    room $(($(bytes_of "$device") - ${offset:-0} * 512)) "$(bytes_of "/dev/mapper/$name")" || return 0
    say "Growing the encrypted device $name"
    # LUKS1 needs no key; LUKS2 proves with one that the caller may do this.
    cryptsetup resize --batch-mode --key-file /dev/null "$name" 2> /dev/null && return 0
    if [ "$(kiwi_profile kiwi_luks_empty_passphrase)" = true ]; then
        cryptsetup resize --key-file /dev/zero --keyfile-size 32 "$name" && return 0
    fi
    key=$(sed -n "s|^${name}[[:space:]][[:space:]]*[^[:space:]]*[[:space:]][[:space:]]*\(/[^[:space:]]*\).*|\1|p" /etc/crypttab 2> /dev/null)
    for key in "$key" /root/.slotpass "$reencrypt_pass_file"; do
        [ -f "$key" ] && cryptsetup resize --key-file "$key" "$name" 2> /dev/null && return 0
    done
    for try in 1 2 3; do
        # What opened it a moment ago is still known (kiwi-keyring.conf). Else somebody is asked, but a
        # machine without anybody starts as it is.
        key=$(systemd-ask-password --keyname=cryptsetup ${cached:+"$cached"} --timeout=120 \
            "Passphrase for $device, to grow it:" | head -n 1)
        [ -n "$key" ] || break
        printf '%s' "$key" | cryptsetup resize --key-file - "$name" && return 0
        say "That did not open $device ($try of 3)"
        cached=
    done
    say "$name stays as it is until the next boot"
}

# All calls of LVM: writing is allowed whatever the initrd's lvm.conf says.
volume_manager() {
    local call=$1
    shift
    LVM_SUPPRESS_FD_WARNINGS=1 lvm "$call" --config 'global{locking_type=1} activation{monitoring=0}' "$@" 2> /dev/null
}

# grow_group DEVICE: the volume group on it. Tags in the group's own description keep
# what was done: "kiwi-growing" at the group from begin to end, "kiwi-grown" at a
# volume that has got its extra space.
grow_group() {
    local device=$1 group size extent tags name how amount
    needs lvm "$device" || return 0
    read -r group size extent tags < <(volume_manager pvs --noheadings --units b --nosuffix --separator ' ' \
        -o vg_name,pv_size,vg_extent_size,vg_tags "$device")
    [ -n "$extent" ] || return 0
    if [ "$(volume_manager vgs --noheadings -o vg_name | grep -cw -- "$group")" != 1 ]; then
        say "$group stays as it is: there are several volume groups of that name"
        return
    fi
    # In front of the extents lies the description.
    room $(($(bytes_of "$device") - extent)) "$size" || [[ ",$tags," == *,kiwi-growing,* ]] || return 0

    say "Growing the volume group $group"
    volume_manager vgchange --addtag kiwi-growing "$group" > /dev/null
    volume_manager pvresize "$device" > /dev/null || { say "pvresize of $device failed"; return; }
    volume_manager vgchange -a y "$group" > /dev/null
    udevadm settle --timeout=30
    while read -r name how amount; do
        [ -b "/dev/$group/$name" ] || continue
        grow_volume "$group" "$name" "$how" "$amount"
        grow_layers "/dev/$group/$name"
    done < <(kiwi_volumes /.profile)
    volume_manager vgchange --deltag kiwi-growing "$group" > /dev/null
}

grow_volume() {
    local group=$1 name=$2 how=$3 amount=$4 wanted
    case $how in
        size)
            [ $((amount << 20)) -gt "$(bytes_of "/dev/$group/$name")" ] || return 0
            wanted="--size ${amount}m"
            ;;
        freespace)
            # Once: it is added to what there is.
            volume_manager lvs --noheadings -o lv_tags "$group/$name" | grep -qw kiwi-grown && return 0
            [ "$amount" -gt 0 ] || return 0
            wanted="--size +${amount}m"
            ;;
        all)
            [ "$(volume_manager vgs --noheadings -o vg_free_count "$group" | tr -d ' ')" = 0 ] && return 0
            wanted="--extents +100%FREE"
            ;;
    esac
    # shellcheck disable=SC2086 # two words
    if volume_manager lvextend $wanted "$group/$name" > /dev/null; then
        say "Growing the volume $name"
    else
        say "The volume $name cannot have ${wanted#* }"
    fi
    [ "$how" = freespace ] && volume_manager lvchange --addtag kiwi-grown "$group/$name" > /dev/null
}

# ------------------------------------------------------------------ content

grow_content() {
    local type=$1 device=$2 have
    have=$(kiwi_content_size "$type" "$device")
    room "$(bytes_of "$device")" "$have" || return 0
    say "Growing $type on $device from $(kiwi_size_text "$have")"
    case $type in
        ext2 | ext3 | ext4) grow_ext "$type" "$device" ;;
        xfs)
            needs xfs_growfs "$device" && mounted "$type" "$device" xfs_growfs -d "$folder" > /dev/null
            ;;
        btrfs)
            needs btrfs "$device" && mounted "$type" "$device" btrfs filesystem resize max "$folder" > /dev/null
            ;;
        swap)
            kiwi_hook preswap
            needs mkswap "$device" && mkswap --pagesize "$(kiwi_swap_page "$device")" \
                --label "$(kiwi_blkid "$device" LABEL)" --uuid "$(kiwi_blkid "$device" UUID)" "$device" > /dev/null \
                && kiwi_hook postswap
            ;;
    esac || say "$device could not be grown"
    udevadm settle --timeout=30
}

# mounted TYPE DEVICE COMMAND...: while mounted, file systems grow in small steps
# that each leave them whole.
mounted() {
    local type=$1 device=$2 code
    shift 2
    modprobe -q "$type"
    mkdir -p "$folder"
    mount -n -t "$type" "$device" "$folder" || return 1
    "$@"
    code=$?
    umount "$folder"
    return $code
}

grow_ext() {
    local type=$1 device=$2 code
    needs e2fsck "$device" && needs resize2fs "$device" || return 1
    e2fsck -p "$device" < /dev/null
    code=$?
    # 1 and 2: errors were corrected.
    [ $code -le 2 ] || return 1
    if [ "$type" != ext2 ] && mounted ext4 "$device" resize2fs "$device"; then
        return 0
    fi
    # Some old ones lack what growing in use needs.
    e2fsck -p -f "$device" < /dev/null
    [ $? -le 2 ] || return 1
    resize2fs "$device"
}

# --------------------------------------------------------------------- main

mkdir -p /run/kiwi
mapfile -t disks < <(kiwi_disks_below "$root_device")
if [ "${#disks[@]}" != 1 ]; then
    stay "the root lies on several disks (${disks[*]})"
    exit 0
fi
disk=${disks[0]}
table=$(kiwi_table_type "$disk")
if [ -z "$table" ]; then
    # A file system right on a disk, or in a virtual machine on no disk at all.
    exit 0
fi
if ! number=$(kiwi_last_partid /config.partids); then
    number=$(while read -r part; do kiwi_partition_number "$part"; done < <(kiwi_partitions_of "$disk") | sort -n | tail -n 1)
    say "This initrd has no /config.partids: taking partition $number as the last one"
fi
if ! part=$(kiwi_partition "$disk" "$number"); then
    stay "$disk has no partition $number"
    exit 0
fi
start=$(kiwi_sysfs "$part" start)
size=$(kiwi_sysfs "$part" size)
disk_size=$(kiwi_sysfs "$disk" size)
sector=$(blockdev --getss "$disk")

reencrypt "$part"
kiwi_hook prepartition
grow_partition
kiwi_hook postpartition
grow_layers "$part"
sync
exit 0
