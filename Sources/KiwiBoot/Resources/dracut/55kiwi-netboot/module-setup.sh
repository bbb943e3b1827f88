#!/bin/bash
# The netboot client: a boot server says what this machine starts. What goes in is listed in
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
    # The machines are not known: all cards, all disks.
    hostonly='' instmods '=drivers/net/ethernet'
    kiwi_install_kernel
}

install() {
    local file files=()
    kiwi_install_tools
    kiwi_install_login
    kiwi_install_facts
    inst_multiple -o /etc/ssl/certs/ca-certificates.crt
    for file in config server disk raid image multicast root; do
        # shellcheck disable=SC2154 # set by dracut
        inst_simple "$moddir/kiwi-netboot-$file.sh" "/lib/kiwi-netboot-$file.sh"
    done
    inst_simple "$moddir/config-keys.tsv" /lib/kiwi/config-keys.tsv
    kiwi_install_program kiwi-netboot.sh /sbin/kiwi-netboot
    kiwi_install_program kiwi-netboot-reach.sh /sbin/kiwi-netboot-reach
    # GRUB for disks, when the images bring none.
    if command -v grub-install > /dev/null; then
        for file in "${dracutsysrootdir-}"/usr/lib/grub/i386-pc/* "${dracutsysrootdir-}"/usr/lib/grub/x86_64-efi/*; do
            [ -f "$file" ] && files+=("${file#"${dracutsysrootdir-}"}")
        done
        [ ${#files[@]} = 0 ] || inst_multiple "${files[@]}"
    fi
    # shellcheck disable=SC2154
    kiwi_install_program kiwi-netboot-generator.sh \
        "$systemdutildir/system-generators/dracut-kiwi-netboot-generator"
    inst_hook cmdline 30 "$moddir/kiwi-netboot-cmdline.sh"
    inst_hook pre-mount 30 "$moddir/kiwi-netboot-hook.sh"
    dracut_need_initqueue
}
