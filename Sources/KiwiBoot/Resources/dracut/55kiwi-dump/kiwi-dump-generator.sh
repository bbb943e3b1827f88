#!/bin/sh
# systemd generator: root=install:... is no device. An installer has no /sysroot, or,
# in a RAM disk, one that is mounted by hand.

# shellcheck source=../59kiwi-lib/kiwi-generator.sh
. /lib/kiwi-generator.sh

case $(getarg root=) in
    install:*) ;;
    *) getargbool 0 rd.kiwi.install.pxe || exit 0 ;;
esac
kiwi_no_sysroot "$2" "No root file system while installing"
