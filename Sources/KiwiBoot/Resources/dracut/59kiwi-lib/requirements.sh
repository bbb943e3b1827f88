#!/bin/bash
# For module-setup.sh of Kiwi's modules: what a module takes from the root tree is
# listed in its requirements.tsv, which the image builder reads too.
# Sourced while dracut runs, not in the initrd.

# kiwi_list KIND [USE...]: names in requirements.tsv; without USE all of them.
kiwi_list() {
    local kind=$1 line_kind name use rest wanted
    shift
    # shellcheck disable=SC2154 # set by dracut
    while IFS=$'\t' read -r line_kind name use rest; do
        [[ $line_kind == "$kind" ]] || continue
        if [ $# = 0 ]; then
            echo "$name"
        fi
        for wanted; do
            [[ $use == "$wanted" ]] && echo "$name"
        done
    done < "$moddir/requirements.tsv"
    : "$rest"
}

# Everything that is not "required" is optional here: whether a layout needs LVM
# or LUKS the builder knows, and has checked.
kiwi_list_optional() {
    local required
    required=" $(kiwi_list "$1" required | tr '\n' ' ') "
    kiwi_list "$1" | while read -r name; do
        [[ $required == *" $name "* ]] || echo "$name"
    done
}

# May the module be loaded with all it depends on? Asked in a subshell, because
# the answer changes dracut's lists; a dependency that fails takes us with it.
kiwi_loadable() (
    declare -F check_module > /dev/null || exit 1
    add_dracutmodules+=" $1 "
    check_module "$1"
) > /dev/null 2>&1

kiwi_depends() {
    local name
    echo kiwi-lib
    kiwi_list dracut-module required
    while read -r name; do
        kiwi_loadable "$name" && echo "$name"
    done < <(kiwi_list_optional dracut-module)
    return 0
}

# Generic on purpose, whatever dracut.conf says: the machine is another one.
kiwi_install_kernel() {
    local names
    mapfile -t names < <(kiwi_list kernel-module)
    [ "${#names[@]}" = 0 ] || hostonly='' instmods "${names[@]}"
}

kiwi_install_tools() {
    local names
    mapfile -t names < <(kiwi_list tool required)
    inst_multiple "${names[@]}"
    mapfile -t names < <(kiwi_list_optional tool)
    [ "${#names[@]}" = 0 ] || inst_multiple -o "${names[@]}"
}

# Those of the image for a login while it boots (kiwidebug): dropbear, rsync, scp and what current ones of it ask for.
kiwi_install_login() {
    command -v dropbear > /dev/null || return 0
    inst_multiple -o dropbear rsync scp /usr/lib/sftp-server /usr/lib/openssh/sftp-server \
        /usr/libexec/openssh/sftp-server /usr/libexec/sftp-server /usr/lib/ssh/sftp-server
}

# kiwi_install_program FILE PATH: whatever mode the file had on its way here.
kiwi_install_program() {
    inst_script "$moddir/$1" "$2"
    # shellcheck disable=SC2154
    chmod 755 "$initdir$2"
}

# What the build left in the tree, and a running system may have kept.
kiwi_install_facts() {
    local file
    for file in /.profile /.profile.extra /config.partids; do
        # shellcheck disable=SC2154
        [ -f "${dracutsysrootdir-}$file" ] && inst_simple "$file"
    done
    return 0
}
