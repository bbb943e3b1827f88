#!/bin/sh
# systemd generator: a netboot client mounts /sysroot itself, when it knows what its root is.

# shellcheck source=/dev/null # dracut's
command -v getarg > /dev/null || . /lib/dracut-lib.sh

[ -z "$(getarg IMAGE=)" ] || exit 0
case $(getarg root=) in
    '' | netboot | netboot:*) ;;
    *) getargbool 0 rd.kiwi.netboot || exit 0 ;;
esac
folder=$2
[ -n "$folder" ] || exit 1
mkdir -p "$folder/initrd-root-fs.target.requires"
cat > "$folder/sysroot.mount" << UNIT
[Unit]
Description=The boot server says what the root is
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
