#!/bin/bash
# Where the image comes from. Sourced after kiwi-lib.sh and kiwi-net.sh.
#
# Result in variables:
#   source_name     name of the image, for people
#   source_sum      its checksum, source_size: its bytes
#   source_tool     program that computes such a checksum
#   source_reason   why a function failed
# and the function source_stream, which writes the image to standard output.

# shellcheck disable=SC2034,SC2154,SC2317 # set and used across these files
source_reason=

# source_parse_sum FILE: checksum file of the build, "HASH BLOCKS BLOCKSIZE ...", of
# the uncompressed image.
source_parse_sum() {
    local hash blocks block
    read -r hash blocks block _ < "$1"
    if [[ ! $hash =~ ^[0-9a-fA-F]+$ ]] || [[ ! $blocks =~ ^[0-9]{1,12}$ ]] || [[ ! $block =~ ^[0-9]{1,8}$ ]]; then
        source_reason="the checksum file ${1##*/} is damaged"
        return 1
    fi
    case ${#hash} in
        32) source_tool=md5sum ;;
        64) source_tool=sha256sum ;;
        128) source_tool=sha512sum ;;
        *)
            source_reason="the checksum file ${1##*/} holds no MD5, SHA-256 or SHA-512"
            return 1
            ;;
    esac
    if ! command -v "$source_tool" > /dev/null; then
        source_reason="$source_tool is not in this initrd"
        return 1
    fi
    source_sum=${hash,,}
    source_size=$((10#$blocks * 10#$block))
}

# ------------------------------------------------------------------ medium

source_from_medium() {
    local file
    # shellcheck source=/dev/null # written by kiwi-dump-medium
    . /run/kiwi/install.medium
    file=$(kiwi_medium_source)
    if [ ! -b "$file" ] || ! kiwi_medium_mount "$file" /run/install; then
        source_reason="the medium $medium_device cannot be mounted"
        return 1
    fi
    set -- /run/install/*.squashfs
    if [ $# != 1 ]; then
        source_reason="the medium holds several images: $*"
        return 1
    fi
    mkdir -p /run/image
    modprobe -q squashfs
    if ! mount -n -t squashfs -o ro,loop "$1" /run/image; then
        source_reason="${1##*/} on the medium cannot be mounted"
        return 1
    fi
    set -- /run/image/*.raw
    if [ ! -f "$1" ]; then
        source_reason="the medium holds no disk image"
        return 1
    fi
    source_file=$1
    source_name=${1##*/}
    for file in "${1%.raw}".sha512 "${1%.raw}".sha256 "${1%.raw}".md5; do
        [ -f "$file" ] && break
    done
    if [ ! -f "$file" ]; then
        source_reason="the medium holds no checksum of $source_name"
        return 1
    fi
    source_parse_sum "$file" || return 1
    if [ "$(stat -c %s "$source_file")" != "$source_size" ]; then
        source_reason="$source_name is not as long as its checksum file says"
        return 1
    fi
    source_stream() {
        dd if="$source_file" bs=1M status=none
    }
}

# ----------------------------------------------------------------- network

# remote_base URI: without the ending.
remote_base() {
    case $1 in
        http://*.xz | https://*.xz | ftp://*.xz | tftp://*.xz) echo "${1%.xz}" ;;
        dolly:*)
            source_reason="dolly is not supported, use http"
            return 1
            ;;
        *)
            source_reason="not a http, https, ftp or tftp address that ends in .xz"
            return 1
            ;;
    esac
}

# The checksum comes first: it also tells how large the target must be.
remote_read_sum() {
    local ending list='sha256 sha512 md5'
    if getargbool 0 rd.kiwi.oem.sha512 || [ "$(kiwi_profile kiwi_shasum_suffix)" = .sha512 ]; then
        list='sha512 sha256 md5'
    fi
    mkdir -p /run/install
    fetch_configure rd.kiwi.install.pxe.curl_options
    for ending in $list; do
        if fetch "$1.$ending" --max-time 60 > /run/install/image.sum; then
            return 0
        fi
    done
    return 1
}

source_from_network() {
    local image base file target
    image=$(getarg rd.kiwi.install.image=)
    base=$(remote_base "$image") || return 1
    fetch_configure rd.kiwi.install.pxe.curl_options
    source_parse_sum /run/install/image.sum || return 1
    source_name=${base##*/}
    mkdir -p /run/install/boot/remote/loader
    for file in config.bootoptions kernel initrd; do
        case $file in
            config.bootoptions) target=/config.bootoptions ;;
            kernel) target=/run/install/boot/remote/loader/linux ;;
            initrd) target=/run/install/initrd.system_image ;;
        esac
        # In memory the installed system goes on with this very kernel.
        [ "$file" != config.bootoptions ] && getargbool 0 rd.kiwi.ramdisk && continue
        if ! fetch "$base.$file" --retry 3 > "$target" 2> "$fetch_info"; then
            source_reason="$base.$file does not come: $(fetch_said)"
            return 1
        fi
    done
    source_file=$image
    source_stream() (
        set -o pipefail
        fetch "$source_file" 2> "$fetch_info" | xz --decompress --stdout
    )
}
