#!/bin/bash
# kiwi-media-check DEVICE-OR-FILE [FOLLOWER]: compare an ISO with the checksum in
# its own header (format of checkmedia, docs/media-check.md).
# Status: 0 good, 1 bad, 2 no checksum there. FOLLOWER is called with a percentage.
#
# Needs bash and coreutils only.

medium=$1
follower=$2
chunk=$((4 << 20))

# number OFFSET LENGTH
number() {
    local value
    value=$(dd if="$medium" bs=1 skip="$1" count="$2" status=none 2> /dev/null \
        | od -A n --endian=little -t "u$2")
    value=${value//[[:space:]]/}
    echo "${value:-0}"
}

text() {
    dd if="$medium" bs=1 skip="$1" count="$2" status=none 2> /dev/null | tr -d '\0'
}

if [ "$(text 32769 5)" != CD001 ]; then
    echo "no ISO 9660 file system on $medium"
    exit 2
fi
iso_size=$(($(number 32848 4) * 2048))

# ---- the tag: key=value;key=value... in 512 bytes filled up with blanks
digest_name='' digest_value='' pad=0 part='' signature=
IFS=';' read -r -d '' -a tags < <(text 33651 512; printf '\0')
for tag in "${tags[@]}"; do
    [[ $tag == *=* ]] || continue
    key=${tag%%=*}
    value=${tag#*=}
    key=${key//[[:space:]]/}
    value=${value//[[:space:]]/}
    case ${key,,} in
        md5sum | sha1sum | sha224sum | sha256sum | sha384sum | sha512sum)
            digest_name=${key,,}
            digest_value=${value,,}
            ;;
        pad) pad=$value ;;
        partition) part=$value ;;
        signature) signature=$value ;;
    esac
done
for value in "$pad" "${signature:-0}"; do
    if [[ ! $value =~ ^[0-9]{1,12}$ ]]; then
        echo "the checksum entry is damaged: '$value' is not a number"
        exit 1
    fi
done
if [ -z "$digest_name" ]; then
    echo "there is no checksum on $medium"
    exit 2
fi
if ! command -v "$digest_name" > /dev/null; then
    echo "$digest_name is not available to check $medium"
    exit 2
fi

# ---- areas that are replaced by fixed bytes: start, end, byte
area_start=(0 33651) area_end=(512 34163) area_byte=('\0' ' ')
if [ -n "$signature" ] && [ "$signature" -gt 0 ]; then
    # The block's first 64 bytes are a mark and count.
    area_start+=($((signature * 512 + 64)))
    area_end+=($((signature * 512 + 2048)))
    area_byte+=('\0')
fi
if [ "$pad" -gt 0 ]; then
    area_start+=($((iso_size - pad * 2048)))
    area_end+=("$iso_size")
    area_byte+=('\0')
fi

# A stick with a partition added at first boot keeps the original partition table
# in front of that partition (kiwi-lib.sh, "free space of a stick").
saved_table=
if [ -b "$medium" ] && [ -f /lib/kiwi-lib.sh ]; then
    # shellcheck source=../59kiwi-lib/kiwi-lib.sh
    . /lib/kiwi-lib.sh
    if note=$(kiwi_note_partition "$medium"); then
        note=${note##* }
        if [ "$(kiwi_note_value "$medium" "$note" iso)" = "$(kiwi_iso_identity "$medium")" ]; then
            saved_table=$((note * 512 + 4096))
        fi
    fi
fi

# raw START LENGTH: bytes of the medium
raw() {
    local start=$1
    if [ -n "$saved_table" ] && [ "$start" -lt 32768 ]; then
        start=$((start + saved_table))
    fi
    dd if="$medium" bs=1M iflag=skip_bytes,count_bytes,fullblock \
        skip="$start" count="$2" status=none
}

# fill BYTE LENGTH
fill() {
    dd if=/dev/zero bs=1M iflag=count_bytes,fullblock count="$2" status=none | tr '\0' "$1"
}

# emit START END: bytes with the areas replaced, in pieces no larger than a chunk
emit() {
    local at=$1 end=$2 stop i replace percent last=
    while [ "$at" -lt "$end" ]; do
        stop=$((at + chunk < end ? at + chunk : end))
        # The saved table and the rest come from different places.
        [ "$at" -lt 32768 ] && [ "$stop" -gt 32768 ] && stop=32768
        replace=
        for i in "${!area_start[@]}"; do
            if [ "$at" -ge "${area_start[i]}" ] && [ "$at" -lt "${area_end[i]}" ]; then
                replace=${area_byte[i]}
                [ "$stop" -gt "${area_end[i]}" ] && stop=${area_end[i]}
            elif [ "$at" -lt "${area_start[i]}" ] && [ "$stop" -gt "${area_start[i]}" ]; then
                stop=${area_start[i]}
            fi
        done
        if [ -n "$replace" ]; then
            fill "$replace" $((stop - at))
        else
            raw "$at" $((stop - at)) || return 1
        fi
        at=$stop
        percent=$(((at - $1) * 100 / (end - $1)))
        if [ -n "$follower" ] && [ "$percent" != "$last" ]; then
            "$follower" "$percent" >&2
            last=$percent
        fi
    done
}

digest() {
    emit "$1" "$2" | "$digest_name" | cut -d' ' -f1
}

found=$(digest 0 "$iso_size")
if [ "$found" != "$digest_value" ]; then
    echo "$digest_name of the medium is $found, must be $digest_value"
    exit 1
fi

# The second checksum matters only for what lies outside the ISO file system.
if [ -n "$part" ]; then
    IFS=, read -r part_start part_size part_value <<< "$part"
    if [[ ! $part_start,$part_size =~ ^[0-9]{1,12},[0-9]{1,12}$ ]]; then
        echo "the checksum entry is damaged: partition=$part"
        exit 1
    fi
    if [ $(((part_start + part_size) * 512)) -gt "$iso_size" ]; then
        # Padding belongs to the first checksum alone.
        [ "$pad" -gt 0 ] && unset 'area_start[-1]' 'area_end[-1]' 'area_byte[-1]'
        found=$(digest $((part_start * 512)) $(((part_start + part_size) * 512)))
        if [ "$found" != "${part_value,,}" ]; then
            echo "$digest_name of the medium's partition is $found, must be ${part_value,,}"
            exit 1
        fi
    fi
fi
echo "$digest_name $digest_value"
