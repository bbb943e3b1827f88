#!/bin/bash
# System images from the boot server to devices of a netboot client. Sourced after kiwi-net.sh,
# kiwi-disk.sh and the other files of this module. Functions fail with image_reason.
#
# As with all downloads the first MiB of an image is written last, when its checksum is right.

# shellcheck disable=SC2034,SC2154 # set and used across these files
image_reason=
image_work=$KIWI_RUN/netboot.image
# Attempts when a checksum is wrong, and seconds between them.
image_tries=3
image_pause=15
# File in KIWI_LOCAL_CACHE_DIR that is read now, in place of the server's.
image_kept=
# Checksums by path and server.
declare -A image_known=()

# image_parse ENTRY: of IMAGE. Sets image_device image_base (path on the server, without ending)
# image_title (NAME-VERSION) image_server image_block image_endings (what the file may end in).
image_parse() {
    local name version compression
    IFS=';' read -r image_device name version image_server image_block compression <<< "$1"
    name=${name#image/}
    image_title=$name-$version
    image_base=image/$image_title
    case $compression in
        '') image_endings='-' ;;
        compressed-gzip) image_endings=.gz ;;
        compressed-xz) image_endings=.xz ;;
        compressed-zstd) image_endings=.zst ;;
        *) image_endings='.gz .xz' ;;
    esac
}

# The file in the system that tells which image it is, and of which checksum.
image_mark() {
    echo "/etc/ImageVersion-${image_title//\//_}"
}

# image_parse_sum FILE: "HASH BLOCKS BLOCKSIZE ..." of the uncompressed image, or "HASH  NAME". Sets
# image_sum image_tool image_bytes (empty: unknown).
image_parse_sum() {
    local hash blocks size _
    read -r hash blocks size _ < "$1"
    image_sum='' image_bytes=''
    [[ $hash =~ ^[0-9a-fA-F]+$ ]] || return 1
    case ${#hash} in
        32) image_tool=md5sum ;;
        64) image_tool=sha256sum ;;
        128) image_tool=sha512sum ;;
        *) return 1 ;;
    esac
    image_sum=${hash,,}
    if [[ $blocks =~ ^[0-9]{1,12}$ && $size =~ ^[0-9]{1,8}$ ]]; then
        image_bytes=$((10#$blocks * 10#$size))
    fi
}

# The checksum of the image that image_parse has read. Without one image_sum is empty.
image_read_sum() {
    local ending file="$image_work.sum" try known=$image_base,$image_server
    image_sum='' image_bytes='' image_tool=''
    # Once for all questions: the server's may change meanwhile.
    if [ -n "${image_known[$known]-}" ]; then
        IFS=, read -r image_tool image_sum image_bytes <<< "${image_known[$known]}"
        return 0
    fi
    for ending in sha256 md5; do
        for try in 1 2 3 4 5; do
            server_get "$image_base.$ending" "$file" "$image_server" "$image_block"
            case $? in
                0)
                    if ! image_parse_sum "$file"; then
                        image_reason="$image_base.$ending holds no checksum"
                        return 1
                    fi
                    image_known[$known]=$image_tool,$image_sum,$image_bytes
                    return 0
                    ;;
                1) break ;;
            esac
            image_reason="$image_base.$ending does not come: $fetch_reason"
            [ "$try" != 5 ] || return 1
            say "Trying again ($try of 5): $fetch_reason"
            sleep 3
        done
    done
    image_known[$known]=,,
    say "$image_base has neither .sha256 nor .md5 on the server: it is not compared"
}

# image_source ENDING: the image to standard output.
image_source() {
    local block=() ending=${1#-}
    if [ -n "$image_kept" ]; then
        cat "$image_kept"
        return
    fi
    if [ "$server_type" = local ]; then
        cat "$server_folder/$image_base$ending"
        return
    fi
    [ "$server_type" != tftp ] \
        || block=(--tftp-blksize "$(server_fit_block "${image_bytes:-0}" "$image_block")")
    fetch "$(server_uri "$image_base$ending" "$image_server")" "${block[@]}" --write-out '%{stderr}http-status=%{http_code}\n'
}

image_unpack() {
    case $1 in
        .gz) gzip --decompress --stdout ;;
        .xz) xz --decompress --stdout ;;
        .zst) zstd --decompress --stdout ;;
        *) cat ;;
    esac
}

# image_pass NODE LIMIT ENDING: one attempt from the beginning, not more than LIMIT bytes. Sets
# image_got, the number of bytes. Status 2: the server has no such file; 3: it is larger than LIMIT.
image_pass() {
    local node=$1 limit=$2 ending=$3 code
    rm -f "$image_work.code" "$image_work.pid" "$image_work.head" "$image_work.rest" "$image_work.first"
    (
        set -o pipefail
        {
            image_source "$ending" 2> "$fetch_info"
            code=$?
            echo $code > "$image_work.code"
            exit $code
        } | image_unpack "$ending" | {
            LC_ALL=C dd of="$image_work.first" bs="$KIWI_HEAD_BYTES" count=1 iflag=fullblock 2> "$image_work.head" || exit 1
            LC_ALL=C dd of="$node" bs=1M seek="$KIWI_HEAD_BYTES" oflag=seek_bytes iflag=fullblock,count_bytes \
                count=$((limit - KIWI_HEAD_BYTES)) conv=notrunc,fsync 2> "$image_work.rest" <&0 &
            echo $! > "$image_work.pid"
            wait $! || exit 1
            # More than there is room for?
            [ "$(head -c 1 | wc -c)" = 0 ] || exit 3
        }
    ) 2> "$image_work.info" &
    local writer=$!
    kiwi_follow $writer "$image_work.pid" 1 | download_show "${image_bytes:-$limit}"
    wait $writer
    code=$?
    image_got=$(($(download_count "$image_work.head") + $(download_count "$image_work.rest")))
    [ $code != 0 ] || return 0
    [ $code != 3 ] || return 3
    server_answer "$(cat "$image_work.code" 2> /dev/null)" "$(sed -n 's/^http-status=//p' "$fetch_info" | tail -n 1)"
    [ $? != 1 ] || return 2
    image_reason="$(fetch_said)$(tail -n 1 "$image_work.info" | fetch_printable)"
    return 1
}

# image_fetch NODE LIMIT ENDING: with retries. Status as image_pass.
image_fetch() {
    local node=$1 limit=$2 ending=$3 try=1 uri code
    if [ "$ending" = - ]; then
        multicast_fetch "$node" "$limit"
        code=$?
        case $code in
            0) return 0 ;;
            1) say "Multicast failed, the image is loaded for this machine alone: $image_reason" ;;
        esac
    fi
    if [ "$ending" = - ] && [ "$server_type" != tftp ] && [ "$server_type" != local ]; then
        # A transfer that ends early can go on where it ended.
        uri=$(server_uri "$image_base" "$image_server")
        if fetch_head "$uri" "$image_work.begin"; then
            image_got=${remote_bytes:-$image_bytes}
            if [ -n "$image_got" ] && [ "$image_got" -gt "$KIWI_HEAD_BYTES" ]; then
                [ "$image_got" -le "$limit" ] || return 3
                download_speaker=kiwi-netboot download "$uri" "$node" "$image_got" "$image_work.first" && return
                image_reason=$fetch_reason
                return 1
            fi
        fi
    fi
    while :; do
        image_pass "$node" "$limit" "$ending"
        code=$?
        [ $code = 1 ] || return $code
        kiwi_speaker=kiwi-netboot say "download is incomplete: $image_got${image_bytes:+ of $image_bytes} bytes from $(fetch_shown "$(server_uri "$image_base${ending#-}" "$image_server")")"
        try=$((try + 1))
        if [ $try -gt "$KIWI_DOWNLOAD_TRIES" ]; then
            image_reason="$image_base${ending#-} does not come: $image_reason"
            return 1
        fi
        say "Starting again ($try of $KIWI_DOWNLOAD_TRIES): $image_reason"
        sleep 3
    done
}

# image_complete NODE: what image_fetch or image_pass have loaded is the image; its beginning is written. Status
# 1: it is another one; 2: it cannot be written.
image_complete() {
    if [ -n "$image_sum" ] && ! download_verify "$1" "$image_got" "$image_work.first" "$image_sum" "$image_tool"; then
        image_reason="$image_title is damaged: its ${image_tool%sum} is $download_sum, must be $image_sum"
        return 1
    fi
    download_finish "$1" "$image_work.first" || { image_reason="$1 cannot be written"; return 2; }
    rm -f "$image_work.first"
    blockdev --flushbufs "$1"
    udevadm settle --timeout=10
    say "Loaded: $image_got bytes${image_sum:+, ${image_tool%sum} $image_sum}"
}

# image_load_kept NODE LIMIT: from KIWI_LOCAL_CACHE_DIR, a folder that a hook has mounted and that has the tree
# of the server, if it has this very image: without a checksum nobody could tell.
image_load_kept() {
    local ending folder
    folder=$(config_value KIWI_LOCAL_CACHE_DIR)
    [ -n "$folder" ] && [ -n "$image_sum" ] || return 1
    for ending in $image_endings; do
        image_kept=$folder/$image_base${ending#-}
        [ -f "$image_kept" ] || continue
        say "Loading $image_title from $image_kept to $1"
        if image_pass "$1" "$2" "$ending" && image_complete "$1"; then
            image_kept=
            return 0
        fi
        say "$image_kept is not used: ${image_reason:-it cannot be read, or is too large}"
    done
    image_kept=
    return 1
}

# image_load NODE: the image that image_parse and image_read_sum have read.
image_load() {
    local node=$1 limit ending code=2 try
    limit=$(($(kiwi_sysfs "$node" size) * 512))
    if [ -n "$image_bytes" ] && [ "$image_bytes" -gt "$limit" ]; then
        image_reason="$image_title has $(kiwi_size_text "$image_bytes"), $node only $(kiwi_size_text "$limit")"
        return 1
    fi
    if [ "$limit" -le "$KIWI_HEAD_BYTES" ]; then
        image_reason="$node is too small for an image"
        return 1
    fi
    # The old file system goes first.
    wipefs --quiet --all --force "$node" > /dev/null
    ! image_load_kept "$node" "$limit" || return 0
    for ((try = 1; try <= image_tries; try++)); do
        for ending in $image_endings; do
            say "Loading $image_title$([ "$ending" = - ] || echo "$ending") from ${image_server:-${server:-this medium}} to $node"
            image_fetch "$node" "$limit" "$ending"
            code=$?
            [ $code = 2 ] || break
        done
        case $code in
            1) return 1 ;;
            2)
                image_reason="the server has no $image_base${ending#-}"
                return 1
                ;;
            3)
                image_reason="$image_title is larger than $node ($(kiwi_size_text "$limit"))"
                return 1
                ;;
        esac
        image_complete "$node"
        case $? in
            0) return 0 ;;
            2) return 1 ;;
        esac
        [ $try = $image_tries ] || {
            say "$image_reason; trying again ($try of $image_tries)"
            sleep $image_pause
        }
    done
    return 1
}

# image_ram_disk /dev/ramN: sets image_node to memory for the image.
image_ram_disk() {
    local number=${1#/dev/ram} kib
    if [ "$number" = 0 ]; then
        image_reason="/dev/ram0 is the initrd's: use /dev/ram1"
        return 1
    fi
    kib=$(getarg ramdisk_size=)
    [[ $kib =~ ^[1-9][0-9]{0,11}$ ]] || kib=512000
    if [ -n "$image_bytes" ] && [ $((image_bytes / 1024 + 1)) -gt "$kib" ]; then
        kib=$((image_bytes / 1024 + 1))
    fi
    [ -e /sys/module/brd ] || modprobe -q brd rd_nr=$((number + 1)) "rd_size=$kib" max_part=0
    udevadm settle --timeout=10
    image_node=$1
    if [ ! -b "$1" ] || [ $(($(kiwi_sysfs "$1" size) / 2)) -lt "$kib" ]; then
        mkdir -p "/run/kiwi/ram$number"
        modprobe -q loop
        if ! mount -n -t tmpfs -o "size=$((kib + 1024))k,mode=0700" kiwi-ram "/run/kiwi/ram$number" \
            || ! truncate -s "${kib}K" "/run/kiwi/ram$number/image" \
            || ! image_node=$(losetup -f --show "/run/kiwi/ram$number/image"); then
            image_reason="no memory for $kib KiB ($1)"
            return 1
        fi
    fi
}

# ------------------------------------------------------------------- updates

# image_installed FOLDER: do the marks in the system below FOLDER say that it has all images, in this
# state? Says what is missing in image_reason.
image_installed() {
    local entry title sum
    while IFS= read -r entry; do
        image_parse "$entry"
        image_read_sum || return 1
        if ! read -r title sum 2> /dev/null < "$1$(image_mark)"; then
            image_reason="it does not have $image_title"
            return 1
        fi
        if [ "$title" != "${image_title//\//_}" ] || [ "$sum" != "${image_sum:--}" ]; then
            image_reason="its $image_title is another one than the server's"
            return 1
        fi
    done < <(config_items IMAGE)
}

# image_write_marks FOLDER: what image_installed looks for; of older images nothing stays.
image_write_marks() {
    local entry
    mkdir -p "$1/etc"
    rm -f "$1"/etc/ImageVersion-*
    while IFS= read -r entry; do
        image_parse "$entry"
        image_read_sum || return 1
        echo "${image_title//\//_} ${image_sum:--}" > "$1$(image_mark)"
    done < <(config_items IMAGE)
}
