#!/bin/bash
# kiwi-netboot: does what the boot server's configuration says and mounts the root on /sysroot. Called
# by the pre-mount hook when kiwi-netboot-reach has the configuration.

export PATH=/usr/sbin:/usr/bin:/sbin:/bin
# shellcheck source=/dev/null # dracut's
. /lib/dracut-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-lib.sh
. /lib/kiwi-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-disk.sh
. /lib/kiwi-disk.sh
# shellcheck source=../59kiwi-lib/kiwi-dialog.sh
. /lib/kiwi-dialog.sh
# shellcheck source=../59kiwi-lib/kiwi-net.sh
. /lib/kiwi-net.sh
# shellcheck source=../59kiwi-lib/kiwi-roots.sh
. /lib/kiwi-roots.sh
# shellcheck source=kiwi-netboot-config.sh
. /lib/kiwi-netboot-config.sh
# shellcheck source=kiwi-netboot-server.sh
. /lib/kiwi-netboot-server.sh
# shellcheck source=kiwi-netboot-disk.sh
. /lib/kiwi-netboot-disk.sh
# shellcheck source=kiwi-netboot-raid.sh
. /lib/kiwi-netboot-raid.sh
# shellcheck source=kiwi-netboot-image.sh
. /lib/kiwi-netboot-image.sh
# shellcheck source=kiwi-netboot-multicast.sh
. /lib/kiwi-netboot-multicast.sh
# shellcheck source=kiwi-netboot-root.sh
. /lib/kiwi-netboot-root.sh
mkdir -p /run/kiwi
kiwi_debug_setup
# shellcheck disable=SC2034 # for kiwi_fail
kiwi_failure_action=reboot:120
# shellcheck disable=SC2034 # used across these files
disk='' disk_lines='' disk_new='' root_below='' boot_folder='' boot_efi='' download_speaker=kiwi-netboot
server_read_state
fetch_configure rd.kiwi.netboot.curl_options

# Called by kiwi_fail.
# shellcheck disable=SC2317
kiwi_report() {
    net_report
    kiwi_report_devices
}

# fatal REASON: the machine is started again after a while; from a shell one try more.
fatal() {
    kiwi_fail "$1"
    exec "$0"
}

# Called by the functions of kiwi-roots.sh.
# shellcheck disable=SC2317
no() {
    fatal "$1"
}

# For the functions of kiwi-roots.sh, which try once: until the time is over.
# shellcheck disable=SC2317
not_yet() {
    net_patience netboot-root "$1" || fatal "$1, after $(kiwi_device_timeout) seconds (DEVICE_TIMEOUT)"
    attach_failed=1
}

# attach COMMAND...: a root of a server, again and again.
attach() {
    while :; do
        attach_failed=
        "$@"
        [ -n "$attach_failed" ] || return 0
        sleep 2
    done
}

# --------------------------------------------------------- the configuration

read_configuration() {
    local group name value
    config_set=()
    config_load "$KIWI_RUN/netboot.config" "$config_name" || fatal "$config_reason"
    group=$(config_member HARDWARE_MAP HARDWARE_MAP "$net_mac")
    if [ -n "$group" ] && server_get "KIWI/hardware_config.$group" "$KIWI_RUN/netboot.hardware"; then
        config_load "$KIWI_RUN/netboot.hardware" "hardware_config.$group" || fatal "$config_reason"
    fi
    if config_has ALLOW_CMDLINE_OVERWRITE; then
        for name in NFSROOT NBDROOT AOEROOT; do
            value=$(getarg "$name=")
            [ -z "$value" ] || config_store "the kernel command line" 1 "$name" "$value" || fatal "$config_reason"
        done
    fi
    if config_has UNIONFS_CONFIGURATION && ! config_has UNIONFS_CONFIG; then
        config_set[UNIONFS_CONFIG]=${config_set[UNIONFS_CONFIGURATION]}
    fi
    config_has SYNC && say "SYNC has no effect: lists of later updates are a thing of KIWI 1"
    config_has FETCH_FILE_TEMP_DIR && say "FETCH_FILE_TEMP_DIR has no effect: nothing needs a temporary copy"
    if config_has ERROR_INTERRUPT; then
        # Somebody wants this machine to stop here.
        say "$(config_shown "$(config_value ERROR_INTERRUPT)")"
        kiwi_failure_action=shell
        fatal "stopped by ERROR_INTERRUPT"
    fi
    kiwi_hook postLoadConfiguration
}

# -------------------------------------------------------------------- images

# The node of the device that IMAGE or UNIONFS_CONFIG name: a partition, or memory.
node_of() {
    case $1 in
        /dev/ram[0-9]*)
            [ -b "$1" ] && echo "$1"
            ;;
        *) disk_node "$1" ;;
    esac
}

# up_to_date: does the system on the disk have all images? Sets old_reason.
up_to_date() {
    local device node changes _ folder=/run/kiwi/old code=1
    old_reason=
    IFS=';' read -r device _ <<< "$(config_items IMAGE)"
    [[ $device != /dev/ram* ]] || { old_reason="memory is empty"; return 1; }
    IFS=';' read -r changes _ <<< "$(config_items UNIONFS_CONFIG)"
    if [ -n "$changes" ]; then
        device=$changes
        [ "$device" != tmpfs ] || { old_reason="changes are in memory"; return 1; }
    fi
    node=$(disk_node "$device") || { old_reason="there is no $device yet"; return 1; }
    if ! kiwi_mount_untouched "$node" $folder; then
        old_reason="there is no system on $node"
        return 1
    fi
    if image_installed "$folder${changes:+/rw}"; then
        code=0
    else
        old_reason=$image_reason
    fi
    umount $folder
    return $code
}

deploy_images() {
    local entry nodes=() node changes entries=()
    mapfile -t entries < <(config_items IMAGE)
    if [ "${#entries[@]}" = 0 ]; then
        fatal "$config_name has none of IMAGE, NFSROOT, NBDROOT, AOEROOT"
    fi
    IFS=';' read -r changes _ <<< "$(config_items UNIONFS_CONFIG)"
    if config_has PART; then
        kiwi_hook prepartition
        disk_partition || fatal "$disk_reason"
        kiwi_hook postpartition
    fi
    deployed=
    if [ -n "$disk_new" ]; then
        deployed=1
    elif config_has RELOAD_IMAGE; then
        say "RELOAD_IMAGE: all images are loaded again"
        deployed=1
    elif ! up_to_date; then
        say "The system is loaded: $old_reason"
        deployed=1
    else
        say "The system is up to date, nothing is loaded"
    fi
    image_nodes=()
    if [ -n "$deployed" ]; then
        kiwi_hook predownload
    fi
    for entry in "${entries[@]}"; do
        image_parse "$entry"
        [ -z "$deployed" ] || image_read_sum || fatal "$image_reason"
        if [[ $image_device == /dev/ram* ]]; then
            image_ram_disk "$image_device" || fatal "$image_reason"
            node=$image_node
        else
            node=$(disk_await "$image_device") || fatal "there is no device $image_device (IMAGE)"
        fi
        if [ "$node" = "$disk" ] && [ -n "$disk_lines" ]; then
            fatal "IMAGE=$image_device is the disk that PART divides"
        fi
        if raid_has_member "$node"; then
            fatal "IMAGE=$image_device belongs to an array: with RAID the entries of PART are /dev/md0, /dev/md1 ..."
        fi
        image_nodes+=("$node")
        [ -n "$deployed" ] || continue
        kiwi_disk_in_use "$node" && fatal "$node is in use"
        image_load "$node" || fatal "$image_reason"
    done
    [ -z "$deployed" ] || kiwi_hook postdownload
    nodes=("${image_nodes[@]}")
    # Where changes go has no image; it is made when it is needed.
    if [ -n "$changes" ] && [ "$changes" != tmpfs ]; then
        node=$(disk_await "$changes") || fatal "there is no device $changes (UNIONFS_CONFIG)"
        nodes+=("$node")
    fi
    if [ -n "$disk_lines" ]; then
        disk_prepare "${nodes[@]}" || fatal "$disk_reason"
    fi
}

# ---------------------------------------------------------------------- root

# The file system for changes.
prepare_changes() {
    local node=$1 type
    type=$(kiwi_blkid "$node" TYPE)
    case $type in
        ext[234] | xfs | btrfs) return 0 ;;
    esac
    if [ -n "$type" ]; then
        fatal "$node holds $type, changes cannot go there (UNIONFS_CONFIG)"
    fi
    say "Making a file system for changes on $node"
    mke2fs -q -F -t ext4 -L lxrw "$node" > /dev/null 2>&1 || fatal "no file system on $node"
}

# mount_union READONLY CHANGES: both as one system.
mount_union() {
    local base=$1 changes=$2
    if [ "$changes" != tmpfs ]; then
        prepare_changes "$changes"
    fi
    modprobe -q overlay
    /sbin/kiwi-overlay "$base" "$changes" || fatal "the read-only root $base cannot be used"
    if [ -n "$deployed" ] && [ "$changes" != tmpfs ]; then
        # Changes of an older image do not fit this one; files that the server delivers come again.
        rm -rf /run/overlay/overlayfs/rw /run/overlay/overlayfs/work
        mkdir -p /run/overlay/overlayfs/rw /run/overlay/overlayfs/work
    fi
    mount -n -t overlay -o lowerdir=/run/overlay/rootfsbase,upperdir=/run/overlay/overlayfs/rw,workdir=/run/overlay/overlayfs/work \
        OverlayOS_rootfs $root || fatal "the overlay cannot be mounted"
}

mount_root() {
    local union=() address path name node swap write base _
    IFS=';' read -r -a union <<< "$(config_items UNIONFS_CONFIG)"
    mkdir -p $root
    root_node='' root_local='' root_kind=disk
    if config_has NFSROOT; then
        root_kind=nfs
        IFS=';' read -r address path <<< "$(config_items NFSROOT)"
        attach attach_nfs "$address:$path" "$([ ${#union[@]} = 0 ] && echo rw || echo ro)"
    elif config_has NBDROOT; then
        root_kind=nbd
        IFS=';' read -r address name node swap _ write _ <<< "$(config_items NBDROOT)"
        attach attach_nbd "$(nbd_name "$address" "$name")"
        node=$root_node
        [ -z "$swap" ] || swap_by_nbd "$address" "$swap"
        if [ -n "$write" ]; then
            attach attach_nbd "$(nbd_name "$address" "$write")" /dev/nbd2
            union=("$root_node")
        fi
        root_node=$node
    elif config_has AOEROOT; then
        root_kind=aoe
        IFS=';' read -r path write <<< "$(config_items AOEROOT)"
        attach attach_aoe "${path#/dev/etherd/}"
        union=("${write:-tmpfs}")
    fi
    if [ "$root_kind" != disk ]; then
        kiwi_hook premount
        if [ ${#union[@]} -gt 0 ]; then
            [ "${union[0]}" = tmpfs ] || { write=$(disk_await "${union[0]}") || fatal "there is no device ${union[0]} (UNIONFS_CONFIG)"; union[0]=$write; }
            mount_union "$root_node" "${union[0]}"
        elif [ -d "$root_node" ]; then
            mount -n --bind "$root_node" $root || fatal "$root_node cannot be used as root"
            umount -l "$root_node"
        else
            root_mount "$root_node" $root || fatal "$root_reason"
        fi
    else
        node=${image_nodes[0]}
        kiwi_hook premount
        if [ ${#union[@]} -gt 0 ]; then
            base=$(node_of "${union[1]}")
            # In memory the device may be a file.
            [ -n "$base" ] || base=$node
            write=${union[0]}
            case $write in
                tmpfs) ;;
                /dev/ram*) write=tmpfs ;;
                *) write=$(disk_await "$write") || fatal "there is no device ${union[0]} (UNIONFS_CONFIG)" ;;
            esac
            mount_union "$base" "$write"
            if [ "$write" = tmpfs ]; then
                root_kind='an image with changes in memory'
            else
                root_local=$write
            fi
        else
            if [ -n "$deployed" ]; then
                config_has JOURNAL && [ "$(kiwi_blkid "$node" TYPE)" = ext2 ] && tune2fs -j "$node" > /dev/null 2>&1
                root_grow "$node"
            fi
            root_mount "$node" $root || fatal "$root_reason"
            root_grow_mounted "$node" $root
            # Memory forgets.
            if [[ $(config_value IMAGE) == /dev/ram* ]]; then
                root_kind=memory
            else
                root_local=$node
            fi
        fi
        if config_has COMBINED_IMAGE; then
            [ "${#image_nodes[@]}" -ge 2 ] || fatal "COMBINED_IMAGE needs two images in IMAGE"
            mkdir -p $root/read-only
            root_below=${image_nodes[1]}
            root_mount "$root_below" $root/read-only ro || fatal "$root_reason"
            [ -z "$deployed" ] || root_combine read-only ''
        fi
    fi
    root_has_init || fatal "$root_reason"
    kiwi_hook postmount
}

# 1.x has numbers of ports, later ones names of exports.
nbd_name() {
    case $2 in
        *[!0-9]*) echo "$1:$2" ;;
        *) echo "$1:$2:" ;;
    esac
}

# As in KIWI: only machines with little memory swap to a server.
swap_by_nbd() {
    local kib
    kib=$(sed -n 's/^MemTotal: *\([0-9]*\).*/\1/p' /proc/meminfo)
    [ "$kib" -lt $((62 * 1024)) ] || return 0
    attach attach_nbd "$(nbd_name "$1" "$2")" /dev/nbd1
    mkswap "$root_node" > /dev/null 2>&1
    swapon "$root_node"
}

# mount_partitions: what belongs to the system while its loader is installed.
mount_partitions() {
    local number start size type mount node path
    while read -r number start size type mount; do
        case $mount in
            /boot | /boot/efi) ;;
            *)
                disk_is_efi "$type" || continue
                [ -n "$mount" ] || continue
                ;;
        esac
        node=$(disk_part "$number") || continue
        path=$(root_path "$mount")
        mkdir -p "$path"
        if [ "$mount" = /boot ]; then
            # The image's own kernels must be there too.
            mkdir -p /run/kiwi/boot
            root_mount "$node" /run/kiwi/boot || return 1
            [ -z "$deployed" ] || cp -a "$path/." /run/kiwi/boot/
            umount /run/kiwi/boot
        fi
        root_mount "$node" "$path" || return 1
        ! disk_is_efi "$type" || boot_efi=$path
    done < <(sort -k5 <<< "$disk_lines")
}

# configure: files, /etc/fstab and loader of a system on the disk; files only of others.
configure() {
    local options node
    if [ -n "$deployed" ] && [ -n "$root_local" ]; then
        if [ ${#image_nodes[@]} -gt 0 ] && config_has UNIONFS_CONFIG; then
            root_fstab '' || fatal "$root_reason"
        else
            root_fstab "$root_local" || fatal "$root_reason"
        fi
        [ ${#disk_members[@]} = 0 ] || raid_write_names || fatal "the names of the arrays cannot be written"
        image_write_marks $root || fatal "$image_reason"
    fi
    if { [ -n "$deployed" ] || config_has CONF || config_has VENDOR_CONF || [ -f $root/etc/KIWI/InstalledConfigFiles ]; } \
        && touch $root/etc/.kiwi 2> /dev/null; then
        rm -f $root/etc/.kiwi
        root_files || fatal "$root_reason"
    fi
    if [ -z "$deployed" ] || [ -z "$root_local" ] || [ -z "$disk_lines" ]; then
        return
    fi
    if config_has DO_NOT_INSTALL_BOOTLOADER; then
        say "DO_NOT_INSTALL_BOOTLOADER: the disk does not start by itself"
        return
    fi
    kiwi_hook preSetupBootLoader
    mount_partitions || fatal "$root_reason"
    node=$root_local
    boot_folder=$(root_path /boot)
    if config_has UNIONFS_CONFIG; then
        boot_folder=/run/overlay/overlayfs/boot
        options="root=overlay:$(root_name "${image_nodes[0]}") rd.root.overlay.write=$(root_name "$root_local")"
    else
        options="root=$(root_name "$root_local") rw"
        if mountpoint -q "$boot_folder"; then
            node=$(findmnt -n -o SOURCE "$boot_folder")
        fi
    fi
    mkdir -p "$boot_folder"
    if root_kernel && root_loader "$node" "$options"; then
        kiwi_hook postSetupBootLoader
    else
        # The system runs all the same; the next start is from the network again.
        say "The disk does not start by itself: $root_reason"
    fi
}

# ----------------------------------------------------------------- the system

# finish: restart when that is wanted, else go on into the system: with this kernel when the system has
# its modules, or with its own by kexec.
finish() {
    local options
    kiwi_hook preNetworkRelease
    [ -z "$server_medium" ] || umount "$server_folder"
    if config_has REBOOT_IMAGE && [ -n "$deployed" ]; then
        say "REBOOT_IMAGE: restarting"
        leave reboot
    fi
    if [ -d "$root/usr/lib/modules/$(uname -r)" ] || [ -d "$root/lib/modules/$(uname -r)" ]; then
        return
    fi
    if [ -n "$root_local" ] && [ -n "$boot_kernel" ] && command -v kexec > /dev/null; then
        options=$(sed -n 's/^    linux [^ ]* //p' "$boot_folder"/grub*/grub.cfg 2> /dev/null | head -n 1)
        if [ -n "$options" ] && kexec --load "$boot_folder/$boot_kernel" ${boot_initrd:+--initrd="$boot_folder/$boot_initrd"} --command-line="$options"; then
            say "Starting the system's own kernel (kexec)"
            umount -R $root
            sync
            kexec --exec
        fi
    fi
    say "The system has no modules for this kernel ($(uname -r)); boot server and image should have the same one"
}

leave() {
    sync
    umount -R $root 2> /dev/null
    "$1" -f
    while :; do sleep 60; done
}

offline() {
    local node
    node=$(label_uuid_to_dev "$(cat "$KIWI_RUN/netboot.fallback")")
    until [ -b "$node" ]; do
        net_patience netboot-root "there is no $node" || fatal "there is no $node"
        sleep 1
    done
    root_mount "$node" $root || fatal "$root_reason"
}

kiwi_choose_language
if [ -e "$KIWI_RUN/netboot.offline" ]; then
    offline
    exit 0
fi
deployed='' image_nodes=() root_local='' boot_kernel='' boot_initrd='' old_reason=''
read_configuration
if ! config_has NFSROOT && ! config_has NBDROOT && ! config_has AOEROOT; then
    deploy_images
fi
mount_root
configure
finish
say "Starting the system from ${root_local:-$root_kind}"
exit 0
