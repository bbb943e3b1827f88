#!/bin/bash
# kiwi-verity: opens the root that dm-verity protects, as soon as its device is
# there. Called once per pass of dracut's initqueue.
#
#   /etc/veritytab   NAME DATA HASH ROOTHASH OPTION,OPTION... (the first line counts)
#   verityroot=DEV   a description at the device's own end, mapped to verityRoot

export PATH=/usr/sbin:/usr/bin:/sbin:/bin
# shellcheck source=/dev/null # dracut's
. /lib/dracut-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-lib.sh
. /lib/kiwi-lib.sh
kiwi_debug_setup

# Options of the build, then those of the user, as arguments. Nothing but names and
# simple values: the words come from the command line.
read_options() {
    local option
    options=()
    while read -r -d , option; do
        [[ $option =~ ^[a-z][a-z0-9-]*(=[A-Za-z0-9_./:-]+)?$ ]] && options+=("--$option")
    done <<< "$1,$(getarg rd.kiwi.verity_options=),"
}

device_of() {
    case $1 in
        /dev/*) echo "$1" ;;
        *=*) label_uuid_to_dev "$1" ;;
    esac
}

open_table() {
    local name data hash root_hash words _
    read -r name data hash root_hash words _ < <(grep -v '^[[:space:]]*\(#\|$\)' /etc/veritytab)
    # A live image: its device is known only when the medium is found.
    [ "$data" = PLACEHOLDER ] && return
    [ -e "/dev/mapper/$name" ] && return
    data=$(device_of "$data")
    hash=$(device_of "$hash")
    [ -b "$data" ] && [ -b "$hash" ] || return
    read_options "$words"
    attach "$name" open "${options[@]}" "$data" "$name" "$hash" "$root_hash"
    # The system itself has no such file: its initrds for new kernels take this one.
    mkdir -p /run/kiwi
    cp /etc/veritytab /run/kiwi/veritytab
}

open_description() {
    local device field hash_type data_blocksize hash_blocksize data_blocks hash_start_block algorithm root_hash salt
    device=$(device_of "$(getarg verityroot=)")
    [ -e /dev/mapper/verityRoot ] && return
    [ -b "$device" ] || return
    for field in hash-type data-blocksize hash-blocksize data-blocks hash-start-block algorithm root-hash salt; do
        if ! read -r "${field//-/_}" < <(kiwi-parse-verity -p "$device" -o "$field"); then
            kiwi_fail "$device has no description for dm-verity at its end (verityroot)"
            return
        fi
    done
    # Some builds put a superblock in front of the tree.
    if [ "$(kiwi_bytes "$device" $((hash_start_block * hash_blocksize)) 6)" = verity ]; then
        hash_start_block=$((hash_start_block + 1))
    fi
    read_options ''
    attach verityRoot open "${options[@]}" --no-superblock --format "$hash_type" --hash "$algorithm" \
        --data-block-size "$data_blocksize" --hash-block-size "$hash_blocksize" --data-blocks "$data_blocks" \
        --hash-offset $((hash_start_block * hash_blocksize)) --salt "$salt" "$device" verityRoot "$device" "$root_hash"
}

# attach DEVICE-NAME ARGUMENTS-OF-VERITYSETUP...
attach() {
    local answer name=$1
    shift
    modprobe -q dm-verity
    if answer=$(veritysetup "$@" 2>&1); then
        udevadm settle --timeout=30
        # Where the first block is refused nobody finds a file system: the start would wait for ever.
        dd if="/dev/mapper/$name" of=/dev/null bs=4096 count=1 status=none 2> /dev/null \
            || kiwi_fail "the root file system is not what was built: dm-verity refuses its first block"
    else
        kiwi_fail "dm-verity does not accept the root file system: ${answer##*$'\n'}"
    fi
}

[ -f /etc/veritytab ] && open_table
[ -n "$(getarg verityroot=)" ] && open_description
exit 0
