#!/bin/bash
# kiwi-hook NAME [ARGUMENT...]: calls a hook script of the image, from dracut's own hooks.

# shellcheck source=/dev/null # dracut's
. /lib/dracut-lib.sh
# shellcheck source=kiwi-lib.sh
. /lib/kiwi-lib.sh
kiwi_debug_setup
kiwi_hook_once "$@"
