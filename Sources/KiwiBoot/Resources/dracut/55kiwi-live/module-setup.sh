#!/bin/bash
# The live system: finds its medium, stacks root and write area, mounts /sysroot.
# What goes in is listed in requirements.tsv, which the image builder reads too.

# Not moddir: dracut sets that later.
# shellcheck source=../59kiwi-lib/requirements.sh
. "${BASH_SOURCE[0]%/*}"/../*kiwi-lib/requirements.sh

check() {
    # A live system runs on machines the build has never seen.
    # shellcheck disable=SC2154 # set by dracut
    [[ $hostonly ]] && return 1
    return 255
}

depends() {
    kiwi_depends
}

installkernel() {
    kiwi_install_kernel
}

install() {
    kiwi_install_tools
    inst_rules 60-cdrom_id.rules
    inst_multiple -o /etc/ssl/certs/ca-certificates.crt

    kiwi_install_program kiwi-live-root.sh /sbin/kiwi-live-root
    kiwi_install_program kiwi-media-check.sh /sbin/kiwi-media-check
    # shellcheck disable=SC2154 # set by dracut
    kiwi_install_program kiwi-live-generator.sh \
        "$systemdutildir/system-generators/dracut-kiwi-live-generator"
    # Not /shutdown: that name belongs to dracut. kiwi-live-pivot.sh puts it there.
    kiwi_install_program kiwi-live-shutdown.sh /lib/kiwi/shutdown
    kiwi_live_shutdown_list
    # shellcheck disable=SC2154
    inst_simple "$moddir/kiwi-live-persist.sh" /lib/kiwi-live-persist.sh
    inst_simple "$moddir/kiwi-live-net.sh" /lib/kiwi-live-net.sh
    inst_hook cmdline 30 "$moddir/kiwi-live-cmdline.sh"
    inst_hook pre-pivot 90 "$moddir/kiwi-live-pivot.sh"
    dracut_need_initqueue
}

# The programs and libraries that must outlive the root file system, so that
# the write area can be unmounted before power off. Listed now, because the
# initrd has no ldd.
kiwi_live_shutdown_list() {
    local tool path
    # shellcheck disable=SC2154
    mkdir -p "$initdir/lib/kiwi"
    for tool in bash mount umount losetup sleep sync dmsetup systemctl; do
        path=$(find_binary "$tool" 2> /dev/null) || continue
        echo "$path"
        ldd "$(readlink -f "$path")" 2> /dev/null \
            | sed -n -e 's|.*=> \(/[^ ]*\) .*|\1|p' -e 's|^[[:space:]]*\(/[^ ]*\) .*|\1|p'
    done | sort -u > "$initdir/lib/kiwi/shutdown.list"
}
