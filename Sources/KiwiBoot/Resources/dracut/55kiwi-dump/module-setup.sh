#!/bin/bash
# The installer: a disk image from a medium or a server to a disk. What goes in is
# listed in requirements.tsv.

# Not moddir: dracut sets that later.
# shellcheck source=../59kiwi-lib/requirements.sh
. "${BASH_SOURCE[0]%/*}"/../*kiwi-lib/requirements.sh

check() {
    return 255
}

depends() {
    kiwi_depends
}

installkernel() {
    kiwi_install_kernel
}

install() {
    local file
    kiwi_install_tools
    kiwi_install_login
    kiwi_install_facts
    # Descriptions of terminals, and what makes characters outside ASCII show.
    inst_multiple -o /lib/terminfo/l/linux /lib/terminfo/v/vt220 /lib/terminfo/v/vt100 /lib/terminfo/x/xterm \
        /usr/share/terminfo/l/linux /usr/share/terminfo/v/vt220 /usr/share/terminfo/v/vt100 \
        /usr/share/terminfo/x/xterm /usr/lib/locale/C.utf8/LC_CTYPE /etc/ssl/certs/ca-certificates.crt
    inst_rules 60-cdrom_id.rules
    for file in kiwi-dump-source kiwi-dump-target kiwi-dump-write; do
        # shellcheck disable=SC2154 # set by dracut
        inst_simple "$moddir/$file.sh" "/lib/$file.sh"
    done
    kiwi_install_program kiwi-dump.sh /sbin/kiwi-dump
    kiwi_install_program kiwi-dump-medium.sh /sbin/kiwi-dump-medium
    kiwi_install_program kiwi-dump-reach.sh /sbin/kiwi-dump-reach
    # shellcheck disable=SC2154
    kiwi_install_program kiwi-dump-generator.sh \
        "$systemdutildir/system-generators/dracut-kiwi-dump-generator"
    inst_hook cmdline 30 "$moddir/kiwi-dump-cmdline.sh"
    inst_hook pre-mount 30 "$moddir/kiwi-dump-hook.sh"
    dracut_need_initqueue
}
