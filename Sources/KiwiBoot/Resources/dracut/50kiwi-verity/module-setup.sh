#!/bin/bash
# A root that dm-verity protects. What goes in is listed in requirements.tsv.

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
    # The builder may add it to the finished initrd: only then the hash is known.
    # shellcheck disable=SC2154 # set by dracut
    if [ -f "${dracutsysrootdir-}/etc/veritytab" ]; then
        inst_simple /etc/veritytab
    elif [ -z "${dracutsysrootdir-}" ] && [ -f /run/kiwi/veritytab ]; then
        # A new initrd for the system that runs: what it was opened with.
        inst_simple /run/kiwi/veritytab /etc/veritytab
    fi
    kiwi_install_program kiwi-verity.sh /sbin/kiwi-verity
    kiwi_install_program kiwi-parse-verity.sh /usr/bin/kiwi-parse-verity
    # shellcheck disable=SC2154
    inst_hook initqueue/settled 70 "$moddir/kiwi-verity-hook.sh"
    dracut_need_initqueue
}
