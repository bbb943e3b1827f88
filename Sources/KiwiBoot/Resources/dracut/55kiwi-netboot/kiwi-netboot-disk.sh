#!/bin/bash
# Disks and partitions of a netboot client. Sourced after kiwi-lib.sh, kiwi-disk.sh and
# kiwi-netboot-config.sh. Functions fail with disk_reason.

# shellcheck disable=SC2034,SC2154 # set and used across these files
disk_reason=
# Disks of RAID; none without it.
disk_members=()
# MiB that a partition may differ from what PART says.
disk_tolerance=12

# ------------------------------------------------------------------ devices

# Disks of this machine in the order that old names count them: those that are built in first.
disk_list() {
    local entry name type
    for type in 0 1; do
        for entry in /sys/class/block/*; do
            name=${entry##*/}
            [[ $name =~ ^(hd[a-z]+|sd[a-z]+|vd[a-z]+|xvd[a-z]+|nvme[0-9]+n[0-9]+|mmcblk[0-9]+)$ ]] || continue
            ! disk_is_medium "/dev/$name" || continue
            [ "$(kiwi_sysfs "$name" size)" -gt 0 ] && [ "$(kiwi_sysfs "$name" removable)" = $type ] && echo "/dev/$name"
        done | sort -V
    done
}

# The medium that brings the image is none to install on.
disk_is_medium() {
    [ -n "$server_medium" ] && [ "$(kiwi_disk_of "$1")" = "$server_medium" ]
}

# disk_parse NAME: sets disk_prefix (sd) disk_letter (a) disk_number (2, or empty) for an old name.
disk_parse() {
    [[ $1 =~ ^/dev/(hd|sd|vd|xvd)([a-z])([0-9]*)$ ]] || return 1
    disk_prefix=${BASH_REMATCH[1]} disk_letter=${BASH_REMATCH[2]} disk_number=${BASH_REMATCH[3]}
}

# disk_node NAME: the device that it means here. A name of another kind of disk counts the
# disks there are: /dev/hda is the first one. A partition must exist.
disk_node() {
    local node index=0 wanted
    if [ -b "$1" ] && ! disk_is_medium "$1"; then
        readlink -f "$1"
        return 0
    fi
    disk_parse "$1" || return 1
    # Another kind of name is there, this one means no disk: do not guess.
    if [ -b "/dev/$disk_prefix$disk_letter" ] && ! disk_is_medium "/dev/$disk_prefix$disk_letter"; then
        node=/dev/$disk_prefix$disk_letter
    else
        [ ! -b "/dev/${disk_prefix}a" ] || disk_is_medium "/dev/${disk_prefix}a" || return 1
        printf -v wanted '%d' "'$disk_letter"
        wanted=$((wanted - 97))
        while read -r node; do
            [ $index != $wanted ] || break
            index=$((index + 1))
            node=
        done < <(disk_list)
        [ -n "$node" ] || return 1
    fi
    if [ -n "$disk_number" ]; then
        kiwi_partition "$node" "$disk_number"
    else
        echo "$node"
    fi
}

# disk_await NAME: waits for it; prints the node.
disk_await() {
    local left
    left=$(kiwi_device_timeout)
    until disk_node "$1"; do
        if [ "$left" -le 0 ]; then
            disk_reason="there is no disk $1"
            return 1
        fi
        left=$((left - 1))
        udevadm settle --timeout=5
        sleep 1
    done
}

# --------------------------------------------------------------- partitions

# disk_type ID LABEL: as sfdisk writes it for a table of this kind (dos or gpt), in lower case.
disk_type() {
    case ${1,,}:$2 in
        s:dos | 82:dos) echo 82 ;;
        l:dos | 83:dos) echo 83 ;;
        v:dos | 8e:dos) echo 8e ;;
        *:dos) printf '%x\n' "0x$1" ;;
        s:gpt | 82:gpt) echo 0657fd6d-a4ab-43c4-84e5-0933c84b4f4f ;;
        l:gpt | 83:gpt) echo 0fc63daf-8483-4772-8e79-3d69d8477de4 ;;
        v:gpt | 8e:gpt) echo e6d6d379-f507-44c2-a23c-238f2a3df928 ;;
        fd:gpt) echo a19d880f-05fc-4d3b-a006-743f0f84911e ;;
        ef:gpt) echo c12a7328-f81f-11d2-ba4b-00a0c93ec93b ;;
        [1467bce]:gpt | 0[1467bce]:gpt) echo ebd0a0a2-b9e5-4433-87c0-68b6b72699c7 ;;
        *) return 1 ;;
    esac
}

# disk_mib SIZE: MiB of a size in PART; empty for the rest.
disk_mib() {
    local bytes
    case $1 in
        x | X) ;;
        *[!0-9]*)
            bytes=$(kiwi_size "$1")
            echo $(((bytes + (1 << 20) - 1) >> 20))
            ;;
        *) echo $((10#$1)) ;;
    esac
}

# disk_plan DISK-MIB: the entries of PART as lines "NUMBER START SIZE TYPE MOUNT" in MiB, after a line
# with the kind of table: dos as ever, gpt when there are more than four or the disk is too large.
disk_plan() {
    local total=$1 entries=() entry size type mount label=dos need=0 rest='' number=0 start=1 mib
    mapfile -t entries < <(config_items PART)
    if [ ${#entries[@]} -gt 4 ] || [ "$total" -ge $((2 << 20)) ]; then
        label=gpt
    fi
    for entry in "${entries[@]}"; do
        IFS=';' read -r size type mount <<< "$entry"
        mib=$(disk_mib "$size")
        if [ -z "$mib" ]; then
            if [ -n "$rest" ]; then
                disk_reason="PART: only one partition can have all the rest (x)"
                return 1
            fi
            rest=1
            mib=10
        fi
        if [ "$mib" = 0 ] || ! disk_type "$type" $label > /dev/null; then
            disk_reason="PART: '$entry' cannot be a partition of a $label table"
            return 1
        fi
        need=$((need + mib))
    done
    # The first MiB holds the loader, the last one a second table.
    total=$((total - 2))
    if [ $need -gt $total ]; then
        disk_reason="PART needs $need MiB, the disk has $total MiB"
        return 1
    fi
    rest=$((total - need + 10))
    echo $label
    for entry in "${entries[@]}"; do
        IFS=';' read -r size type mount <<< "$entry"
        mib=$(disk_mib "$size")
        mib=${mib:-$rest}
        number=$((number + 1))
        case $mount in x | X) mount= ;; esac
        echo "$number $start $mib $(disk_type "$type" $label) $mount"
        start=$((start + mib))
    done
}

# disk_table_type TYPE LABEL: members of arrays are marked as such; firmware must find its partition.
disk_table_type() {
    if [ ${#disk_members[@]} -gt 0 ] && ! disk_is_efi "$1"; then
        disk_type fd "$2"
    else
        echo "$1"
    fi
}

# disk_table LABEL < LINES of disk_plan: what sfdisk reads.
disk_table() {
    local number start size type _ count=1
    echo "label: $1"
    [ "$1" != gpt ] || echo "first-lba: 34"
    while read -r number start size type _; do
        echo "$number : start=${start}MiB, size=${size}MiB, type=$(disk_table_type "$type" "$1")"
        count=$((count + 1))
    done
    # BIOS machines need a place for GRUB there: the gap in front of the first partition.
    [ "$1" != gpt ] || echo "$count : start=34, size=2014, type=21686148-6449-6E6F-744E-656564454649"
}

# disk_same DUMP < LINES of disk_plan: has the table of "sfdisk --dump" these partitions? Types are
# equal, sizes differ by little; the rest of the disk may be any size.
disk_same() {
    local dump=$1 label=dos line number start size type mount have_size have_type count=0 found sizes=() i=0
    [[ $dump != *'label: gpt'* ]] || label=gpt
    mapfile -t sizes < <(config_items PART)
    while read -r number start size type mount; do
        [ -n "$number" ] || continue
        found=
        while read -r line; do
            [[ $line =~ [^0-9]$number\ :\ start=\ *[0-9]+,\ size=\ *([0-9]+),\ type=([0-9A-Fa-f-]+) ]] || continue
            have_size=$((BASH_REMATCH[1] / 2048)) have_type=${BASH_REMATCH[2],,}
            [ "$have_type" = "$type" ] || [ "$have_type" = "$(disk_table_type "$type" $label)" ] || return 1
            if [[ ${sizes[i]} != [xX]* ]]; then
                [ $((have_size - size)) -le $disk_tolerance ] && [ $((size - have_size)) -le $disk_tolerance ] || return 1
            fi
            found=1
        done <<< "$dump"
        [ -n "$found" ] || return 1
        i=$((i + 1))
    done
    # No further ones, but GRUB's.
    count=$(grep -c ' : start=' <<< "$dump")
    [ "$count" = $i ] || { [ "$count" = $((i + 1)) ] && grep -qi 'type=21686148-6449-6E6F-744E-656564454649' <<< "$dump"; }
}

# disk_write_table NODE LABEL: the partitions of disk_lines; nothing of before is left.
disk_write_table() {
    local node=$1 answer
    say "Partitioning $node ($(kiwi_size_text $(($(kiwi_sysfs "$node" size) * 512))), $(kiwi_disk_content "$node")) with a $2 table"
    if ! kiwi_disk_release "$node"; then
        disk_reason="$node is in use"
        return 1
    fi
    if ! kiwi_disk_wipe "$node" 0; then
        disk_reason="$node cannot be written"
        return 1
    fi
    if ! answer=$(disk_table "$2" <<< "$disk_lines" | kiwi_lock "$node" sfdisk --quiet --wipe always --wipe-partitions always "$node" 2>&1); then
        disk_reason="sfdisk cannot divide $node: ${answer##*$'\n'}"
        return 1
    fi
    kiwi_disk_reread "$node"
}

# disk_choose: sets disk (of DISK, or the first one of RAID) and disk_members (those of RAID that are there).
disk_choose() {
    local wanted node
    disk_members=()
    wanted=$(config_value DISK)
    if config_has RAID; then
        raid_choose || return 1
        disk=${disk_members[0]}
    elif [ -z "$wanted" ]; then
        disk_reason="PART without DISK: no disk is named"
        return 1
    else
        disk=$(disk_await "$wanted") || { disk_reason="there is no disk $wanted (DISK)"; return 1; }
        [ "$disk" = "$wanted" ] || say "$wanted is $disk here"
    fi
    for node in "$disk" "${disk_members[@]}"; do
        [ -e "/sys/class/block/${node##*/}/partition" ] || continue
        disk_reason="$node is a partition, DISK and RAID name whole disks"
        return 1
    done
}

# disk_partition: makes DISK, or the disks of RAID, look as PART says. Sets disk, disk_lines (of disk_plan),
# disk_new: the table is new, nothing of before is left.
disk_partition() {
    local plan label node mib least=
    disk_new=
    disk_choose || return 1
    for node in "$disk" "${disk_members[@]}"; do
        mib=$(($(kiwi_sysfs "$node" size) / 2048))
        if [ -z "$least" ] || [ $mib -lt "$least" ]; then
            least=$mib
        fi
    done
    # Not in a subshell, for disk_reason.
    disk_plan "$least" > "$KIWI_RUN/netboot.plan" || return 1
    plan=$(cat "$KIWI_RUN/netboot.plan")
    label=${plan%%$'\n'*}
    disk_lines=${plan#*$'\n'}
    if [ ${#disk_members[@]} -gt 0 ]; then
        raid_assemble "$label"
        case $? in
            0) return 0 ;;
            2) return 1 ;;
        esac
        raid_create "$label" || return 1
    elif disk_same "$(sfdisk --dump "$disk" 2> /dev/null)" <<< "$disk_lines"; then
        say "$disk has the partitions of PART already"
        return 0
    else
        disk_write_table "$disk" "$label" || return 1
    fi
    disk_new=1
}

# disk_part NUMBER: the device of an entry of PART: a partition of DISK, or the array of RAID.
disk_part() {
    if [ ${#disk_members[@]} -gt 0 ]; then
        raid_node "$1"
    else
        kiwi_partition "$disk" "$1"
    fi
}

# disk_field NUMBER type|mount: of a partition of DISK.
disk_field() {
    local number start size type mount
    while read -r number start size type mount; do
        [ "$number" = "$1" ] || continue
        case $2 in
            type) echo "$type" ;;
            mount) echo "$mount" ;;
        esac
    done <<< "$disk_lines"
}

disk_is_swap() {
    case $1 in 82 | 0657fd6d-*) ;; *) return 1 ;; esac
}

disk_is_efi() {
    case $1 in ef | c12a7328-*) ;; *) return 1 ;; esac
}

# disk_prepare: swap areas and file systems on partitions that get no image. What is there stays.
# Arguments: nodes that images or changes go to.
disk_prepare() {
    local number start size type mount node have name
    while read -r number start size type mount; do
        node=$(disk_part "$number") || { disk_reason="$disk has no partition $number"; return 1; }
        [[ " $* " != *" $node "* ]] || continue
        have=$(kiwi_blkid "$node" TYPE)
        if disk_is_swap "$type"; then
            kiwi_hook preswap
            [ "$have" = swap ] || mkswap --label lxswap "$node" > /dev/null 2>&1 \
                || { disk_reason="no swap area on $node"; return 1; }
            kiwi_hook postswap
            continue
        fi
        [ -n "$mount" ] || continue
        if [ -n "$have" ]; then
            say "$node ($mount): the $have file system on it is kept"
            continue
        fi
        name=lx${mount##*/}
        if disk_is_efi "$type"; then
            have=$(mkfs.vfat -F 32 "$node" 2>&1) || have=$(mkfs.vfat "$node" 2>&1) \
                || { disk_reason="no FAT file system on $node: ${have##*$'\n'}"; return 1; }
        else
            have=$(mke2fs -q -F -t ext4 -L "${name:0:16}" "$node" 2>&1) \
                || { disk_reason="no file system on $node: ${have##*$'\n'}"; return 1; }
        fi
    done <<< "$disk_lines"
}
