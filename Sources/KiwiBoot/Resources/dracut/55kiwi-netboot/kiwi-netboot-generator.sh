#!/bin/sh
# systemd generator: a netboot client mounts /sysroot itself, when it knows what its root is.

# shellcheck source=../59kiwi-lib/kiwi-generator.sh
. /lib/kiwi-generator.sh

[ -z "$(getarg IMAGE=)" ] || exit 0
case $(getarg root=) in
    '' | netboot | netboot:*) ;;
    *) getargbool 0 rd.kiwi.netboot || exit 0 ;;
esac
kiwi_no_sysroot "$2" "The boot server says what the root is"
