#!/bin/bash
# shellcheck disable=SC2034 # results in variables
# Disks, partitions and what lies on them. Sourced after kiwi-lib.sh.
# Sizes and starts are in units of 512 bytes unless a name says otherwise.

# ------------------------------------------------------------- arithmetic

# kiwi_size TEXT: bytes for 500, 20M, 2.4G; fails when it is no size.
kiwi_size() {
    local whole fraction unit=1
    [[ $1 =~ ^([0-9]{1,18})(\.([0-9]{1,6}))?([kKmMgGtT]?)$ ]] || return 1
    whole=$((10#${BASH_REMATCH[1]}))
    fraction=${BASH_REMATCH[3]}
    case ${BASH_REMATCH[4]} in
        k | K) unit=$((1 << 10)) ;;
        m | M) unit=$((1 << 20)) ;;
        g | G) unit=$((1 << 30)) ;;
        t | T) unit=$((1 << 40)) ;;
    esac
    [ "$whole" -le $((((1 << 62) - 1) / unit)) ] || return 1
    echo $((whole * unit + 10#0$fraction * unit / 10 ** ${#fraction}))
}

# Bytes for people, rounded down: 19.9 GiB, 512 MiB.
kiwi_size_text() {
    local bytes=$1 mib
    mib=$((bytes >> 20))
    if [ $mib -ge 10240 ]; then
        echo "$((bytes >> 30)).$(((bytes % (1 << 30)) * 10 >> 30)) GiB"
    else
        echo "$mib MiB"
    fi
}

# kiwi_last_partid FILE: the largest partition number in a /config.partids: the
# partition that grows.
# Lines: kiwi_NAME="N"; values that are no numbers name devices.
kiwi_last_partid() {
    local name value largest=0
    [ -f "$1" ] || return 1
    while IFS='=' read -r name value || [ -n "$name" ]; do
        [[ $name == kiwi_* ]] || continue
        value=${value//[\"\'[:space:]]/}
        [[ $value =~ ^[0-9]{1,4}$ ]] || continue
        value=$((10#$value))
        [ $value -gt $largest ] && largest=$value
    done < "$1"
    [ $largest -gt 0 ] && echo $largest
}

# Less is not worth a new partition table.
KIWI_GROW_MINIMUM=$((10 * 2048))

# kiwi_growth START SIZE END WANTED FORCE: the new size of a partition that has room
# up to END; WANTED in MiB, empty or "all" for as much as there is. Fails with the
# reason in growth_reason (empty: there is nothing to say).
kiwi_growth() {
    local start=$1 size=$2 end=$3 wanted=$4 force=$5 most extra
    growth_reason=
    most=$((end / 2048 * 2048 - start))
    case $wanted in
        '' | all) ;;
        *[!0-9]* | ????????????*)
            growth_reason="systemsize=$wanted is neither a number of MiB nor 'all'"
            return 1
            ;;
        *)
            wanted=$((10#$wanted * 2048))
            [ $wanted = "$size" ] && return 1
            if [ $wanted -lt "$size" ]; then
                growth_reason="systemsize=$((wanted / 2048)) MiB is less than the $((size / 2048)) MiB it has"
                return 1
            fi
            if [ $wanted -gt $most ]; then
                # Nothing to say on a disk that is full already.
                [ $((most - size)) -le $((2 * 2048)) ] \
                    || growth_reason="systemsize=$((wanted / 2048)) MiB is more than the $((most / 2048)) MiB there are"
                return 1
            fi
            most=$wanted
            ;;
    esac
    extra=$((most - size))
    [ $extra -gt 0 ] || return 1
    [ -n "$force" ] || [ $extra -ge $KIWI_GROW_MINIMUM ] || return 1
    echo "$most"
}

# ------------------------------------------------------------------ tables

kiwi_table_type() {
    kiwi_blkid "$1" PTTYPE
}

kiwi_partition_number() {
    kiwi_sysfs "$1" partition
}

# kiwi_partition DISK NUMBER: its node.
kiwi_partition() {
    local part
    while read -r part; do
        [ "$(kiwi_partition_number "$part")" = "$2" ] || continue
        echo "$part"
        return 0
    done < <(kiwi_partitions_of "$1")
    return 1
}

# Sectors that the second GPT takes at the end of the disk, from the first one's
# own numbers: kiwi_gpt_reserve DISK SECTOR-BYTES.
kiwi_gpt_reserve() {
    local entries=$(($(kiwi_number "$1" $(($2 + 80)) 4) * $(kiwi_number "$1" $(($2 + 84)) 4)))
    # Header and entries fill whole sectors.
    echo $((((entries + $2 - 1) / $2 + 1) * ($2 / 512)))
}

# Is the second GPT at the disk's end? kiwi_gpt_at_end DISK SECTOR-BYTES SIZE
kiwi_gpt_at_end() {
    [ $((($(kiwi_number "$1" $(($2 + 32)) 8) + 1) * ($2 / 512))) = "$3" ]
}

# ------------------------------------------------------------------ layers

# What is stacked directly on a device: /dev nodes.
kiwi_holders() {
    local entry
    for entry in "/sys/class/block/${1##*/}/holders/"*; do
        [ -e "$entry" ] && echo "/dev/${entry##*/}"
    done
}

kiwi_dm_name() {
    cat "/sys/class/block/${1##*/}/dm/name" 2> /dev/null
}

kiwi_dm_uuid() {
    cat "/sys/class/block/${1##*/}/dm/uuid" 2> /dev/null
}

# The disks below a device, one per line: a file system may lie on volumes, arrays,
# encrypted devices. A multipath device counts as one disk.
kiwi_disks_below() {
    local device entry
    device=$(readlink -f "$1")
    if [ -e "/sys/class/block/${device##*/}/partition" ]; then
        kiwi_disk_of "$device"
        return
    fi
    case $(kiwi_dm_uuid "$device") in
        mpath-*)
            echo "$device"
            return
            ;;
    esac
    set -- "/sys/class/block/${device##*/}/slaves/"*
    if [ ! -e "$1" ]; then
        echo "$device"
        return
    fi
    for entry; do
        kiwi_disks_below "/dev/${entry##*/}"
    done | sort -u
}

# ------------------------------------------------------------- whole disks

# What lies on a disk, in one line; "empty" only for one without signatures and
# without data in its first MiB: not everything has a signature.
kiwi_disk_content() {
    local node=$1 part text table type
    table=$(kiwi_table_type "$node")
    type=$(kiwi_blkid "$node" TYPE)
    text=${table:+$table:}${type:+ $type}
    while read -r part; do
        type=$(kiwi_blkid "$part" TYPE)
        text="$text ${type:-?}$(kiwi_blkid "$part" LABEL | sed 's/\(.*\)/ "\1"/'),"
    done < <(kiwi_partitions_of "$node")
    text=${text%,}
    text=${text# }
    if [ -z "$text" ]; then
        blkid -p "$node" > /dev/null 2>&1
        if [ $? = 2 ] && [ -z "$(dd if="$node" bs=1M count=1 status=none | tr -d '\0\377' | head -c 1)" ]; then
            text=empty
        else
            text="unknown data"
        fi
    fi
    echo "$text"
}

# Everything stacked on a device or its partitions.
kiwi_disk_stack() {
    local node
    for node in $(kiwi_partitions_of "$1") $(kiwi_holders "$1"); do
        kiwi_disk_stack "$node"
        echo "$node"
    done
}

# Is something of it mounted or swapped to?
kiwi_disk_in_use() {
    local node number
    for node in "$1" $(kiwi_disk_stack "$1"); do
        number=$(cat "/sys/class/block/${node##*/}/dev" 2> /dev/null)
        grep -q "^[0-9]* [0-9]* $number " /proc/self/mountinfo && return 0
        grep -q "^$node " /proc/swaps && return 0
    done
    return 1
}

# kiwi_disk_release NODE: nothing may hold on to a disk that is overwritten.
kiwi_disk_release() {
    local node
    for node in $(kiwi_disk_stack "$1"); do
        case $node in
            /dev/dm-*) dmsetup remove "$(kiwi_dm_name "$node")" ;;
            /dev/md*) mdadm --quiet --stop "$node" ;;
        esac
    done
    kiwi_disk_in_use "$1" && return 1
    for node in "$1" $(kiwi_partitions_of "$1"); do
        [ -z "$(kiwi_holders "$node")" ] || return 1
    done
    return 0
}

# kiwi_disk_wipe NODE BYTES: signatures of what was on the disk, also those at ends of partitions
# that the new table does not know, its first MiB, and a second GPT at the end. BYTES will be
# written to it.
kiwi_disk_wipe() {
    local node=$1 bytes=$2 part start size
    size=$(($(kiwi_sysfs "$node" size) * 512))
    for part in $(kiwi_partitions_of "$node") "$node"; do
        kiwi_lock "$node" wipefs --quiet --all --force "$part" > /dev/null || return 1
    done
    dd if=/dev/zero of="$node" bs=1M count=1 conv=notrunc,fsync status=none || return 1
    start=$((size - (4 << 20)))
    [ $start -gt "$bytes" ] || start=$bytes
    dd if=/dev/zero of="$node" bs=1M oflag=seek_bytes iflag=count_bytes seek="$start" count=$((size - start)) \
        conv=notrunc,fsync status=none
}

# The kernel reads the new table.
kiwi_disk_reread() {
    kiwi_lock "$1" blockdev --rereadpt "$1" 2> /dev/null || partx --update "$1"
    udevadm settle --timeout=30
}

# ----------------------------------------------------------------- numbers

# kiwi_number for formats that begin with the high byte.
kiwi_big_number() {
    local value
    value=$(dd if="$1" bs=1 skip="$2" count="$3" status=none 2> /dev/null \
        | od -A n --endian=big -t "u$3")
    value=${value//[[:space:]]/}
    echo "${value:-0}"
}

# kiwi_content_size TYPE DEVICE: bytes that a file system or swap area believes to
# have. Read from its superblock: asking its tools may write, or need a mount.
kiwi_content_size() {
    local device=$2 blocks
    case $1 in
        ext2 | ext3 | ext4)
            blocks=$(kiwi_number "$device" 1028 4)
            # With the feature 64bit the high half is valid.
            [ $(($(kiwi_number "$device" 1120 4) & 128)) = 0 ] \
                || blocks=$((blocks + ($(kiwi_number "$device" 1360 4) << 32)))
            echo $((blocks << (10 + $(kiwi_number "$device" 1048 4))))
            ;;
        xfs) echo $(($(kiwi_big_number "$device" 4 4) * $(kiwi_big_number "$device" 8 8))) ;;
        # The item of this very device; the volume may have others.
        btrfs) kiwi_number "$device" $((65536 + 0xd1)) 8 ;;
        # The number of the last page, whose size the magic's place tells.
        swap) echo $((($(kiwi_number "$device" 1028 4) + 1) * $(kiwi_swap_page "$device"))) ;;
        *) return 1 ;;
    esac
}

kiwi_swap_page() {
    local page
    for page in 4096 8192 16384 32768 65536; do
        if [ "$(kiwi_bytes "$1" $((page - 10)) 10)" = SWAPSPACE2 ]; then
            echo $page
            return
        fi
    done
    echo 4096
}

# ------------------------------------------------------------------ volumes

# kiwi_volumes FILE: logical volumes of the build, "NAME size|freespace MIB" per line, the one that
# takes the rest ("NAME all") last. From a /.profile: kiwi_Volume_X='NAME|size:N|PATH'.
kiwi_volumes() {
    local line name size last=
    [ -f "$1" ] || return 1
    while read -r line || [ -n "$line" ]; do
        [[ $line =~ ^kiwi_Volume_[A-Za-z0-9]+=[\'\"]?([A-Za-z0-9_.+-]+)\|([a-z]+:[a-z0-9]+) ]] || continue
        name=${BASH_REMATCH[1]}
        size=${BASH_REMATCH[2]}
        case $size in
            size:all) last=$name ;;
            size:*[!0-9]* | freespace:*[!0-9]*) ;;
            size:* | freespace:*) echo "$name ${size%%:*} ${size#*:}" ;;
        esac
    done < "$1"
    [ -z "$last" ] || echo "$last all"
}
