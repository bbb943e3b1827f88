#!/bin/bash
# kiwi-dump-reboot: what follows an installation: restart, switch off, start the new
# system by kexec, or go on in memory.

export PATH=/usr/sbin:/usr/bin:/sbin:/bin
# shellcheck source=/dev/null # dracut's
. /lib/dracut-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-lib.sh
. /lib/kiwi-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-disk.sh
. /lib/kiwi-disk.sh
# shellcheck source=../59kiwi-lib/kiwi-dialog.sh
. /lib/kiwi-dialog.sh
kiwi_debug_setup

[ -f /run/kiwi/install.target ] || exit 0
target=$(cat /run/kiwi/install.target)
kiwi_language=$(cat /run/kiwi/install.language)

is() {
    [ "$(kiwi_profile "$1")" = true ]
}

leave() {
    umount /run/image /run/install 2> /dev/null
    sync
    "$1" -f
    while :; do sleep 60; done
}

# The command line of the new system: what the build wrote, with the user's own words
# in front when he wants them.
boot_options() {
    local options word passed=
    options=$(cat /config.bootoptions) || return 1
    if getargbool 0 rd.kiwi.install.pass.bootparam; then
        # shellcheck disable=SC2013 # words are wanted
        for word in $(cat /proc/cmdline); do
            case $word in
                rd.kiwi.* | root=* | BOOT_IMAGE=* | initrd=*) ;;
                *) passed="$passed$word " ;;
            esac
        done
    fi
    getargbool 0 rd.kiwi.debug && options="$options rd.kiwi.debug"
    echo "$passed$options"
}

start_by_kexec() {
    local kernel options
    for kernel in /run/install/boot/*/loader/linux; do
        [ -f "$kernel" ] && break
    done
    command -v kexec > /dev/null || { reason="this initrd has no kexec"; return 1; }
    if [ ! -f "$kernel" ] || [ ! -f /run/install/initrd.system_image ]; then
        reason="the medium has no kernel or no initrd.system_image"
        return 1
    fi
    options=$(boot_options) || { reason="this initrd has no /config.bootoptions"; return 1; }
    set -- --load "$kernel" --initrd=/run/install/initrd.system_image --command-line="$options"
    # Newer ones choose the system call that this kernel allows.
    kexec --help 2>&1 | grep -q -e --kexec-syscall-auto && set -- --kexec-syscall-auto "$@"
    if ! reason=$(kexec "$@" 2>&1); then
        reason=${reason##*$'\n'}
        return 1
    fi
    umount /run/image /run/install 2> /dev/null
    sync
    say "Starting the installed system (kexec)"
    reason=$(kexec --exec 2>&1)
    return 1
}

# ------------------------------------------------------------------- memory

# find_root NAME=VALUE: the partition of the target.
find_root() {
    local part key=${1%%=*} value=${1#*=}
    case $1 in
        LABEL=* | UUID=*) ;;
        PARTUUID=*) key=PART_ENTRY_UUID value=${value,,} ;;
        PARTLABEL=*) key=PART_ENTRY_NAME ;;
        *) return 1 ;;
    esac
    while read -r part; do
        if [ "$(kiwi_blkid "$part" "$key")" = "$value" ]; then
            echo "$part"
            return 0
        fi
    done < <(kiwi_partitions_of "$target")
    return 1
}

# The system goes on in this initrd: kexec would lose the memory it was installed in.
go_on_in_memory() {
    local word root='' flags='' mode=rw device type
    # shellcheck disable=SC2013 # words are wanted
    for word in $(cat /config.bootoptions); do
        case $word in
            root=*) root=${word#root=} ;;
            rootflags=*) flags=${word#rootflags=} ;;
            ro) mode=ro ;;
        esac
    done
    device=$(find_root "$root") || { reason="the root '$root' of the image is not on $target"; return 1; }
    type=$(kiwi_blkid "$device" TYPE)
    modprobe -q "$type"
    mkdir -p /sysroot
    mount -n -t "$type" -o "$mode${flags:+,$flags}" "$device" /sysroot \
        || { reason="$device ($type) cannot be mounted"; return 1; }
    umount /run/image /run/install 2> /dev/null
    say "The system is in memory on $device; the medium may be removed"
}

# --------------------------------------------------------------------- main

getargbool 0 rd.kiwi.install.pxe && kiwi_hook preNetworkRelease
reason=
if getargbool 0 rd.kiwi.ramdisk; then
    if go_on_in_memory; then
        : > /run/kiwi/install.done
        exit 0
    fi
    kiwi_fail "$reason"
    leave reboot
fi
if is kiwi_oemrebootinteractive; then
    kiwi_confirm "$(kiwi_text done_reboot)" || emergency_shell -n kiwi "The installation is complete"
    leave reboot
elif is kiwi_oemreboot; then
    say "The installation is complete: restarting"
    leave reboot
elif is kiwi_oemshutdowninteractive; then
    kiwi_confirm "$(kiwi_text done_poweroff)" || emergency_shell -n kiwi "The installation is complete"
    leave poweroff
elif is kiwi_oemshutdown; then
    say "The installation is complete: switching off"
    leave poweroff
fi
start_by_kexec
say "The installed system cannot be started from here ($reason): restarting"
leave reboot
