#!/bin/sh
# systemd generator: /sysroot is an overlay that /sbin/kiwi-overlay prepares. Written
# to the early folder, so that it wins over what systemd would make of root=overlay:...

# shellcheck source=/dev/null # dracut's
command -v getarg > /dev/null || . /lib/dracut-lib.sh

case $(getarg root=) in
    overlay:*) ;;
    *) exit 0 ;;
esac
folder=$2
[ -n "$folder" ] || exit 1
mkdir -p "$folder/initrd-root-fs.target.requires"
flags=$(getarg rootflags=)
if getargbool 0 rd.root.overlay.readonly; then
    what=/run/overlay/rootfsbase
    type=none
    options=bind,ro
else
    what=OverlayOS_rootfs
    type=overlay
    options=${flags:+$flags,}lowerdir=/run/overlay/rootfsbase,upperdir=/run/overlay/overlayfs/rw,workdir=/run/overlay/overlayfs/work
fi
cat > "$folder/sysroot.mount" << UNIT
[Unit]
Description=Root of the system
Before=initrd-root-fs.target
After=dracut-initqueue.service dracut-pre-mount.service
ConditionPathExists=/run/kiwi/overlay.ready
DefaultDependencies=no

[Mount]
What=$what
Where=/sysroot
Type=$type
Options=$options
UNIT
ln -sf ../sysroot.mount "$folder/initrd-root-fs.target.requires/sysroot.mount"
