#!/bin/bash
# kiwi-overlay-attach HOST[:PORT]:EXPORT: one try to connect /dev/nbd0; the initqueue
# calls again until it worked.

# shellcheck source=/dev/null # dracut's
. /lib/dracut-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-lib.sh
. /lib/kiwi-lib.sh
kiwi_debug_setup

export_name=${1##*:}
host=${1%:*}
port=10809
if [[ $host =~ ^(\[.*\]|[^:]*):([0-9]+)$ ]]; then
    host=${BASH_REMATCH[1]}
    port=${BASH_REMATCH[2]}
fi
host=${host#[}
host=${host%]}
start=/run/kiwi/overlay.nbd.start
if ! command -v nbd-client > /dev/null; then
    kiwi_fail "root=overlay:nbd= needs nbd-client, which this initrd does not have"
    exit 1
fi
if [ "$(kiwi_sysfs nbd0 size)" = 0 ]; then
    [ -e "$start" ] || kiwi_uptime > "$start"
    # -systemd-mark: not stopped together with the initrd
    if ! answer=$(nbd-client "$host" "$port" /dev/nbd0 -name "$export_name" -systemd-mark -persist 2>&1); then
        if [ $(($(kiwi_uptime) - $(cat "$start"))) -ge "$(kiwi_device_timeout)" ]; then
            kiwi_fail "no connection to $host port $port, export '$export_name': ${answer##*$'\n'}"
            rm -f "$start"
        fi
        exit 1
    fi
    udevadm settle --timeout=10
fi
kiwi_hook_once postnetwork
: > /run/kiwi/overlay.nbd
