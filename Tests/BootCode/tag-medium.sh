#!/bin/bash
# tag-medium.sh ISO: write the checksum entry of docs/media-check.md into an ISO.
# A second, independent implementation to test the boot code's media check with.
set -eu
iso=$1

number() { # OFFSET LENGTH
    od -A n --endian=little -t "u$2" -j "$1" -N "$2" "$iso" | tr -d ' '
}

# The ISO with zeros for the boot sector and blanks for the entry.
normalised() {
    dd if=/dev/zero bs=512 count=1 status=none
    tail -c +513 "$iso" | head -c $((33651 - 512))
    printf '%512s' ''
    tail -c +$((33651 + 512 + 1)) "$iso" | head -c $(($1 - 34163))
}

size=$(($(number 32848 4) * 2048))
entry="check=1;sha256sum=$(normalised "$size" | sha256sum | cut -d' ' -f1)"

# The last of the boot sector's partitions, by end.
last_start=0 last_size=0
for i in 0 1 2 3; do
    at=$((446 + 16 * i))
    boot=$(number "$at" 1)
    type=$(number $((at + 4)) 1)
    start=$(number $((at + 8)) 4)
    sectors=$(number $((at + 12)) 4)
    if [ "$type" = 0 ] || [ $((boot & 127)) != 0 ] || [ "$sectors" = 0 ]; then
        continue
    fi
    if [ $((start + sectors)) -gt $((last_start + last_size)) ]; then
        last_start=$start
        last_size=$sectors
    fi
done
if [ "$last_size" != 0 ]; then
    sum=$(normalised "$(stat -c %s "$iso")" | tail -c +$((last_start * 512 + 1)) \
        | head -c $((last_size * 512)) | sha256sum | cut -d' ' -f1)
    entry="$entry;partition=$last_start,$last_size,$sum"
fi
printf '%-512s' "$entry" | dd of="$iso" bs=1 seek=33651 conv=notrunc status=none
echo "$entry"
