#!/bin/bash
# TFTP with multicast (RFC 2090), by atftp: curl does not know it. Sourced after kiwi-netboot-image.sh.

# shellcheck disable=SC2034,SC2154 # set and used across these files
# The server has no multicast.
multicast_off=
# Seconds for its first answer.
multicast_patience=15

# multicast_divided NODE BYTES: a device that puts the first MiB beside the node: multicast sends blocks in any
# order, and the first ones are written last here too. Sets multicast_device, multicast_loop.
multicast_divided() {
    local head=$((KIWI_HEAD_BYTES / 512)) sectors=$((($2 + 511) / 512))
    modprobe -q loop
    modprobe -q dm_mod
    rm -f "$image_work.first"
    truncate -s "$KIWI_HEAD_BYTES" "$image_work.first"
    multicast_device=/dev/mapper/kiwi-image
    multicast_loop=$(losetup --find --show "$image_work.first") || return 1
    dmsetup create kiwi-image << TABLE && return 0
0 $head linear $multicast_loop 0
$head $((sectors - head)) linear $1 $head
TABLE
    losetup --detach "$multicast_loop"
    return 1
}

multicast_undivided() {
    sync
    udevadm settle --timeout=10
    dmsetup remove --retry kiwi-image && losetup --detach "$multicast_loop"
}

# Reads what atftp says of its work: "multicast", or why there is none, goes to a file. Without multicast the other
# way is as good, and tried.
multicast_offer() {
    local line offer='no answer'
    while IFS= read -r line; do
        case $line in
            *'received OACK'*multicast:*) offer=multicast ;;
            *'error received'*) offer=$(fetch_printable <<< "$line") ;;
            *'received '*) offer='the server does not offer it' ;;
            'Trace mode'* | Option* | 'sent RRQ'* | timeout:*) continue ;;
            *)
                offer=$(fetch_printable <<< "$line")
                continue
                ;;
        esac
        break
    done
    echo "$offer" > "$image_work.offer"
    cat > /dev/null
}

# multicast_say_alone REASON: no multicast from now on.
multicast_say_alone() {
    say "TFTP without multicast, every machine loads its own copy: $1"
    multicast_off=1
}

# multicast_fetch NODE LIMIT: TFTP with multicast (RFC 2090): one transmission for all machines that wait for the
# image. Its size must be known. Status as image_pass; 4: that cannot be had here.
multicast_fetch() {
    local node=$1 bytes=$image_bytes block process code waited=0 place=''
    [ "$server_type" = tftp ] && [ -z "$multicast_off" ] || return 4
    for code in atftp dmsetup; do
        command -v $code > /dev/null || { multicast_say_alone "this initrd has no $code"; return 4; }
    done
    if [ -z "$bytes" ]; then
        # In this file only.
        server_get "$image_base.md5" "$image_work.size" "$image_server" "$image_block"
        bytes=$([ -f "$image_work.size" ] && image_parse_sum "$image_work.size" && echo "$image_bytes")
    fi
    if [ -z "$bytes" ]; then
        multicast_say_alone "$image_base.md5 with the size of the image is not there"
        return 4
    fi
    if [ "$bytes" -le "$KIWI_HEAD_BYTES" ] || [ "$bytes" -gt "$2" ]; then
        return 4
    fi
    block=$(server_fit_block "$bytes" "$image_block")
    rm -f "$image_work.offer"
    multicast_divided "$node" "$bytes" || return 4
    # With the port: there is no /etc/services here.
    atftp --trace --option "blksize $block" --option multicast --get --remote-file "$image_base" \
        --local-file "$multicast_device" "${image_server:-$server}" 69 < /dev/null > >(multicast_offer) 2>&1 &
    process=$!
    while kill -0 $process 2> /dev/null; do
        if [ -s "$image_work.offer" ]; then
            [ "$(cat "$image_work.offer")" = multicast ] || kill $process
        elif [ $waited -ge $multicast_patience ]; then
            kill $process
        fi
        waited=$((waited + 1))
        sleep 1
        # How far it has come tells where it writes.
        [ -n "$place" ] || place=$(multicast_written_by $process)
        [ -z "$place" ] || sed -n 's/^pos:[[:space:]]*//p' "/proc/$process/fdinfo/$place" 2> /dev/null
    done | download_show "$bytes"
    wait $process
    code=$?
    # Written beside it.
    for waited in 1 2 3; do [ -s "$image_work.offer" ] || sleep 1; done
    multicast_undivided || return 4
    if [ "$(cat "$image_work.offer" 2> /dev/null)" != multicast ]; then
        multicast_say_alone "$(cat "$image_work.offer" 2> /dev/null || echo 'no answer')"
        return 4
    fi
    image_got=$bytes
    [ $code = 0 ] || { image_reason="atftp ended with $code"; return 1; }
    say "Came by multicast"
}

# multicast_written_by PID: the descriptor of the device that it writes.
multicast_written_by() {
    local entry wanted
    wanted=$(readlink -f "$multicast_device")
    for entry in "/proc/$1/fd"/*; do
        [ "$(readlink "$entry")" = "$wanted" ] || continue
        echo "${entry##*/}"
        return
    done
}
