#!/bin/bash
# Messages, parameters and block devices for Kiwi's boot code.
# Sourced by bash programs of the initrd, never run.

# shellcheck source=/dev/null # dracut's
command -v getarg > /dev/null || . /lib/dracut-lib.sh

# ---------------------------------------------------------------- messages

# Every console the kernel writes to. dracut shows a hook's standard output
# nowhere but in the journal, so what the user must see goes here.
kiwi_consoles() {
    local name names=
    read -r names < /sys/class/tty/console/active 2> /dev/null
    for name in ${names:-console}; do
        [ -c "/dev/$name" ] && echo "/dev/$name"
    done
}

# Who speaks, in front of each message.
kiwi_speaker=kiwi
# What was said; with rd.kiwi.debug everything. Ends up in the system as /var/log/boot.kiwi.
kiwi_log=/run/initramfs/log/boot.kiwi
kiwi_log_all=

say() {
    local console
    echo "$kiwi_speaker: $*"
    if [ -z "$kiwi_log_all" ] && [ -d "${kiwi_log%/*/*}" ]; then
        mkdir -p "${kiwi_log%/*}"
        echo "$kiwi_speaker: $*" >> "$kiwi_log"
    fi
    while read -r console; do
        printf '\r%s: %s\r\n' "$kiwi_speaker" "$*" > "$console"
    done < <(kiwi_consoles) 2> /dev/null
}

# A line that the next one overwrites.
say_progress() {
    local console
    while read -r console; do
        printf '\rkiwi: %s  ' "$*" > "$console"
    done < <(kiwi_consoles) 2> /dev/null
}

# Everything of the calling program into one file, with a trace.
kiwi_debug_setup() {
    getargbool 0 rd.kiwi.debug || return 0
    mkdir -p "${kiwi_log%/*}"
    exec >> "$kiwi_log" 2>&1
    kiwi_log_all=1
    PS4='+ ${BASH_SOURCE##*/}:${LINENO}: '
    set -x
}

# kiwi_follow PID FILE DESCRIPTOR: every second the position in its file of the process whose
# number is in FILE, until PID is gone.
kiwi_follow() {
    local position
    while kill -0 "$1" 2> /dev/null; do
        position=$(sed -n 's/^pos:[[:space:]]*//p' "/proc/$(cat "$2" 2> /dev/null)/fdinfo/$3" 2> /dev/null)
        [ -z "$position" ] || echo "$position"
        sleep 1
    done
}

kiwi_hide_splash() {
    kiwi_hook_once handleSplash
    if command -v plymouth > /dev/null && plymouth --ping; then
        plymouth --hide-splash
    fi
}

kiwi_failure_action=

# kiwi_fail REASON: say it, show what kiwi_report (if the caller has one) knows,
# then do what the command line asks for. Comes back only from a shell, so that
# the caller can try again.
kiwi_fail() {
    local action seconds=60
    action=$(getarg rd.kiwi.onfailure=)
    # Older name.
    [ -n "$action" ] || action=$(getarg rd.kiwi.live.onfailure=)
    # What a program does that nobody watches.
    [ -n "$action" ] || action=$kiwi_failure_action
    if [ -z "$action" ]; then
        # As with KIWI: nobody may be there. A shell for those who ask for one.
        action=reboot:120
        ! getargbool 0 rd.shell || action=shell
    fi
    case $action in
        *:*)
            seconds=${action#*:}
            action=${action%%:*}
            ;;
    esac
    case $seconds in
        '' | *[!0-9]*) seconds=60 ;;
    esac
    # Older: the switch for those who look for the cause.
    getargbool 0 kiwidebug && action=shell

    kiwi_hide_splash
    kiwi_hook preException "$1"
    say "FAILED: $1"
    declare -F kiwi_report > /dev/null && kiwi_report
    case $action in
        reboot | poweroff | halt)
            say "Next step: $action in $seconds seconds (rd.kiwi.onfailure)"
            sleep "$seconds"
            sync
            "$action" -f
            # Never fall through to a boot that was refused.
            while :; do sleep 60; done
            ;;
        *)
            [ "$action" = shell ] || say "rd.kiwi.onfailure=$action is not known, a shell it is"
            say "A shell follows; leave it with 'exit' to try again"
            emergency_shell -n kiwi "$1"
            ;;
    esac
}

# ------------------------------------------------------------------- hooks
#
# Scripts that an image brings, /kiwi-hooks/NAME.sh or /lib/kiwi/hooks/NAME.sh. They are
# sourced: they see and may change the variables of the program that calls them. docs/boot-hooks.md
# says which hook is called where and what it sees.

kiwi_hook_folders=(/kiwi-hooks /lib/kiwi/hooks)
kiwi_hook_state=/run/kiwi

# kiwi_hook NAME [ARGUMENT...]: its first argument is the name. Afterwards the command of
# KIWI_HOOK_CMD_NAME, when the script allows it by KIWI_ALLOW_HOOK_CMD_NAME=1.
kiwi_hook() {
    local kiwi_hook_name=$1 kiwi_hook_file kiwi_hook_folder kiwi_hook_allowed=KIWI_ALLOW_HOOK_CMD_$1
    getargbool 0 KIWI_FORBID_HOOKS && return 0
    for kiwi_hook_folder in "${kiwi_hook_folders[@]}"; do
        kiwi_hook_file=$kiwi_hook_folder/$kiwi_hook_name.sh
        [ -f "$kiwi_hook_file" ] && break
        kiwi_hook_file=
    done
    [ -n "$kiwi_hook_file" ] || return 0
    printf -v "$kiwi_hook_allowed" 0
    mkdir -p "$kiwi_hook_state"
    echo "$kiwi_hook_name" >> "$kiwi_hook_state/hooks"
    # shellcheck source=/dev/null # the image's
    . "$kiwi_hook_file" "$@" || say "the hook $kiwi_hook_name ended with status $?"
    [ "${!kiwi_hook_allowed}" = 1 ] || return 0
    getargbool 0 KIWI_FORBID_HOOK_CMDS && return 0
    kiwi_hook_file=$(getarg "KIWI_HOOK_CMD_$kiwi_hook_name=")
    [ -n "$kiwi_hook_file" ] || return 0
    say "Command of the hook $kiwi_hook_name: $kiwi_hook_file"
    # Whoever writes the kernel's command line may do everything anyway.
    eval "$kiwi_hook_file" || say "the command of the hook $kiwi_hook_name ended with status $?"
}

# For places that are passed more than once.
kiwi_hook_once() {
    [ ! -e "$kiwi_hook_state/hook.$1" ] || return 0
    mkdir -p "$kiwi_hook_state"
    : > "$kiwi_hook_state/hook.$1"
    kiwi_hook "$@"
}

# -------------------------------------------------------------- parameters

# The build's own facts; what a user adds in the second file counts first.
kiwi_profiles=(/.profile.extra /.profile)

# kiwi_profile KEY: value in them. Parsed, never sourced: they hold texts of the
# image description.
kiwi_profile() {
    local file line value
    for file in "${kiwi_profiles[@]}"; do
        [ -f "$file" ] || continue
        while read -r line || [ -n "$line" ]; do
            line=${line#export }
            [ "${line%%=*}" = "$1" ] || continue
            kiwi_unquote "${line#*=}"
            return 0
        done < "$file"
    done
    return 1
}

# kiwi_unquote WORD: as a shell reads it. A quote inside single quotes is written
# '\'' or '"'"'.
kiwi_unquote() {
    local value=$1
    case $value in
        \'*\')
            value=${value#\'}
            value=${value%\'}
            value=${value//"'\\''"/\'}
            value=${value//"'\"'\"'"/\'}
            ;;
        \"*\")
            value=${value#\"}
            value=${value%\"}
            value=${value//\\/}
            ;;
        *) value=${value//\\/} ;;
    esac
    printf '%s\n' "$value"
}

# Seconds to wait for a device.
kiwi_device_timeout() {
    local value
    value=$(getarg DEVICE_TIMEOUT=)
    case $value in
        '' | *[!0-9]*) value=60 ;;
    esac
    echo "$value"
}

# kiwi_tmpfs_size PARAMETER: a size as mount takes it.
kiwi_tmpfs_size() {
    local size
    size=$(getarg "$1=")
    case $size in
        '') size=50% ;;
        *[!0-9kKmMgG%]* | [kKmMgG%]* | *[kKmMgG%]?*)
            say "$1=$size is not a size: 50% of memory" >&2
            size=50%
            ;;
        *[kKmMgG%]) ;;
        # A bare number means MiB, unless it can only be bytes.
        *) [ "$size" -lt 1048576 ] && size=${size}m ;;
    esac
    echo "$size"
}

kiwi_uptime() {
    local uptime
    read -r uptime _ < /proc/uptime
    echo "${uptime%%.*}"
}

# ----------------------------------------------------------- block devices

# kiwi_lock DEVICE COMMAND...: keep udev and others off a disk meanwhile.
kiwi_lock() {
    local device=$1
    shift
    # udevadm ends well when there is no such program.
    command -v "$1" > /dev/null || return 127
    if udevadm lock --help > /dev/null 2>&1; then
        udevadm lock --device="$device" "$@"
    else
        flock -x "$device" "$@"
    fi
}

# /dev/sda for /dev/sda1, unchanged for anything that is not a partition.
kiwi_disk_of() {
    local name link
    name=$(readlink -f "$1")
    name=${name##*/}
    if [ -e "/sys/class/block/$name/partition" ]; then
        link=$(readlink -f "/sys/class/block/$name")
        link=${link%/*}
        name=${link##*/}
    fi
    echo "/dev/$name"
}

kiwi_partitions_of() {
    local name=${1##*/} entry
    for entry in "/sys/class/block/$name/$name"*; do
        [ -e "$entry/partition" ] && echo "/dev/${entry##*/}"
    done
}

# Sizes and starts in units of 512 bytes, as in sysfs.
kiwi_sysfs() {
    local value=0
    read -r value < "/sys/class/block/${1##*/}/$2" 2> /dev/null
    echo "${value:-0}"
}

# A kernel command line has no blanks in values: \x20 stands for one.
kiwi_label() {
    printf '%b' "$1"
}

# disk, part, rom, loop, lvm, crypt, raid1, mpath ...
kiwi_drive_type() {
    lsblk -d -n -r -o TYPE "$1" 2> /dev/null
}

# Low level probe: asks the device, not a cache.
kiwi_blkid() {
    blkid -p -s "$2" -o value "$1" 2> /dev/null
}

# Every device that could carry something: no memory, no mapped devices of
# others, no empty drives.
kiwi_block_devices() {
    local entry name
    for entry in /sys/class/block/*; do
        name=${entry##*/}
        case $name in
            ram* | zram* | loop* | fd* | dm-* | md*) continue ;;
        esac
        [ "$(kiwi_sysfs "$name" size)" -gt 0 ] || continue
        echo "/dev/$name"
    done
}

# For kiwi_fail: everything there is.
kiwi_report_devices() {
    local device line found=
    while read -r device; do
        found=1
        line=$(kiwi_iso_label "$device") && line="ISO 9660 label '$line'"
        say "  found $device: $(($(kiwi_sysfs "$device" size) / 2048)) MiB," \
            "type $(kiwi_blkid "$device" TYPE), label '$(kiwi_blkid "$device" LABEL)'${line:+, $line}"
    done < <(kiwi_block_devices)
    [ -n "$found" ] || say "  found no disk, stick or CD at all: a driver may be missing in the initrd"
}

# kiwi_bytes FILE OFFSET LENGTH: text at an offset, without zero bytes.
kiwi_bytes() {
    dd if="$1" bs=1 skip="$2" count="$3" status=none 2> /dev/null | tr -d '\0'
}

# kiwi_number FILE OFFSET LENGTH: little-endian number at an offset.
kiwi_number() {
    local value
    value=$(dd if="$1" bs=1 skip="$2" count="$3" status=none 2> /dev/null \
        | od -A n --endian=little -t "u$3")
    value=${value//[[:space:]]/}
    echo "${value:-0}"
}

# Label in the primary volume descriptor of an ISO 9660 file system. Read here
# because blkid reports a hybrid image on a disk as a partition table first.
kiwi_iso_label() {
    local label
    [ "$(kiwi_bytes "$1" 32769 5)" = CD001 ] || return 1
    label=$(kiwi_bytes "$1" 32808 32)
    printf '%s\n' "${label%"${label##*[! ]}"}"
}

# Size of the ISO 9660 volume in units of 512 bytes.
kiwi_iso_sectors() {
    echo $(($(kiwi_number "$1" 32848 4) * 4))
}

# What identifies one build of an image: the whole primary volume descriptor.
kiwi_iso_identity() {
    dd if="$1" bs=2048 skip=16 count=1 status=none 2> /dev/null | sha256sum | cut -d' ' -f1
}

# Is the ISO on A the one on B? A hybrid image has a second volume descriptor for
# its first partition: same label and dates, other sizes.
kiwi_iso_same() {
    local a b
    a=$(kiwi_iso_label "$1")$(kiwi_bytes "$1" 33581 68)
    b=$(kiwi_iso_label "$2")$(kiwi_bytes "$2" 33581 68)
    [ -n "$a" ] && [ "$a" = "$b" ]
}

# Mount options that leave a file system exactly as it is: a plain "ro" makes
# journalling file systems replay their journal, which writes.
kiwi_untouched_options() {
    case $1 in
        ext3 | ext4) echo ro,noload ;;
        xfs) echo ro,norecovery ;;
        # GRUB counts paths from the top of the volume, not the default subvolume.
        btrfs) echo ro,rescue=nologreplay,subvolid=5 ;;
        f2fs) echo ro,norecovery ;;
        *) echo ro ;;
    esac
}

# kiwi_mount_untouched DEVICE FOLDER: read-only, and no byte written meanwhile.
kiwi_mount_untouched() {
    local device=$1 folder=$2 type code=1 protected
    type=$(kiwi_blkid "$device" TYPE)
    case $type in
        ext2 | ext3 | ext4 | xfs | btrfs | f2fs | vfat | exfat | iso9660 | udf | hfsplus) ;;
        ntfs) type=ntfs3 ;;
        # No file system, or one that cannot be mounted without writing.
        *) return 1 ;;
    esac
    protected=$(blockdev --getro "$device" 2> /dev/null)
    mkdir -p "$folder"
    blockdev --setro "$device" 2> /dev/null
    modprobe -q "$type"
    mount -n -t "$type" -o "$(kiwi_untouched_options "$type")" "$device" "$folder" 2> /dev/null && code=0
    [ "$protected" = 1 ] || blockdev --setrw "$device" 2> /dev/null
    return $code
}

# --------------------------------------------------- free space of a stick
#
# Before a partition is added to a disk that carries an ISO, its first 32 KiB
# (boot code and partition tables) are copied into the gap in front of the new
# partition, behind one sector of text that says what is going on. The media
# check needs the original bytes, and an interrupted first boot is recognised.
#
#   partition start - 1 MiB           text, 512 bytes
#   partition start - 1 MiB + 4 KiB   copy of sectors 0 to 63

KIWI_NOTE_SECTORS=2048

# kiwi_note_write DISK SECTOR IDENTITY START SIZE STATE
kiwi_note_write() {
    printf 'KIWICOW1\niso=%s\nstart=%s\nsize=%s\nstate=%s\n' "$3" "$4" "$5" "$6" \
        | dd of="$1" bs=512 seek="$2" count=1 conv=notrunc,sync,fsync status=none
}

# kiwi_note_value DISK SECTOR KEY: empty when there is no note.
kiwi_note_value() {
    local line
    while read -r line; do
        case $line in
            "$3="*)
                echo "${line#*=}"
                return 0
                ;;
        esac
    done < <(kiwi_bytes "$1" $(($2 * 512)) 512 | grep -a -A 8 '^KIWICOW1$')
    return 1
}

# The partition of DISK that such a note belongs to, and the note's sector.
kiwi_note_partition() {
    local disk=$1 part start
    while read -r part; do
        start=$(kiwi_sysfs "$part" start)
        [ "$start" -gt $((KIWI_NOTE_SECTORS)) ] || continue
        if [ "$(kiwi_note_value "$disk" $((start - KIWI_NOTE_SECTORS)) start)" = "$start" ]; then
            echo "$part $((start - KIWI_NOTE_SECTORS))"
            return 0
        fi
    done < <(kiwi_partitions_of "$disk")
    return 1
}
