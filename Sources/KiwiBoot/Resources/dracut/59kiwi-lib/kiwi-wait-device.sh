#!/bin/bash
# kiwi-wait-device DEVICE: one pass of dracut's initqueue. Says what the boot waits
# for, and does not wait for ever.

[ -e "$1" ] && exit 0
# shellcheck source=/dev/null # dracut's
. /lib/dracut-lib.sh
# shellcheck source=kiwi-lib.sh
. /lib/kiwi-lib.sh
kiwi_debug_setup

# Called by kiwi_fail.
# shellcheck disable=SC2317
kiwi_report() {
    kiwi_report_devices
}

start=/run/kiwi/wait.${1//\//_}
# Somebody has to type a passphrase first: that takes as long as it takes.
set -- "$1" /run/systemd/ask-password/ask.*
if [ -e "$2" ]; then
    rm -f "$start"
    exit 0
fi
timeout=$(kiwi_device_timeout)
if [ ! -e "$start" ]; then
    kiwi_uptime > "$start"
else
    waited=$(($(kiwi_uptime) - $(cat "$start")))
    if [ $waited -ge "$timeout" ]; then
        kiwi_fail "no device $1 after $timeout seconds (DEVICE_TIMEOUT)"
        rm -f "$start"
    elif [ $waited -ge 5 ] && [ ! -e "$start.said" ]; then
        : > "$start.said"
        say "Waiting up to $timeout seconds for $1"
    fi
fi
exit 0
