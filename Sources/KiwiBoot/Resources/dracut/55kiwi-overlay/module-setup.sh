#!/bin/bash
# A read-only root with an overlay for changes. What goes in is listed in
# requirements.tsv.

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
    inst_multiple -o /etc/ssl/certs/ca-certificates.crt
    kiwi_install_program kiwi-overlay.sh /sbin/kiwi-overlay
    kiwi_install_program kiwi-overlay-attach.sh /sbin/kiwi-overlay-attach
    # shellcheck disable=SC2154 # set by dracut
    kiwi_install_program kiwi-overlay-generator.sh \
        "$systemdutildir/system-generators/dracut-kiwi-overlay-generator"
    # shellcheck disable=SC2154
    inst_hook cmdline 30 "$moddir/kiwi-overlay-cmdline.sh"
    inst_hook pre-mount 30 "$moddir/kiwi-overlay-hook.sh"
    inst_hook pre-pivot 90 "$moddir/kiwi-overlay-pivot.sh"
    dracut_need_initqueue
}
