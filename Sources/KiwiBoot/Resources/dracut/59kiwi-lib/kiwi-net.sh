#!/bin/bash
# Files from servers. Sourced after kiwi-lib.sh.
#
# Nothing a server says is believed: numbers are checked, amounts have a limit, texts
# are printed without control characters, and no text reaches a shell.

# shellcheck disable=SC2034 # set for the programs that source this
fetch_options=()
KIWI_RUN=/run/kiwi
fetch_info=$KIWI_RUN/fetch.info
# Why a function failed.
fetch_reason=

# fetch_configure PARAMETER: its value "A,B" are more arguments for curl.
fetch_configure() {
    IFS=, read -r -a fetch_options <<< "$(getarg "$1=")"
}

# fetch URI [ARGUMENT...]: to standard output.
fetch() {
    local uri=$1 redirect='=http,https,ftp'
    shift
    # From a server that was checked never to one that is not.
    [[ $uri == https:* ]] && redirect='=https'
    curl --fail --silent --show-error --location --globoff --connect-timeout 20 \
        --speed-limit 1024 --speed-time 30 --proto '=http,https,ftp,tftp' --proto-redir "$redirect" \
        "${fetch_options[@]}" "$@" --url "$uri"
}

# What curl said last, fit for a console.
fetch_said() {
    local line
    # It begins with a number; advice may follow on more lines.
    line=$(fetch_printable < <(grep -a '^curl: (' "$fetch_info" | tail -n 1))
    # With TFTP some versions complain about something else, whatever it was.
    if [[ $line =~ ^(curl:\ \(([0-9]+)\))\ getpeername ]]; then
        line=${BASH_REMATCH[1]}
        case ${BASH_REMATCH[2]} in
            28) line+=' no answer in time' ;;
            68) line+=' the server has no such file' ;;
            69) line+=' the server does not allow it' ;;
            70) line+=' no space on the server' ;;
            73) line+=' the file exists on the server' ;;
            *) line+=' TFTP failed' ;;
        esac
    fi
    echo "$line"
}

# One line without control characters, of bearable length.
fetch_printable() {
    local line
    IFS= read -r line || [ -n "$line" ] || return 0
    line=${line//[^[:print:]]/?}
    # The same every time, so that it is said once.
    [[ $line =~ ^(.*)\ after\ [0-9]+\ ms(.*)$ ]] && line=${BASH_REMATCH[1]}${BASH_REMATCH[2]}
    printf '%s\n' "${line:0:200}"
}

# An address for messages and logs: without name and password.
fetch_shown() {
    if [[ $1 =~ ^([a-z]+://)[^/@]*@(.*)$ ]]; then
        echo "${BASH_REMATCH[1]}${BASH_REMATCH[2]}"
    else
        echo "$1"
    fi
}

# fetch_beside URI ENDING: the file beside it; a query stays behind the name.
fetch_beside() {
    case $1 in
        http*\?*) echo "${1%%\?*}.$2?${1#*\?}" ;;
        *) echo "$1.$2" ;;
    esac
}

# fetch_number TEXT: as a number of bytes, when it can be one.
fetch_number() {
    [[ $1 =~ ^[[:blank:]]*([0-9]{1,15})[[:blank:]]*$ ]] || return 1
    echo $((10#${BASH_REMATCH[1]}))
}

# fetch_headers FILE: sets remote_bytes (empty: unknown) and remote_version (empty: none)
# from the last answer in it.
fetch_headers() {
    local line status='' length='' total=''
    remote_bytes='' remote_version=''
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%$'\r'}
        case ${line,,} in
            http/*)
                # After a redirection.
                [[ $line =~ ^[^\ ]+\ ([0-9]{3}) ]] && status=${BASH_REMATCH[1]}
                length='' total='' remote_version=''
                ;;
            content-length:*) length=${line#*:} ;;
            content-range:*/*) total=${line##*/} ;;
            etag:*)
                # Only one that stands for the very bytes.
                [[ ${line#*:} =~ ^[[:blank:]]*(\"[a-zA-Z0-9._+/=:-]{1,100}\")$ ]] \
                    && remote_version=${BASH_REMATCH[1]}
                ;;
        esac
    done < "$1"
    [ "$status" = 206 ] && length=$total
    remote_bytes=$(fetch_number "$length")
    return 0
}

# fetch_head URI FILE: the first 64 KiB into FILE; what the server says about the whole
# into remote_bytes and remote_version.
fetch_head() {
    local uri=$1 file=$2 headers=$KIWI_RUN/fetch.headers more code
    rm -f "$headers"
    if [[ $uri == ftp:* ]]; then
        # There the length is a question of its own.
        fetch "$uri" --head --max-time 60 > "$headers" 2> "$fetch_info" \
            || { fetch_reason=$(fetch_said); return 1; }
    else
        more=(--dump-header "$headers")
    fi
    # A server without ranges sends on: what is not read stops it.
    fetch "$uri" --range 0-65535 --max-time 60 "${more[@]}" 2> "$fetch_info" \
        | dd of="$file" bs=65536 count=1 iflag=fullblock status=none
    code=${PIPESTATUS[0]}
    if [ "$(stat -c %s "$file")" != 65536 ] && [ "$code" != 0 ]; then
        fetch_reason=$(fetch_said)
        return 1
    fi
    fetch_headers "$headers"
}

# fetch_content HEAD: "iso9660 BYTES" or "squashfs BYTES", what the file says of itself.
fetch_content() {
    local type bytes
    if [ "$(kiwi_bytes "$1" 32769 5)" = CD001 ]; then
        type=iso9660
        bytes=$(($(kiwi_number "$1" 32848 4) * 2048))
    elif [ "$(kiwi_bytes "$1" 0 4)" = hsqs ]; then
        type=squashfs
        # The kernel pads the last block.
        bytes=$(kiwi_number "$1" 40 8)
    else
        return 1
    fi
    [[ $bytes =~ ^[0-9]{5,15}$ ]] || return 1
    echo "$type $bytes"
}

# fetch_sum URI: the SHA-256 of the file URI.sha256 into remote_sum; empty when the server
# has no such file. Fails when it cannot be asked, or when that is no checksum.
fetch_sum() {
    local uri code status file=$KIWI_RUN/fetch.sum
    remote_sum=
    uri=$(fetch_beside "$1" sha256)
    rm -f "$file"
    fetch "$uri" --max-time 60 --write-out '%{stderr}http-status=%{http_code}\n' 2> "$fetch_info" \
        | dd of="$file" bs=65536 count=1 iflag=fullblock status=none
    code=${PIPESTATUS[0]}
    status=$(sed -n 's/^http-status=//p' "$fetch_info" | tail -n 1)
    case $code:$status in
        0:*) ;;
        # Not there, or nothing that everybody may see.
        22:40[134] | 22:410 | 78:* | 9:* | 19:*) return 0 ;;
        *)
            fetch_reason="$(fetch_shown "$uri"): $(fetch_said)"
            return 1
            ;;
    esac
    if ! remote_sum=$(fetch_parse_sum "$file" "${1##*/}"); then
        remote_sum=
        fetch_reason="$(fetch_shown "$uri") holds no SHA-256 of ${1##*/}"
        return 1
    fi
}

# fetch_parse_sum FILE NAME: lines "HASH", "HASH  NAME", "HASH *NAME", "HASH BLOCKS
# BLOCKSIZE" or "SHA256 (NAME) = HASH". With several the one of NAME counts.
fetch_parse_sum() {
    local line hash name single='' count=0
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%$'\r'}
        if [[ $line =~ ^SHA256\ \((.*)\)\ =\ ([0-9a-fA-F]{64})$ ]]; then
            name=${BASH_REMATCH[1]}
            hash=${BASH_REMATCH[2]}
        elif [[ $line =~ ^([0-9a-fA-F]{64})($|[[:blank:]]+\*?(.*)$) ]]; then
            hash=${BASH_REMATCH[1]}
            name=${BASH_REMATCH[3]}
        else
            continue
        fi
        if [ "${name##*/}" = "$2" ]; then
            echo "${hash,,}"
            return 0
        fi
        single=${hash,,}
        count=$((count + 1))
    done < "$1"
    [ $count = 1 ] && echo "$single"
}

# ------------------------------------------------------------ large files
#
# The first MiB of what is written to a disk comes last, when everything else is there
# and right: what was interrupted must not look like a system.

KIWI_HEAD_BYTES=$((1 << 20))
KIWI_DOWNLOAD_TRIES=10

# download_pass URI TARGET BYTES AT HEAD: one attempt from byte AT on; AT is 0 or behind the
# head. Sets download_at to the place it got to and download_code to the status of curl.
download_pass() {
    local uri=$1 target=$2 bytes=$3 at=$4 head=$5 more=() base counts=$KIWI_RUN/download
    [ "$at" = 0 ] || more=(--continue-at "$at")
    if [ "$at" != 0 ] && [ -n "$remote_version" ]; then
        # Another file meanwhile? Then from the beginning, which curl refuses with 33.
        more+=(--header "If-Range: $remote_version")
    fi
    rm -f "$counts.pid" "$counts.code" "$counts.head" "$counts.rest"
    {
        fetch "$uri" "${more[@]}" --write-out '%{stderr}http-status=%{http_code}\n' 2> "$fetch_info"
        echo $? > "$counts.code"
    } | {
        base=$at
        if [ "$at" = 0 ]; then
            LC_ALL=C dd of="$head" bs=$KIWI_HEAD_BYTES count=1 iflag=fullblock 2> "$counts.head" || exit 1
            base=$KIWI_HEAD_BYTES
        fi
        LC_ALL=C dd of="$target" bs=1M seek="$base" oflag=seek_bytes iflag=fullblock,count_bytes \
            count=$((bytes - base)) conv=notrunc,fsync 2> "$counts.rest" <&0 &
        echo $! > "$counts.pid"
        wait $!
    } &
    local writer=$!
    kiwi_follow $writer "$counts.pid" 1 | download_show "$bytes"
    wait $writer
    download_written=$?
    download_code=$(cat "$counts.code" 2> /dev/null)
    download_at=$at
    if [ "$at" = 0 ]; then
        download_at=$(download_count "$counts.head")
        # A piece of the head is no place to go on from.
        [ "$download_at" = $KIWI_HEAD_BYTES ] || return 0
    fi
    download_at=$((download_at + $(download_count "$counts.rest")))
}

# Bytes that dd says it copied.
download_count() {
    local count
    count=$(sed -n 's/^\([0-9]*\) bytes.*/\1/p' "$1" 2> /dev/null | tail -n 1)
    echo "${count:-0}"
}

# Positions on standard input.
download_show() {
    local total=$1 position last=
    while read -r position; do
        position="$((position / 1048576)) of $((total / 1048576)) MiB ($((position * 100 / total))%)"
        [ "$position" = "$last" ] || say_progress "Downloading: $position" > /dev/null
        last=$position
    done
}

# download URI TARGET BYTES HEAD: so many bytes into TARGET, without its first MiB, which
# goes to the file HEAD. Attempts go on where the last one ended, or begin again when the server
# cannot do that. Fails with fetch_reason.
download() {
    local uri=$1 target=$2 bytes=$3 head=$4 at=0 try=1 status shown
    shown=$(fetch_shown "$uri")
    download_resumed=
    if [ "$bytes" -le $KIWI_HEAD_BYTES ]; then
        fetch_reason="$shown is too small: $bytes bytes"
        return 1
    fi
    while :; do
        download_pass "$uri" "$target" "$bytes" "$at" "$head"
        [ "$download_at" = "$bytes" ] && return 0
        kiwi_speaker=${download_speaker:-kiwi} say "download is incomplete: $download_at of $bytes bytes from $shown"
        if [ "$download_written" != 0 ]; then
            fetch_reason="$target cannot be written: $(tail -n 1 "$KIWI_RUN/download.rest" | fetch_printable)"
            return 1
        fi
        try=$((try + 1))
        if [ $try -gt "$KIWI_DOWNLOAD_TRIES" ]; then
            fetch_reason="$shown does not come completely: $download_at of $bytes bytes, $(fetch_said)"
            return 1
        fi
        status=$(sed -n 's/^http-status=//p' "$fetch_info" | tail -n 1)
        case $download_code:$status in
            33:* | 31:* | 36:* | 22:416)
                say "The server cannot go on in the middle: starting again ($try of $KIWI_DOWNLOAD_TRIES)"
                at=0
                remote_version=
                if fetch_head "$uri" "$KIWI_RUN/fetch.again" && [ "${remote_bytes:-$bytes}" != "$bytes" ]; then
                    fetch_reason="$shown was replaced by another file meanwhile"
                    return 1
                fi
                ;;
            *)
                at=$download_at
                [ "$at" -ge $KIWI_HEAD_BYTES ] || at=0
                [ "$at" = 0 ] || download_resumed=1
                say "Trying again from byte $at ($try of $KIWI_DOWNLOAD_TRIES): $(fetch_said)"
                ;;
        esac
        sleep 3
    done
}

# download_verify TARGET BYTES HEAD SUM [TOOL]: is it what the checksum says? Reads what the target
# has. Sets download_sum.
download_verify() {
    local target=$1 bytes=$2 head=$3 tool=${5:-sha256sum}
    sync
    [ -b "$target" ] && blockdev --flushbufs "$target"
    download_sum=$({
        cat "$head"
        dd if="$target" bs=1M skip=$KIWI_HEAD_BYTES iflag=skip_bytes,count_bytes \
            count=$((bytes > KIWI_HEAD_BYTES ? bytes - KIWI_HEAD_BYTES : 0)) status=none
    } | "$tool" | cut -d' ' -f1)
    [ "$download_sum" = "$4" ]
}

# download_finish TARGET HEAD: the first MiB follows.
download_finish() {
    dd if="$2" of="$1" bs=1M conv=notrunc,fsync status=none
}

# ---------------------------------------------------------------- network

# net_patience NAME REASON: is there still time to wait? Says what is waited for when it is
# new. kiwi_report may call net_report.
net_patience() {
    local start=$KIWI_RUN/$1.start said=$KIWI_RUN/$1.waits timeout
    timeout=$(kiwi_device_timeout)
    if [ ! -e "$start" ]; then
        kiwi_uptime > "$start"
        say "Waiting up to $timeout seconds: $2"
    elif [ $(($(kiwi_uptime) - $(cat "$start"))) -ge "$timeout" ]; then
        rm -f "$start"
        return 1
    elif [ "$2" != "$(cat "$said" 2> /dev/null)" ]; then
        say "Still waiting: $2"
    fi
    printf '%s\n' "$2" > "$said"
}

# For kiwi_fail.
net_report() {
    local line
    while read -r line; do
        say "  $line"
    done < <(
        ip -brief address 2> /dev/null
        ip route 2> /dev/null
    )
}

# net_login ADDRESS GET...: with kiwidebug a login as root at ADDRESS, for those who look for the cause of something: only by
# the keys of the server's KIWI/debug_ssh.pub, which "GET... FILE" fetches. Tried once.
net_login() {
    local address=$1 keys=/root/.ssh/authorized_keys
    shift
    getargbool 0 kiwidebug || return 0
    [ ! -e $KIWI_RUN/login ] || return 0
    : > $KIWI_RUN/login
    command -v dropbear > /dev/null || return 0
    mkdir -p /root/.ssh /etc/dropbear
    chmod 700 /root /root/.ssh
    if ! "$@" $keys || [ ! -s $keys ]; then
        say "Debugging: no login, the server has no keys (KIWI/debug_ssh.pub)"
        return 0
    fi
    chmod 600 $keys
    # -s: no passwords; -R: host keys are made when they are asked for.
    if dropbear -R -s; then
        say "Debugging: ssh root@$address, with the $(grep -c '^[^#]' $keys) keys of KIWI/debug_ssh.pub"
    fi
}

# ATA over Ethernet has no addresses: links that are up are enough.
kiwi_links_up() {
    local entry
    for entry in /sys/class/net/*; do
        # Ethernet
        [ "$(cat "$entry/type" 2> /dev/null)" = 1 ] || continue
        ip link set dev "${entry##*/}" up 2> /dev/null
    done
}

kiwi_aoe_discover() {
    modprobe -q aoe
    kiwi_links_up
    [ -c /dev/etherd/discover ] && echo > /dev/etherd/discover
    udevadm settle --timeout=5
}

# ---------------------------------------------------------------- memory

# memory_size BYTES: KiB for a RAM disk that holds so much: ramdisk_size, which is in KiB,
# or as much as needed, at least 2 GiB (only what is used takes memory).
memory_size() {
    local need=$((($1 + 1023) / 1024)) size have
    size=$(getarg ramdisk_size=)
    if [ -z "$size" ]; then
        size=$((need > 2097152 ? need : 2097152))
    elif [[ ! $size =~ ^[1-9][0-9]{0,11}$ ]]; then
        fetch_reason="ramdisk_size=$size is no number of KiB"
        return 1
    elif [ "$size" -lt $need ]; then
        fetch_reason="ramdisk_size=$size is too small: $need KiB are needed"
        return 1
    fi
    have=$(sed -n 's/^MemAvailable: *\([0-9]*\).*/\1/p' /proc/meminfo)
    # The system needs some as well.
    if [ $((need + 131072)) -gt "${have:-0}" ]; then
        fetch_reason="not enough memory: $((need + 131072)) KiB are needed, ${have:-0} KiB are free"
        return 1
    fi
    memory_kib=$size
}

# memory_target BYTES: sets memory_file to a RAM disk or a file in memory for so many bytes;
# an empty one, also after a failed attempt.
memory_target() {
    memory_release
    memory_size "$1" || return 1
    # One that exists already belongs to the kernel's own use or to somebody else.
    [ -e /sys/module/brd ] || modprobe -q brd rd_nr=1 "rd_size=$memory_kib" max_part=0
    udevadm settle --timeout=10
    if [ -b /dev/ram0 ] && [ $(($(kiwi_sysfs ram0 size) * 512)) -ge "$1" ]; then
        memory_file=/dev/ram0
        return 0
    fi
    mkdir -p /run/kiwi/memory
    if ! mount -n -t tmpfs -o "size=${memory_kib}k,mode=0700" kiwi-memory /run/kiwi/memory; then
        fetch_reason="no memory for $memory_kib KiB"
        return 1
    fi
    memory_file=/run/kiwi/memory/image
    truncate -s "$1" "$memory_file"
}

memory_release() {
    ! mountpoint -q /run/kiwi/memory || umount /run/kiwi/memory
}

# memory_device: sets memory_node to the block device with what was downloaded, read-only.
memory_device() {
    memory_node=$memory_file
    if [ -b "$memory_file" ]; then
        blockdev --setro "$memory_file"
        return
    fi
    modprobe -q loop
    memory_node=$(losetup -r -f --show "$memory_file")
}
