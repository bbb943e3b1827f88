#!/bin/sh
# systemd generator: /sysroot is an overlay that /sbin/kiwi-live-root prepares.
# Written to the early folder, so that it wins over what systemd would make of
# root=live:...

# shellcheck source=/dev/null # dracut's
command -v getarg > /dev/null || . /lib/dracut-lib.sh

root=$(getarg root=)
case $root in
    live:*) ;;
    CDLABEL=* | LABEL=* | UUID=* | PARTUUID=* | PARTLABEL=* | /dev/*)
        getargbool 0 rd.live.image || exit 0
        ;;
    *) exit 0 ;;
esac

folder=$2
[ -n "$folder" ] || exit 1
mkdir -p "$folder"
flags=$(getarg rootflags=)
cat > "$folder/sysroot.mount" << UNIT
[Unit]
Description=Root of the live system
Before=initrd-root-fs.target
After=dracut-initqueue.service dracut-pre-mount.service
ConditionPathExists=/run/kiwi/live.ready
DefaultDependencies=no

[Mount]
What=LiveOS_rootfs
Where=/sysroot
Type=overlay
Options=${flags:+$flags,}lowerdir=/run/overlay/rootfsbase,upperdir=/run/overlay/overlayfs/rw,workdir=/run/overlay/overlayfs/work
UNIT
mkdir -p "$folder/initrd-root-fs.target.requires"
ln -sf ../sysroot.mount "$folder/initrd-root-fs.target.requires/sysroot.mount"
