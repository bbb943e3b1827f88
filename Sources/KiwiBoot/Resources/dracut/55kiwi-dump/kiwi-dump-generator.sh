#!/bin/sh
# systemd generator: root=install:... is no device. An installer has no /sysroot, or,
# in a RAM disk, one that is mounted by hand.

# shellcheck source=/dev/null # dracut's
command -v getarg > /dev/null || . /lib/dracut-lib.sh

case $(getarg root=) in
    install:*) ;;
    *) getargbool 0 rd.kiwi.install.pxe || exit 0 ;;
esac
folder=$2
[ -n "$folder" ] || exit 1
mkdir -p "$folder/initrd-root-fs.target.requires"
cat > "$folder/sysroot.mount" << UNIT
[Unit]
Description=No root file system while installing
Before=initrd-root-fs.target
After=dracut-pre-mount.service
ConditionPathExists=/run/kiwi/never
DefaultDependencies=no

[Mount]
What=none
Where=/sysroot
Type=tmpfs
UNIT
ln -sf ../sysroot.mount "$folder/initrd-root-fs.target.requires/sysroot.mount"
