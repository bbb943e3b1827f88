#!/bin/bash
# kiwi-dump: installs a disk image on a disk of this machine. Called by the pre-mount
# hook. Ends well when the disk is complete; else the machine is restarted.

export PATH=/usr/sbin:/usr/bin:/sbin:/bin
# shellcheck source=/dev/null # dracut's
. /lib/dracut-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-lib.sh
. /lib/kiwi-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-disk.sh
. /lib/kiwi-disk.sh
# shellcheck source=../59kiwi-lib/kiwi-media.sh
. /lib/kiwi-media.sh
# shellcheck source=../59kiwi-lib/kiwi-dialog.sh
. /lib/kiwi-dialog.sh
# shellcheck source=kiwi-dump-source.sh
. /lib/kiwi-dump-source.sh
# shellcheck source=kiwi-dump-target.sh
. /lib/kiwi-dump-target.sh
# shellcheck source=kiwi-dump-write.sh
. /lib/kiwi-dump-write.sh
mkdir -p /run/kiwi
kiwi_debug_setup

# shellcheck disable=SC2034 # set and used across these files
medium_device='' medium_kind='' medium_disk='' source_file='' candidates=''

# is KEY: a switch of the image description.
is() {
    [ "$(kiwi_profile "$1")" = true ]
}

# give_up REASON: say it, then restart; a shell for those who look for the cause.
give_up() {
    say "The installation FAILED: $1"
    if [ -n "$(getarg rd.kiwi.onfailure=)" ] || getargbool 0 rd.debug; then
        kiwi_fail "$1"
    elif [ -z "$unattended" ]; then
        kiwi_message "$(kiwi_text failed "$1")"
    else
        say "Restarting in $(kiwi_message_seconds) seconds (rd.kiwi.dialog.timeout)"
        sleep "$(kiwi_message_seconds | sed 's/^$/infinity/')"
    fi
    sync
    reboot -f
    # Never fall through to a boot.
    while :; do sleep 60; done
}

# Called by kiwi_fail.
# shellcheck disable=SC2317
kiwi_report() {
    say_candidates
}

say_candidates() {
    local node bytes name content
    while IFS=$'\t' read -r node bytes _ name _ content; do
        [ -n "$node" ] && say "  $name ($node): $(kiwi_size_text "$bytes"), $content"
    done <<< "$candidates"
}

# --------------------------------------------------------------------- rules

read_rules() {
    unattended='' silent_install='' silent_verify='' target_id='' target_smallest=''
    target_ramdisk='' target_filter_names='' target_maxdisk=''
    is kiwi_oemunattended && unattended=1
    is kiwi_oemsilentinstall && silent_install=1
    is kiwi_oemsilentverify && silent_verify=1
    target_id=$(kiwi_profile kiwi_oemunattended_id)
    target_filter_names=$(kiwi_profile kiwi_oemdevicefilter)
    installdevice=$(getarg rd.kiwi.oem.installdevice=)
    if [ -n "$installdevice" ]; then
        unattended=1 target_id='' target_filter_names=''
    fi
    # shellcheck disable=SC2034 # for target_choose
    target_unattended=$unattended
    getargbool 0 rd.kiwi.oem.smallest_disk && target_smallest=1
    getargbool 0 rd.kiwi.ramdisk && target_ramdisk=1
    target_maxdisk=$(getarg rd.kiwi.oem.maxdisk=)
    if [ -n "$target_maxdisk" ]; then
        target_maxdisk=$(kiwi_size "$target_maxdisk") \
            || give_up "rd.kiwi.oem.maxdisk=$(getarg rd.kiwi.oem.maxdisk=) is not a size"
    fi
    target_valid_pattern "$target_filter_names" || give_up "oem-device-filter '$target_filter_names' is not a regular expression"
    target_valid_pattern "$target_id" || give_up "oem-unattended-id '$target_id' is not a regular expression"
    retain=
    getargbool 0 rd.kiwi.install.retain_last && retain=1
}

# -------------------------------------------------------------------- target

# What the system mounts by UUID or label is found on a RAM disk too: udev's own rules leave those out. The rules
# stay in force when the system has started.
name_ram_disks() {
    mkdir -p /run/udev/rules.d
    cat >/run/udev/rules.d/60-kiwi-ram.rules <<'RULES'
ACTION=="remove", GOTO="kiwi_ram_end"
SUBSYSTEM!="block", GOTO="kiwi_ram_end"
KERNEL!="ram*", GOTO="kiwi_ram_end"
OPTIONS+="watch"
IMPORT{builtin}="blkid"
ENV{ID_FS_USAGE}=="filesystem|other|crypto", ENV{ID_FS_UUID_ENC}=="?*", SYMLINK+="disk/by-uuid/$env{ID_FS_UUID_ENC}"
ENV{ID_FS_USAGE}=="filesystem|other|crypto", ENV{ID_FS_LABEL_ENC}=="?*", SYMLINK+="disk/by-label/$env{ID_FS_LABEL_ENC}"
ENV{ID_PART_ENTRY_UUID}=="?*", SYMLINK+="disk/by-partuuid/$env{ID_PART_ENTRY_UUID}"
ENV{ID_PART_ENTRY_NAME}=="?*", SYMLINK+="disk/by-partlabel/$env{ID_PART_ENTRY_NAME}"
LABEL="kiwi_ram_end"
RULES
    udevadm control --reload
}

prepare_devices() {
    local size
    if [ -n "$target_ramdisk" ]; then
        size=$(getarg ramdisk_size=)
        size=${size:-$(kiwi_profile kiwi_oemramdisksize)}
        [[ $size =~ ^[0-9]*$ ]] || give_up "ramdisk_size=$size is not a number of KiB"
        # rd_nr: ram0 was an initrd once, numbers begin with 1 in descriptions.
        name_ram_disks
        modprobe brd rd_nr=2 max_part=16 ${size:+rd_size="$size"} || give_up "this initrd has no driver for RAM disks (brd)"
    elif is kiwi_oemmultipath_scan; then
        systemctl start multipathd.service || say "multipathd could not be started"
    fi
    udevadm settle --timeout=30
}

named_target() {
    target=$(readlink -f "$installdevice")
    [ -b "$target" ] || give_up "rd.kiwi.oem.installdevice=$installdevice: there is no such device"
    [ ! -e "/sys/class/block/${target##*/}/partition" ] || give_up "rd.kiwi.oem.installdevice=$installdevice is a partition, not a disk"
    target_suitable "$target" || give_up "rd.kiwi.oem.installdevice=$installdevice cannot be written to, or holds the medium"
    candidates=$(target_line "$target" "$persistency")
}

choose_target() {
    local answer list=() node bytes state name content
    persistency=$(getarg rd.kiwi.install.devicepersistency=)
    persistency=${persistency:-$(kiwi_profile kiwi_devicepersistency)}
    persistency=${persistency:-by-id}
    if [ -n "$installdevice" ]; then
        named_target
    else
        candidates=$(target_list "$persistency" | target_filter)
        answer=$(printf '%s' "$candidates${candidates:+$'\n'}" | target_choose)
        case $answer in
            take*) target=${answer#take } ;;
            ask)
                while IFS=$'\t' read -r node bytes state name _ content; do
                    [ "$state" = empty ] && content=${content/empty/$(kiwi_text empty)}
                    list+=("$name" "$(kiwi_size_text "$bytes"), $content")
                done <<< "$candidates"
                target=$(kiwi_menu "$(kiwi_text choose_disk)" "${list[@]}") || cancelled
                target=$(readlink -f "$target")
                ;;
            *)
                say "Disks of this machine that can be installed to:"
                say_candidates
                case $answer in
                    *' none') give_up "there is no disk to install to" ;;
                    *no-match) give_up "no disk has a name that matches oem-unattended-id '$target_id'" ;;
                    *several-match) give_up "several disks have names that match oem-unattended-id '$target_id'" ;;
                    *) give_up "no disk was chosen: name one by oem-unattended-id or rd.kiwi.oem.installdevice (without that only a single empty disk is taken)" ;;
                esac
                ;;
        esac
    fi
    target_line=$(printf '%s\n' "$candidates" | grep "^$target"$'\t')
    IFS=$'\t' read -r _ target_bytes _ target_name _ target_text <<< "$target_line"
    if [ ! -b "$target" ] || [ -z "$target_name" ]; then
        give_up "the chosen disk is gone"
    fi
}

cancelled() {
    kiwi_message "$(kiwi_text cancelled)"
    sync
    reboot -f
    while :; do sleep 60; done
}

# Two disks with one identity: the new system might start from the wrong one.
check_consistency() {
    local id node
    getargbool 0 rd.kiwi.oem.disk.consistency || return 0
    [ -f /system_identifier ] || give_up "rd.kiwi.oem.disk.consistency: this medium has no /system_identifier"
    id=$(cat /system_identifier)
    while IFS=$'\t' read -r node _; do
        [ "$node" = "$target" ] && continue
        [ "$(kiwi_blkid "$node" PTUUID)" = "$id" ] \
            && give_up "$node already holds this system (rd.kiwi.oem.disk.consistency)"
    done < <(target_list "$persistency")
    return 0
}

check_size() {
    local wanted have
    [ "$source_size" -gt "$head_bytes" ] || give_up "$source_name is too small for a disk image"
    [ "$source_size" -le "$target_bytes" ] \
        || give_up "$source_name needs $(kiwi_size_text "$source_size"), $target_name has $(kiwi_size_text "$target_bytes")"
    wanted=$(kiwi_profile kiwi_target_blocksize)
    wanted=${wanted:-512}
    have=$(blockdev --getss "$target")
    [ "$wanted" = "$have" ] \
        || give_up "$source_name is made for disks with sectors of $wanted bytes, those of $target_name have $have"
}

# --------------------------------------------------------------------- main

read_rules
[ -n "$unattended" ] || kiwi_choose_language
if getargbool 0 rd.kiwi.install.pxe; then
    source_from_network || give_up "$source_reason"
else
    source_from_medium || give_up "$source_reason"
fi
prepare_devices
choose_target
check_consistency
check_size

bytes=$source_size
wipe=1
if [ -n "$retain" ]; then
    if [ "$target_text" = "${target_text%empty}" ]; then
        bytes=$(write_retained_size "$(write_image_table)" "$(sfdisk --dump "$target" 2> /dev/null)") \
            || give_up "the last partition of $target_name begins elsewhere than that of $source_name (rd.kiwi.install.retain_last)"
        [ "$bytes" -ge "$head_bytes" ] || give_up "the last partition of $source_name begins in the first MiB and cannot be kept"
        wipe=
    else
        say "$target_name is empty: there is no partition to retain"
    fi
fi
if [ -z "$unattended" ]; then
    question=confirm_disk
    [ -n "$wipe" ] || question=confirm_retain
    kiwi_confirm "$(kiwi_text $question "$source_name" "$target_name" "$(kiwi_size_text "$target_bytes"), $target_text")" \
        || cancelled
fi

say "Installing $source_name ($(kiwi_size_text "$source_size")) on $target_name ($target)"
target_release "$target" || give_up "$target_name is in use"
if [ -n "$wipe" ]; then
    write_wipe "$target" || give_up "$target_name cannot be written"
fi
write_image "$target" "$bytes" || give_up "$write_reason"
say "Written: $bytes bytes, ${source_tool%sum} $source_sum"
if is kiwi_oemskipverify; then
    say "Not compared (oem-skip-verify)"
else
    verify_target "$target" "$bytes" || give_up "$write_reason"
    say "Compared: $target_name holds what was written"
fi
write_reread "$target"
printf '%s\n' "$target" > /run/kiwi/install.target
[ -n "$unattended" ] && : > /run/kiwi/install.unattended
printf '%s\n' "$kiwi_language" > /run/kiwi/install.language
exit 0
