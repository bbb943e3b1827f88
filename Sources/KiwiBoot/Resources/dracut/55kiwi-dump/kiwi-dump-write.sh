#!/bin/bash
# Writing the image and proving it. Sourced after kiwi-lib.sh, kiwi-disk.sh,
# kiwi-dialog.sh, kiwi-dump-source.sh.
#
# The first MiB, with the partition table, is written last, when the checksum of all
# that came is right: an installation that was interrupted or that came from a damaged
# medium leaves no disk that looks like a system.

# shellcheck disable=SC2034,SC2154 # set and used by kiwi-dump and kiwi-dump-source.sh
write_reason=
head_bytes=$((1 << 20))

# write_retained_size TABLE-OF-IMAGE TABLE-OF-TARGET: bytes in front of the last
# partition, when it begins at the same place on both. Tables as of "sfdisk --dump".
write_retained_size() {
    local image target
    image=$(write_last_start "$1")
    target=$(write_last_start "$2")
    [ -n "$image" ] && [ "$image" = "$target" ] || return 1
    echo "$image"
}

# Byte at which the last partition of a table begins.
write_last_start() {
    printf '%s\n' "$1" | {
        local line sector=512 start last=
        while read -r line; do
            if [[ $line =~ ^sector-size:\ *([0-9]+) ]]; then
                sector=${BASH_REMATCH[1]}
            elif [[ $line =~ start=\ *([0-9]+),\ *size=\ *([0-9]+) ]] && [ "${BASH_REMATCH[2]}" != 0 ]; then
                start=${BASH_REMATCH[1]}
                if [ -z "$last" ] || [ "$start" -gt "$last" ]; then last=$start; fi
            fi
        done
        [ -z "$last" ] || echo $((last * sector))
    }
}

# The table of the image, from its first MiB.
write_image_table() {
    # The whole size must be there for a table to make sense: a hole.
    rm -f /run/kiwi/image.head
    # The rest of the stream is not wanted, its writer may complain.
    source_stream 2> /dev/null | dd of=/run/kiwi/image.head bs=1M count=1 iflag=fullblock status=none
    truncate -s "$source_size" /run/kiwi/image.head
    sfdisk --dump /run/kiwi/image.head 2> /dev/null
    rm -f /run/kiwi/image.head
}

# Percentages until the writing process is gone.
write_follow() {
    local position
    kiwi_follow "$1" "$2" "$3" | while read -r position; do
        echo $((position * 100 / $4))
    done
    echo 100
}

# show_progress TEXT: percentages on standard input.
show_progress() {
    local percent last=-1
    if [ -z "$unattended" ]; then
        kiwi_gauge "$1"
        return
    fi
    while read -r percent; do
        [ "$percent" = "$last" ] || say_progress "$1: $percent%" > /dev/null
        last=$percent
    done
}

# write_image NODE BYTES: so many bytes of the image; sets written_sum, their checksum.
write_image() {
    local node=$1 bytes=$2 code sums=/run/kiwi
    rm -f $sums/all.fifo $sums/part.fifo $sums/writer.pid
    mkfifo $sums/all.fifo $sums/part.fifo || return 1
    "$source_tool" < $sums/all.fifo | cut -d' ' -f1 > $sums/all.sum &
    local all=$!
    {
        head -c "$bytes" | "$source_tool" | cut -d' ' -f1 > $sums/part.sum
        cat > /dev/null
    } < $sums/part.fifo &
    local part=$!
    (
        set -o pipefail
        source_stream | tee $sums/all.fifo $sums/part.fifo | {
            dd of=$sums/head bs=$head_bytes count=1 iflag=fullblock status=none || exit 1
            dd of="$node" bs=1M seek=$head_bytes oflag=seek_bytes iflag=fullblock,count_bytes \
                count=$((bytes - head_bytes)) conv=notrunc,fsync status=none <&0 &
            echo $! > $sums/writer.pid
            wait $! || exit 1
            # What comes behind is part of the checksum.
            cat > /dev/null
        }
    ) 2> $sums/write.info &
    local writer=$!
    if [ -n "$silent_install" ]; then
        wait $writer
    else
        write_follow $writer $sums/writer.pid 1 "$bytes" \
            | show_progress "$(kiwi_text install "$source_name" "$target_name")"
        wait $writer
    fi
    code=$?
    wait $all $part
    if [ $code != 0 ]; then
        write_reason="writing to $node failed: $(cat $sums/write.info $sums/fetch.info 2> /dev/null | tail -n 1)"
        return 1
    fi
    if [ "$(cat $sums/all.sum)" != "$source_sum" ]; then
        write_reason="$source_name is damaged: its ${source_tool%sum} checksum is $(cat $sums/all.sum), must be $source_sum"
        return 1
    fi
    written_sum=$(cat $sums/part.sum)
    if ! dd if=$sums/head of="$node" bs=$head_bytes conv=notrunc,fsync status=none; then
        write_reason="the beginning of $node cannot be written"
        return 1
    fi
    rm -f $sums/head
}

# verify_target NODE BYTES: compare what the device has, not what memory believes.
verify_target() {
    local node=$1 bytes=$2 sums=/run/kiwi
    sync
    blockdev --flushbufs "$node"
    rm -f $sums/writer.pid
    (
        set -o pipefail
        {
            dd if="$node" bs=1M iflag=count_bytes count="$bytes" status=none &
            echo $! > $sums/writer.pid
            wait $!
        } | "$source_tool" | cut -d' ' -f1 > $sums/target.sum
    ) &
    local reader=$!
    if [ -z "$silent_verify" ]; then
        write_follow $reader $sums/writer.pid 0 "$bytes" | show_progress "$(kiwi_text verify "$target_name")"
    fi
    wait $reader || { write_reason="$node cannot be read"; return 1; }
    if [ "$(cat $sums/target.sum)" != "$written_sum" ]; then
        write_reason="$node does not hold what was written to it: its ${source_tool%sum} checksum is $(cat $sums/target.sum), must be $written_sum"
        return 1
    fi
}
