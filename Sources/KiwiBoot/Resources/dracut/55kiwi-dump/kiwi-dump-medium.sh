#!/bin/bash
# kiwi-dump-medium: one look for the installation medium, called by dracut's initqueue
# until /run/kiwi/install.ready exists.

# shellcheck source=/dev/null # dracut's
. /lib/dracut-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-lib.sh
. /lib/kiwi-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-media.sh
. /lib/kiwi-media.sh
mkdir -p /run/kiwi
kiwi_debug_setup

medium_wanted=$(getarg root=)
medium_wanted=${medium_wanted#install:}
# shellcheck disable=SC2034 # what kiwi-media.sh looks for
medium_content='*.squashfs'
medium_device='' medium_kind='' medium_disk=''
# shellcheck disable=SC2034
looked_at=()

# Called by kiwi_fail.
# shellcheck disable=SC2317
kiwi_report() {
    kiwi_medium_report
}

modprobe -q loop
modprobe -q isofs
kiwi_medium_await /run/kiwi/install.start
case $? in
    0)
        printf 'medium_device=%q\nmedium_kind=%q\nmedium_disk=%q\n' \
            "$medium_device" "$medium_kind" "$medium_disk" > /run/kiwi/install.medium
        : > /run/kiwi/install.ready
        ;;
    2)
        kiwi_fail "no medium with the installation after $(kiwi_device_timeout) seconds (DEVICE_TIMEOUT)"
        rm -f /run/kiwi/install.start
        ;;
esac
exit 0
