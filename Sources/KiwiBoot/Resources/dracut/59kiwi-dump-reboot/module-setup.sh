#!/bin/bash
# What follows an installation. What goes in is listed in requirements.tsv.

# Not moddir: dracut sets that later.
# shellcheck source=../59kiwi-lib/requirements.sh
. "${BASH_SOURCE[0]%/*}"/../*kiwi-lib/requirements.sh

check() {
    return 255
}

depends() {
    kiwi_depends
}

install() {
    local file
    kiwi_install_tools
    for file in /config.bootoptions /system_identifier; do
        # shellcheck disable=SC2154 # set by dracut
        [ -f "${dracutsysrootdir-}$file" ] && inst_simple "$file"
    done
    kiwi_install_program kiwi-dump-reboot.sh /sbin/kiwi-dump-reboot
    # shellcheck disable=SC2154
    inst_hook pre-mount 40 "$moddir/kiwi-dump-reboot-hook.sh"
}
