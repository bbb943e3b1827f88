#!/bin/bash
# The system of a netboot client: mounting, files of the server, /etc/fstab, its own boot loader.
# Sourced after the other files of this module. Functions fail with root_reason.

# shellcheck disable=SC2034,SC2154 # set and used across these files
root_reason=
root=/sysroot

# root_mount NODE FOLDER [MODE]: a file system by its type.
root_mount() {
    local type answer
    type=$(kiwi_blkid "$1" TYPE)
    if [ -z "$type" ]; then
        root_reason="$1 has no file system"
        return 1
    fi
    modprobe -q "$type"
    mkdir -p "$2"
    case $type in squashfs | erofs | iso9660) set -- "$1" "$2" ro ;; esac
    if ! answer=$(mount -n -t "$type" -o "${3:-rw}" "$1" "$2" 2>&1); then
        root_reason="$1 ($type) cannot be mounted: $(fetch_printable <<< "${answer##*$'\n'}")"
        return 1
    fi
}

# root_grow NODE: the file system of an image fills its partition. Before it is mounted.
root_grow() {
    case $(kiwi_blkid "$1" TYPE) in
        ext2 | ext3 | ext4)
            e2fsck -f -p "$1" < /dev/null > /dev/null 2>&1
            command -v resize2fs > /dev/null && resize2fs "$1" > /dev/null 2>&1
            ;;
    esac
    return 0
}

# Those that grow when they are mounted.
root_grow_mounted() {
    case $(kiwi_blkid "$1" TYPE) in
        xfs) command -v xfs_growfs > /dev/null && xfs_growfs "$2" > /dev/null 2>&1 ;;
        btrfs) command -v btrfs > /dev/null && btrfs filesystem resize max "$2" > /dev/null 2>&1 ;;
    esac
    return 0
}

# root_path PATH: where it is below the root, with symbolic links as the system itself would follow
# them. Nothing a link says leads out.
root_path() {
    local rest=$1 done='' part link count=0
    while [ -n "$rest" ]; do
        rest=${rest#/}
        part=${rest%%/*}
        [[ $rest == */* ]] && rest=${rest#*/} || rest=
        case $part in
            '' | .) continue ;;
            ..)
                done=${done%/*}
                continue
                ;;
        esac
        if [ -L "$root$done/$part" ]; then
            count=$((count + 1))
            if [ $count -gt 40 ]; then
                root_reason="$1 leads in a circle"
                return 1
            fi
            link=$(readlink "$root$done/$part")
            [[ $link != /* ]] || done=
            rest=$link/$rest
            continue
        fi
        done+=/$part
    done
    echo "$root$done"
}

# root_has_init: is that a system?
root_has_init() {
    local name
    for name in $(getarg init=) /sbin/init /usr/lib/systemd/systemd /lib/systemd/systemd /init; do
        [ -x "$(root_path "$name")" ] && return 0
    done
    root_reason="the root has no /sbin/init"
    return 1
}

# --------------------------------------------------------------- split images

# root_combine RO-FOLDER PATH: what only the read-only part has becomes a link into it.
root_combine() {
    local below=$1 path=$2 entry name
    shopt -s nullglob dotglob
    for entry in "$root/$below$path"/*; do
        name=${entry##*/}
        if [ -d "$entry" ] && [ ! -L "$entry" ] && [ -d "$root$path/$name" ] && [ ! -L "$root$path/$name" ]; then
            root_combine "$below" "$path/$name"
        elif [ ! -e "$root$path/$name" ] && [ ! -L "$root$path/$name" ]; then
            ln -s "/$below$path/$name" "$root$path/$name"
        fi
    done
}

# ------------------------------------------------------- files of the server

# root_conf_items: the items of CONF and VENDOR_CONF, TARGET by TARGET; the last of equal ones.
root_conf_items() {
    local entry source target rest
    local -A items=()
    while IFS= read -r entry; do
        IFS=';' read -r source target rest <<< "$entry"
        items[$target]=$source\;$target\;$rest
    done < <(config_items CONF; config_items VENDOR_CONF)
    for target in "${!items[@]}"; do
        echo "${items[$target]}"
    done | sort
}

# root_files: fetches the files that are missing, that have another checksum now, or all with
# RELOAD_CONFIG; removes those that are no longer in the list. /etc/KIWI remembers them.
root_files() {
    local entry source target host block hash place state list=$root/etc/KIWI/InstalledConfigFiles new=$KIWI_RUN/netboot.files code
    kiwi_hook preconfig
    rm -rf "$new"
    mkdir -p "$new" "$root/etc/KIWI"
    : > "$new/state"
    while IFS= read -r entry; do
        IFS=';' read -r source target host block hash <<< "$entry"
        place=$(root_path "$target") || return 1
        state="$target;$source;$hash"
        echo "$state" >> "$new/state"
        if [ -f "$place" ] && ! config_has RELOAD_CONFIG && grep -qsxF "$state" "$list"; then
            continue
        fi
        server_get "$source" "$new/file" "$host" "$block"
        code=$?
        if [ $code != 0 ]; then
            root_reason="$target does not come: $fetch_reason"
            return 1
        fi
        if [ -n "$hash" ]; then
            code=md5sum
            [ ${#hash} = 32 ] || code=sha256sum
            if [ "$($code < "$new/file" | cut -d' ' -f1)" != "${hash,,}" ]; then
                root_reason="$source is damaged: its checksum is not $hash"
                return 1
            fi
        fi
        mkdir -p "${place%/*}"
        # A file that is there keeps owner and mode.
        [ -e "$place" ] || { : > "$place" && chmod 644 "$place"; }
        if [ -d "$place" ] || ! cat "$new/file" > "$place"; then
            root_reason="$target cannot be written"
            return 1
        fi
        say "Delivered: $target"
    done < <(root_conf_items)
    if [ -f "$list" ]; then
        while IFS=';' read -r target _; do
            [[ $target == /* ]] || continue
            grep -q "^$target;" "$new/state" && continue
            # Only what this list had put there.
            place=$(root_path "$target") && rm -f "$place" && say "Removed: $target"
        done < "$list"
    fi
    cp "$new/state" "$list"
    [ ! -s "$KIWI_RUN/netboot.config" ] || cp "$KIWI_RUN/netboot.config" "$root/etc/KIWI/config.${net_mac:-local}"
    kiwi_hook postconfig
}

# ---------------------------------------------------------------- /etc/fstab

root_name() {
    local uuid
    uuid=$(kiwi_blkid "$1" UUID)
    if config_has NON_PERSISTENT_DEVICE_NAMES || [ -z "$uuid" ]; then
        uuid=$(kiwi_blkid "$1" PART_ENTRY_UUID)
        if config_has NON_PERSISTENT_DEVICE_NAMES || [ -z "$uuid" ]; then
            echo "$1"
        else
            echo "PARTUUID=$uuid"
        fi
    else
        echo "UUID=$uuid"
    fi
}

# root_fstab ROOT-NODE: our lines replace those for the same mount points; an empty node: the root is
# none of the disk. What else the image says stays.
root_fstab() {
    local file lines='' mounts=' ' number start size type mount node line where kind
    file=$(root_path /etc/fstab) || return 1
    if [ -n "$1" ]; then
        lines+="$(root_name "$1") / $(kiwi_blkid "$1" TYPE) defaults 0 1"$'\n'
        mounts+='/ '
    fi
    if [ -n "$root_below" ]; then
        lines+="$(root_name "$root_below") /read-only $(kiwi_blkid "$root_below" TYPE) ro,x-initrd.mount 0 0"$'\n'
        mounts+='/read-only '
    fi
    while read -r number start size type mount; do
        [ -n "$number" ] || continue
        node=$(disk_part "$number") || continue
        kind=$(kiwi_blkid "$node" TYPE)
        if disk_is_swap "$type"; then
            lines+="$(root_name "$node") none swap defaults 0 0"$'\n'
        elif [ -n "$mount" ] && [ "$mount" != / ] && [ -n "$kind" ]; then
            # Missing file systems do not stop the machine.
            lines+="$(root_name "$node") $mount $kind defaults,nofail 0 2"$'\n'
            mounts+="$mount "
            mkdir -p "$(root_path "$mount")"
        fi
    done <<< "$disk_lines"
    if [ -f "$file" ]; then
        while IFS= read -r line || [ -n "$line" ]; do
            read -r _ where kind _ <<< "$line"
            if [[ $line != \#* ]]; then
                [[ $mounts == *" $where "* ]] && continue
                [ "$kind" = swap ] && [ -n "$disk_lines" ] && continue
            fi
            lines+=$line$'\n'
        done < "$file"
    fi
    mkdir -p "${file%/*}"
    printf '%s' "$lines" > "$file" || { root_reason="/etc/fstab cannot be written"; return 1; }
}

# --------------------------------------------------------------- boot loader

# root_kernel: kernel and initrd for the local boot into boot_folder: those of the server, else the
# newest of the image. Sets boot_kernel boot_initrd (names there).
root_kernel() {
    local kernel initrd from name version code
    kernel=$(config_value KIWI_KERNEL) initrd=$(config_value KIWI_INITRD)
    boot_kernel='' boot_initrd=''
    from=$(root_path /boot)
    if [ -n "$kernel" ]; then
        server_get "$kernel" "$boot_folder/linux.kiwi" || { root_reason="KIWI_KERNEL does not come: $fetch_reason"; return 1; }
        boot_kernel=linux.kiwi
    fi
    if [ -n "$initrd" ]; then
        server_get "$initrd" "$boot_folder/initrd.kiwi" || { root_reason="KIWI_INITRD does not come: $fetch_reason"; return 1; }
        boot_initrd=initrd.kiwi
    fi
    if [ -z "$boot_kernel" ]; then
        name=$(for name in "$from"/vmlinuz-* "$from"/vmlinux-* "$from"/Image-*; do [ -f "$name" ] && echo "$name"; done | sort -V | tail -n 1)
        if [ -z "$name" ]; then
            root_reason="neither KIWI_KERNEL nor a kernel in the image's /boot"
            return 1
        fi
        boot_kernel=${name##*/}
        version=${boot_kernel#*-}
        if [ -z "$boot_initrd" ]; then
            for name in "initrd.img-$version" "initrd-$version" "initramfs-$version.img"; do
                if [ -f "$from/$name" ]; then
                    boot_initrd=$name
                    break
                fi
            done
        fi
        if [ ! "$from" -ef "$boot_folder" ]; then
            for name in $boot_kernel $boot_initrd; do
                [ -f "$boot_folder/$name" ] || cp "$from/$name" "$boot_folder/$name" || { root_reason="no room for $name in /boot"; return 1; }
            done
        fi
    fi
    [ -n "$boot_initrd" ] || say "Neither KIWI_INITRD nor an initrd in the image's /boot: the local boot goes without one"
}

# root_boot_menu UUID PREFIX OPTIONS: grub.cfg on standard output. All three are checked texts.
root_boot_menu() {
    local seconds serial=
    seconds=$(config_value KIWI_BOOT_TIMEOUT)
    # Where the kernel speaks the menu does too.
    if [[ " $3 " =~ \ console=ttyS([0-3])(,([0-9]+))? ]]; then
        serial="serial --unit=${BASH_REMATCH[1]} --speed=${BASH_REMATCH[3]:-9600}
terminal_input serial console
terminal_output serial console"
    fi
    cat << MENU
set timeout=${seconds:-10}
set default=0
$serial
menuentry 'Local system' {
    search --no-floppy --fs-uuid --set=root $1
    linux $2/$boot_kernel $3
${boot_initrd:+    initrd $2/$boot_initrd
}}
MENU
}

# root_loader NODE OPTIONS: GRUB on the disk; boot_folder lies on the file system of NODE. The
# programs are the image's, else the initrd's.
root_loader() {
    local node=$1 options=$2 uuid prefix=/boot answer targets=() target more=() folder inside inside_mount place failed
    uuid=$(kiwi_blkid "$node" UUID)
    if [[ ! $uuid =~ ^[A-Za-z0-9-]+$ ]]; then
        root_reason="$node has no file system that a boot loader could find"
        return 1
    fi
    mountpoint -q "$boot_folder" && prefix=
    config_has KIWI_KERNEL_OPTIONS && options+=" $(config_value KIWI_KERNEL_OPTIONS)"
    options+=" IMAGE=local$(raid_words)"
    kiwi_hook preInstallBootLoader
    for folder in "$root/usr/lib/grub" /usr/lib/grub; do
        [ -d "$folder/i386-pc" ] && targets+=(i386-pc)
        # The folder of the EFI partition is in PART.
        if [ -d "$folder/x86_64-efi" ] && [ -n "$boot_efi" ]; then targets+=(x86_64-efi); fi
        [ ${#targets[@]} = 0 ] || break
    done
    inside=
    if [ "$folder" != /usr/lib/grub ]; then
        for answer in grub-install grub2-install; do
            [ -x "$(root_path "/usr/sbin/$answer")" ] && inside=$answer
        done
        # GRUB asks it about arrays.
        [ ${#disk_members[@]} = 0 ] || [ -x "$(root_path /usr/sbin/mdadm)" ] || [ -x "$(root_path /sbin/mdadm)" ] || inside=
    fi
    if [ ${#targets[@]} = 0 ] || { [ -z "$inside" ] && ! command -v grub-install > /dev/null; }; then
        root_reason="neither the image nor this initrd has GRUB (grub-install with its modules)"
        return 1
    fi
    for target in "${targets[@]}"; do
        more=(--target="$target" --no-floppy --modules="part_msdos part_gpt search search_fs_uuid${disk_members:+ mdraid09 mdraid1x}")
        if [ "$target" = x86_64-efi ]; then
            more+=(--removable --no-nvram --efi-directory="${boot_efi#"${inside:+$root}"}")
        fi
        if [ -n "$inside" ]; then
            for folder in dev proc sys run; do
                mount --rbind "/$folder" "$root/$folder"
                # What is unmounted there stays mounted here.
                mount --make-rslave "$root/$folder"
            done
        fi
        for place in "${disk_members[@]:-$disk}"; do
            if [ -n "$inside" ]; then
                answer=$(chroot "$root" "/usr/sbin/$inside" "${more[@]}" --boot-directory="${boot_folder#"$root"}" "$place" 2>&1)
            else
                answer=$(grub-install "${more[@]}" --boot-directory="$boot_folder" "$place" 2>&1)
            fi
            failed=$?
            [ $failed = 0 ] || break
        done
        if [ -n "$inside" ]; then
            for inside_mount in dev proc sys run; do umount -R -l "$root/$inside_mount"; done
        fi
        if [ $failed != 0 ]; then
            root_reason="GRUB ($target) cannot be installed on $place: $(fetch_printable <<< "${answer##*$'\n'}")"
            return 1
        fi
    done
    folder=$boot_folder/grub
    [ -d "$boot_folder/grub2" ] && folder=$boot_folder/grub2
    root_boot_menu "$uuid" "$prefix" "$options" > "$folder/grub.cfg" || return 1
    sync
    say "The disk starts by itself: GRUB (${targets[*]}) on ${disk_members[*]:-$disk}"
    kiwi_hook postInstallBootLoader
}
