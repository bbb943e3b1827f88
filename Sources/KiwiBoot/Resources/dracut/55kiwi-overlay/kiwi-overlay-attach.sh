#!/bin/bash
# kiwi-overlay-attach: one try to get at the root of a server, named by root=overlay:nbd=,
# aoe=, nfs=, http://, https:// or ftp://; the initqueue calls again until
# /run/kiwi/overlay.attached exists.

# shellcheck source=/dev/null # dracut's
. /lib/dracut-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-lib.sh
. /lib/kiwi-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-net.sh
. /lib/kiwi-net.sh
# shellcheck source=../59kiwi-lib/kiwi-roots.sh
. /lib/kiwi-roots.sh
kiwi_debug_setup
mkdir -p /run/kiwi

# Called by kiwi_fail.
# shellcheck disable=SC2317
kiwi_report() {
    net_report
}

# not_yet REASON: the next pass tries again, or it was long enough.
not_yet() {
    net_patience overlay "$1" || kiwi_fail "$1, after $(kiwi_device_timeout) seconds (DEVICE_TIMEOUT)"
    exit 1
}

# no REASON: waiting is of no use.
no() {
    kiwi_fail "$1"
    memory_release
    exit 1
}

# A file with a squashfs: into memory.
attach_file() {
    local uri=$1 shown type volume bytes head=/run/kiwi/overlay.head
    shown=$(fetch_shown "$uri")
    command -v curl > /dev/null || no "root=overlay:$shown needs curl, which this initrd does not have"
    fetch_configure rd.kiwi.overlay.curl_options
    fetch_head "$uri" /run/kiwi/overlay.first || not_yet "nothing comes from $shown: $fetch_reason"
    read -r type volume < <(fetch_content /run/kiwi/overlay.first)
    [ "$type" = squashfs ] || no "$shown is not a squashfs"
    bytes=${remote_bytes:-$volume}
    [ "$bytes" -ge "$volume" ] || no "the server has less of $shown ($bytes bytes) than the file system itself says ($volume)"
    fetch_sum "$uri" || not_yet "$fetch_reason"
    kiwi_hook_once postnetwork
    memory_target "$bytes" || no "$fetch_reason"
    kiwi_hook predownload
    say "Downloading $shown: $((bytes / 1048576)) MiB"
    download "$uri" "$memory_file" "$bytes" $head || no "$fetch_reason"
    if [ -n "$remote_sum" ] && ! download_verify "$memory_file" "$bytes" $head "$remote_sum"; then
        no "$shown is damaged: its sha256 is $download_sum, must be $remote_sum"
    fi
    say "Downloaded: $bytes bytes${remote_sum:+, sha256 $remote_sum}"
    download_finish "$memory_file" $head || no "$memory_file cannot be written"
    rm -f $head
    memory_device || no "$memory_file cannot be used as a device"
    root_node=$memory_node
    kiwi_hook postdownload
}

root_node=
wanted=$(getarg root=)
wanted=${wanted#overlay:}
case $wanted in
    nbd=*) attach_nbd "${wanted#nbd=}" ;;
    aoe=*) attach_aoe "${wanted#aoe=}" ;;
    nfs=*) attach_nfs "${wanted#nfs=}" ;;
    *) attach_file "$wanted" ;;
esac
kiwi_hook_once postnetwork
ln -sfn "$root_node" /run/kiwi/overlay.root
: > /run/kiwi/overlay.attached
