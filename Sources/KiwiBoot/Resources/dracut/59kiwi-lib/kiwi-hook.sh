#!/bin/bash
# kiwi-hook NAME [ARGUMENT...]: calls a hook script of the image, from dracut's own hooks.

# Most images have none: nothing to load then.
[ -f "/kiwi-hooks/$1.sh" ] || [ -f "/lib/kiwi/hooks/$1.sh" ] || exit 0
# shellcheck source=/dev/null # dracut's
. /lib/dracut-lib.sh
# shellcheck source=kiwi-lib.sh
. /lib/kiwi-lib.sh
kiwi_debug_setup
kiwi_hook_once "$@"
