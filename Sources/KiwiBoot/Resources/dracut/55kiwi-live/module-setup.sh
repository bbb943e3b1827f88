#!/bin/bash
# The live system: finds its medium, stacks root and write area, mounts /sysroot.
# What goes in is listed in requirements.tsv, which the image builder reads too.

# kiwi_live_list KIND USE: names in requirements.tsv.
kiwi_live_list() {
    local kind name use rest
    # shellcheck disable=SC2154 # set by dracut
    while IFS=$'\t' read -r kind name use rest; do
        [[ $kind == "$1" && $use == "$2" ]] && echo "$name"
    done < "$moddir/requirements.tsv"
    : "$rest"
}

# May the module be loaded with all it depends on? Asked in a subshell, because
# the answer changes dracut's lists; a dependency that fails takes us with it.
kiwi_live_loadable() (
    declare -F check_module > /dev/null || exit 1
    add_dracutmodules+=" $1 "
    check_module "$1"
) > /dev/null 2>&1

check() {
    # A live system runs on machines the build has never seen.
    # shellcheck disable=SC2154
    [[ $hostonly ]] && return 1
    return 255
}

depends() {
    local name
    echo kiwi-lib
    kiwi_live_list dracut-module required
    while read -r name; do
        kiwi_live_loadable "$name" && echo "$name"
    done < <(kiwi_live_list dracut-module optional)
    return 0
}

installkernel() {
    local names
    mapfile -t names < <(
        kiwi_live_list kernel-module required
        kiwi_live_list kernel-module optional
    )
    # Generic on purpose, whatever dracut.conf says.
    hostonly='' instmods "${names[@]}"
}

install() {
    local names
    mapfile -t names < <(kiwi_live_list tool required)
    inst_multiple "${names[@]}"
    mapfile -t names < <(kiwi_live_list tool optional)
    inst_multiple -o "${names[@]}"
    inst_rules 60-cdrom_id.rules
    inst_multiple -o /etc/ssl/certs/ca-certificates.crt

    inst_hook cmdline 30 "$moddir/kiwi-live-cmdline.sh"
    inst_hook pre-pivot 90 "$moddir/kiwi-live-pivot.sh"
    inst_script "$moddir/kiwi-live-root.sh" /sbin/kiwi-live-root
    inst_script "$moddir/kiwi-media-check.sh" /sbin/kiwi-media-check
    inst_simple "$moddir/kiwi-live-media.sh" /lib/kiwi-live-media.sh
    inst_simple "$moddir/kiwi-live-persist.sh" /lib/kiwi-live-persist.sh
    # shellcheck disable=SC2154
    inst_script "$moddir/kiwi-live-generator.sh" \
        "$systemdutildir/system-generators/dracut-kiwi-live-generator"
    # Not /shutdown: that name belongs to dracut. kiwi-live-pivot.sh puts it there.
    inst_script "$moddir/kiwi-live-shutdown.sh" /lib/kiwi/shutdown
    kiwi_live_shutdown_list
    # Whatever modes the files had on their way here.
    # shellcheck disable=SC2154
    chmod 755 "$initdir/sbin/kiwi-live-root" "$initdir/sbin/kiwi-media-check" \
        "$initdir/lib/kiwi/shutdown" \
        "$initdir$systemdutildir/system-generators/dracut-kiwi-live-generator"

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
