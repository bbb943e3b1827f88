#!/bin/bash
# Growing at boot: the last partition of a disk image and what lies on it take the
# space of the disk. What goes in is listed in requirements.tsv.

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
    kiwi_install_tools
    kiwi_install_facts
    kiwi_install_program kiwi-repart.sh /sbin/kiwi-repart
    # shellcheck disable=SC2154 # set by dracut
    inst_simple "$moddir/kiwi-reencrypt.sh" /lib/kiwi-reencrypt.sh
    # shellcheck disable=SC2154
    inst_simple "$moddir/kiwi-keyring.conf" "$systemdsystemunitdir/dracut-pre-mount.service.d/kiwi-keyring.conf"
    inst_hook pre-mount 20 "$moddir/kiwi-repart-hook.sh"
    dracut_need_initqueue
}
