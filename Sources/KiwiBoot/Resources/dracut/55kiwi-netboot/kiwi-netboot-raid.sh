#!/bin/bash
# Arrays of a netboot client: RAID=LEVEL;DISK;DISK makes each entry of PART an array /dev/md0, /dev/md1 ... of
# a partition of both disks. Sourced with kiwi-netboot-disk.sh. Functions fail with disk_reason.
#
# The data of an array lie at the beginning of its partitions (metadata 0.90, and 1.0 for larger ones), so that
# every loader can read a mirror as a plain file system.

# shellcheck disable=SC2034,SC2154 # set and used across these files
raid_level=
# MiB of a partition that metadata 0.90 can count.
raid_old_limit=$((2 << 20))

# raid_choose: sets disk_members, the disks that are there, and raid_level. One of a mirror may be missing.
raid_choose() {
    local names=() name node
    IFS=';' read -r -a names <<< "$(config_items RAID)"
    raid_level=${names[0]}
    if ! command -v mdadm > /dev/null; then
        disk_reason="RAID needs mdadm in the initrd (package mdadm in the image that it is made from)"
        return 1
    fi
    modprobe -q md_mod
    modprobe -q "raid$raid_level"
    for name in "${names[@]:1}"; do
        if ! node=$(disk_await "$name"); then
            say "There is no disk $name (RAID)"
        elif [[ " ${disk_members[*]} " == *" $node "* ]]; then
            disk_reason="RAID names $node twice"
            return 1
        else
            [ "$node" = "$name" ] || say "$name is $node here"
            disk_members+=("$node")
        fi
    done
    if [ ${#disk_members[@]} = 0 ]; then
        disk_reason="none of the disks of RAID is there"
        return 1
    fi
}

# raid_node NUMBER: the array of an entry of PART.
raid_node() {
    [ -b "/dev/md$(($1 - 1))" ] && echo "/dev/md$(($1 - 1))"
}

# raid_has_member NODE: is it a partition of these disks?
raid_has_member() {
    local node
    for node in "${disk_members[@]}"; do
        [[ $(kiwi_partitions_of "$node")$'\n' != *"$1"$'\n'* ]] || return 0
    done
    return 1
}

# raid_stop: all arrays on these disks, whatever they are called.
raid_stop() {
    local node
    for node in "${disk_members[@]}"; do
        kiwi_disk_release "$node" || { disk_reason="$node is in use"; return 1; }
    done
}

# raid_assemble LABEL: the arrays of before. A mirror starts with what it has; an empty disk in the place of a
# lost one is taken in. Status 1: there are none, or not all. Status 2: there are some that cannot be used; making new
# ones would lose what is on them.
raid_assemble() {
    local node number part array uuid parts=() kept=()
    raid_stop || return 2
    for node in "${disk_members[@]}"; do
        ! disk_same "$(sfdisk --dump "$node" 2> /dev/null)" <<< "$disk_lines" || kept+=("$node")
    done
    [ ${#kept[@]} -gt 0 ] || return 1
    while read -r number _; do
        parts=() uuid=
        for node in "${kept[@]}"; do
            part=$(kiwi_partition "$node" "$number") || continue
            [ "$(kiwi_blkid "$part" TYPE)" = linux_raid_member ] || continue
            uuid=${uuid:-$(kiwi_blkid "$part" UUID)}
            if [ "$(kiwi_blkid "$part" UUID)" != "$uuid" ]; then
                disk_reason="RAID: ${parts[*]} and $part belong to different arrays; empty the disk that is not this machine's"
                raid_stop
                return 2
            fi
            parts+=("$part")
        done
        if [ ${#parts[@]} = 0 ]; then
            say "The arrays of RAID are not complete: partition $number belongs to none"
            raid_stop
            return 1
        fi
        if ! raid_do --assemble --run "/dev/md$((number - 1))" "${parts[@]}"; then
            disk_reason="RAID: /dev/md$((number - 1)) of ${parts[*]} does not start: $raid_answer"
            raid_stop
            return 2
        fi
    done <<< "$disk_lines"
    say "${kept[*]}: the arrays of RAID are there already"
    [ "$raid_level" != 0 ] || return 0
    for node in "${disk_members[@]}"; do
        if [[ " ${kept[*]} " != *" $node "* ]]; then
            if [ "$(kiwi_disk_content "$node")" != empty ]; then
                say "$node is left alone: it is not empty and belongs to no array; the mirrors run without it"
                continue
            fi
            disk_write_table "$node" "$1" || { say "$disk_reason"; continue; }
        fi
        while read -r number _; do
            array=md$((number - 1))
            part=$(kiwi_partition "$node" "$number") || continue
            [ ! -e "/sys/class/block/$array/slaves/${part##*/}" ] || continue
            if raid_do --manage "/dev/$array" --add "$part"; then
                say "$part is taken into /dev/$array"
            else
                say "$part cannot be taken into /dev/$array: $raid_answer"
            fi
        done <<< "$disk_lines"
    done
    [ ${#disk_members[@]} -gt 1 ] || say "The mirrors run on ${kept[*]} alone"
}

# raid_create LABEL: new tables and new arrays.
raid_create() {
    local node number size part parts=() form
    if [ ${#disk_members[@]} -lt 2 ]; then
        disk_reason="RAID: only ${disk_members[0]} is there, and it does not hold the arrays of PART"
        return 1
    fi
    for node in "${disk_members[@]}"; do
        disk_write_table "$node" "$1" || return 1
    done
    while read -r number _ size _; do
        parts=()
        for node in "${disk_members[@]}"; do
            part=$(kiwi_partition "$node" "$number") || { disk_reason="$node has no partition $number"; return 1; }
            parts+=("$part")
        done
        form=0.90
        [ "$size" -le $raid_old_limit ] || form=1.0
        if ! raid_do --create "/dev/md$((number - 1))" --run --metadata=$form --level="$raid_level" \
            --raid-devices=${#parts[@]} "${parts[@]}"; then
            disk_reason="/dev/md$((number - 1)) cannot be made: $raid_answer"
            return 1
        fi
    done <<< "$disk_lines"
    udevadm settle --timeout=30
    say "${disk_members[*]}: new arrays of level $raid_level"
}

# raid_do ARGUMENT...: mdadm; its last words in raid_answer.
raid_do() {
    raid_answer=$(mdadm "$@" < /dev/null 2>&1)
    local code=$?
    raid_answer=$(fetch_printable <<< "${raid_answer##*$'\n'}")
    return $code
}

# raid_words: for the command line of a system on arrays, whose initrd assembles only what it is told to. dracut starts
# a mirror without its other disk after two thirds of rd.retry, which would be two minutes.
raid_words() {
    local number _ uuid
    [ ${#disk_members[@]} -gt 0 ] || return 0
    while read -r number _; do
        uuid=$(mdadm --detail --export "/dev/md$((number - 1))" 2> /dev/null < /dev/null | sed -n 's/^MD_UUID=\([0-9a-f:]*\)$/\1/p')
        [ -z "$uuid" ] || printf ' rd.md.uuid=%s' "$uuid"
    done <<< "$disk_lines"
    [ "$raid_level" = 0 ] || printf ' rd.retry=60'
}

# raid_write_names: the arrays for the programs of the system.
raid_write_names() {
    local file number _
    file=/etc/mdadm.conf
    [ ! -d "$(root_path /etc/mdadm)" ] || file=/etc/mdadm/mdadm.conf
    file=$(root_path $file) || return 1
    [ ! -f "$file" ] || sed -i '/^ARRAY /d' "$file" || return 1
    while read -r number _; do
        mdadm --detail --brief "/dev/md$((number - 1))" 2> /dev/null < /dev/null
    done <<< "$disk_lines" >> "$file"
}
