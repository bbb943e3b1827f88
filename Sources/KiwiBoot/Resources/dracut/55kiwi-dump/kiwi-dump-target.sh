#!/bin/bash
# Where the image goes. Sourced after kiwi-lib.sh and kiwi-disk.sh.
#
# What is written to must have been chosen: by a person, by a name, or by being the
# only disk with nothing on it.

# A candidate is one line, fields separated by tabs:
#   node, bytes, "empty" or "used", name to show, all names (separated by blanks),
#   what is on it

# ------------------------------------------------------------------ choice

# target_choose: candidates on standard input; target_unattended, target_id and
# target_smallest (empty or not) are the rules. Prints "take NODE", "ask" or
# "error KIND": none, no-match, several-match, several.
target_choose() {
    local node bytes state all nodes=() empties=() exact=() matching=() least='' smallest=() word
    while IFS=$'\t' read -r node bytes state _ all _; do
        nodes+=("$node")
        [ "$state" = empty ] && empties+=("$node")
        if [ -z "$least" ] || [ "$bytes" -lt "$least" ]; then
            least=$bytes
            smallest=("$node")
        elif [ "$bytes" = "$least" ]; then
            smallest+=("$node")
        fi
        [ -n "$target_id" ] || continue
        for word in $all; do
            if [ "$word" = "$target_id" ] || [ "${word##*/}" = "$target_id" ]; then
                exact+=("$node")
                break
            fi
        done
        for word in $all; do
            if [[ $word =~ $target_id ]]; then
                matching+=("$node")
                break
            fi
        done
    done
    if [ "${#nodes[@]}" = 0 ]; then
        echo error none
    elif [ -z "$target_unattended" ]; then
        # One disk is no choice, but is still confirmed.
        if [ "${#nodes[@]}" = 1 ]; then echo "take ${nodes[0]}"; else echo ask; fi
    elif [ -n "$target_id" ]; then
        if [ "${#exact[@]}" = 1 ]; then
            echo "take ${exact[0]}"
        elif [ "${#exact[@]}" = 0 ] && [ "${#matching[@]}" = 1 ]; then
            echo "take ${matching[0]}"
        elif [ "${#matching[@]}" = 0 ]; then
            echo error no-match
        else
            echo error several-match
        fi
    elif [ -n "$target_smallest" ] && [ "${#smallest[@]}" = 1 ]; then
        echo "take ${smallest[0]}"
    elif [ "${#empties[@]}" = 1 ]; then
        echo "take ${empties[0]}"
    else
        echo error several
    fi
}

# target_filter: candidates in, candidates out, without those that target_filter_names
# (extended regular expression on the name to show) or target_maxdisk (bytes) excludes.
target_filter() {
    local line node bytes state name
    while IFS= read -r line; do
        IFS=$'\t' read -r node bytes state name _ <<< "$line"
        : "$state"
        if [ -n "$target_maxdisk" ] && [ "$bytes" -gt "$target_maxdisk" ]; then
            echo "kiwi: $node is larger than rd.kiwi.oem.maxdisk" >&2
        elif [ -n "$target_filter_names" ] && [[ $name =~ $target_filter_names ]]; then
            echo "kiwi: $node is excluded by oem-device-filter" >&2
        else
            printf '%s\n' "$line"
        fi
    done
}

# Is this a regular expression at all?
target_valid_pattern() {
    [[ x =~ $1 ]]
    [ $? != 2 ]
}

# -------------------------------------------------------------- candidates

# All names of a disk: the node and its links of udev.
target_names() {
    local node=$1 link names=$1
    for link in /dev/disk/by-*/* /dev/mapper/*; do
        [ "$(readlink -f "$link")" = "$node" ] && [ "$link" != "$node" ] && names="$names $link"
    done
    echo "$names"
}

# target_shown FOLDER NAMES: the name to show, by-id unless told otherwise.
target_shown() {
    local folder word
    for folder in "$1" by-id by-path; do
        for word in $2; do
            if [[ $word == "/dev/disk/$folder/"* ]]; then
                echo "$word"
                return
            fi
        done
    done
    echo "${2%% *}"
}

# May NODE be written to at all? Reasons go to the log.
target_suitable() {
    local node=$1 name=${1##*/} holder
    [ "$(kiwi_sysfs "$name" size)" -gt 0 ] || return 1
    case $name in
        loop* | zram* | fd* | sr* | mtd* | mmcblk*boot* | mmcblk*rpmb) return 1 ;;
        ram*) [ -n "$target_ramdisk" ] || return 1 ;;
        dm-*) [[ $(kiwi_dm_uuid "$node") == mpath-* ]] || return 1 ;;
        md*)
            # Arrays of whole disks, as made by firmware.
            for holder in "/sys/class/block/$name/slaves/"*; do
                [ -e "$holder/partition" ] && return 1
            done
            ;;
    esac
    if [ -n "$target_ramdisk" ] && [[ $name != ram* ]]; then return 1; fi
    if [ "$(kiwi_sysfs "$name" ro)" = 1 ]; then
        echo "kiwi: $node is write protected" >&2
        return 1
    fi
    # The medium, in every shape: the disk it lies on, a second copy of it.
    # shellcheck disable=SC2154 # set by the program
    if [ "$node" = "$medium_disk" ] || [ "$node" = "$medium_device" ]; then return 1; fi
    if [ -n "$medium_device" ] && [ "$(kiwi_iso_label "$node")" = "$(kiwi_iso_label "$medium_device")" ] \
        && [ -n "$(kiwi_iso_label "$node")" ]; then
        echo "kiwi: $node is an installation medium" >&2
        return 1
    fi
    # A path of a multipath disk or a member of such an array: that one counts.
    for holder in $(kiwi_holders "$node"); do
        case $holder in
            /dev/dm-*) [[ $(kiwi_dm_uuid "$holder") == mpath-* ]] && return 1 ;;
            /dev/md*) return 1 ;;
        esac
    done
    if kiwi_disk_in_use "$node"; then
        echo "kiwi: $node is in use" >&2
        return 1
    fi
}

target_transport() {
    lsblk -d -n -r -o TRAN "$1" 2> /dev/null
}

# target_line NODE FOLDER: the candidate's line.
target_line() {
    local names content state=used
    names=$(target_names "$1")
    content=$(kiwi_disk_content "$1")
    [ "$content" = empty ] && state=empty
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$1" $(($(kiwi_sysfs "$1" size) * 512)) "$state" \
        "$(target_shown "$2" "$names")" "$names" "$(target_transport "$1") ${content}"
}

# target_list FOLDER: all candidates, sorted.
target_list() {
    local entry node key=1
    [ -n "$target_smallest" ] && key=2n
    for entry in /sys/block/*; do
        node=/dev/${entry##*/}
        target_suitable "$node" || continue
        [ -n "$target_smallest" ] && [ "$(target_transport "$node")" = usb ] && continue
        target_line "$node" "$1"
    done | sort -t $'\t' -k "$key"
}
