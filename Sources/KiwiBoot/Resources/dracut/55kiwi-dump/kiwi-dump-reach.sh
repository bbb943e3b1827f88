#!/bin/bash
# kiwi-dump-reach: is the server of rd.kiwi.install.image there? Called by dracut's
# initqueue until /run/kiwi/install.ready exists: the network may take its time.

# shellcheck source=/dev/null # dracut's
. /lib/dracut-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-lib.sh
. /lib/kiwi-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-net.sh
. /lib/kiwi-net.sh
# shellcheck source=kiwi-dump-source.sh
. /lib/kiwi-dump-source.sh
mkdir -p /run/kiwi
kiwi_debug_setup

# Called by kiwi_fail.
# shellcheck disable=SC2317
kiwi_report() {
    net_report
}

# install_keys FILE: KIWI/debug_ssh.pub of the server, by the protocol of the image or by TFTP. Called by net_login.
# shellcheck disable=SC2317
install_keys() {
    local top
    [[ $remote_base =~ ^([a-z]+://([^/@]*@)?(\[[^]/]*\]|[^/:]*)(:[0-9]+)?)/ ]] || return 1
    top=${BASH_REMATCH[1]}
    # The tree of a boot server may lie deeper.
    [[ $remote_base != */image/* ]] || top=${remote_base%%/image/*}
    fetch "$top/KIWI/debug_ssh.pub" --max-time 20 2> /dev/null | head -c 65536 > "$1"
    [ "${PIPESTATUS[0]}" = 0 ] && return
    fetch "tftp://${BASH_REMATCH[3]}/KIWI/debug_ssh.pub" --max-time 20 2> /dev/null | head -c 65536 > "$1"
    return "${PIPESTATUS[0]}"
}

image=$(getarg rd.kiwi.install.image=)
if ! remote_base=$(remote_base "$image"); then
    kiwi_fail "rd.kiwi.install.image=$image: $source_reason"
elif remote_read_sum "$remote_base" 2> "$fetch_info"; then
    kiwi_hook_once postnetwork
    address=$(ip -o -4 address show scope global 2> /dev/null)
    [[ $address =~ inet\ ([0-9.]+)/ ]] && net_login "${BASH_REMATCH[1]}" install_keys
    : > /run/kiwi/install.ready
else
    reason="nothing comes from the server: $(fetch_said)"
    net_patience install "$reason" || kiwi_fail "$reason"
fi
exit 0
