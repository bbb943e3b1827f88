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

image=$(getarg rd.kiwi.install.image=)
if ! remote_base=$(remote_base "$image"); then
    kiwi_fail "rd.kiwi.install.image=$image: $source_reason"
elif remote_read_sum "$remote_base" 2> "$fetch_info"; then
    kiwi_hook_once postnetwork
    : > /run/kiwi/install.ready
else
    reason="nothing comes from the server: $(fetch_said)"
    net_patience install "$reason" || kiwi_fail "$reason"
fi
exit 0
