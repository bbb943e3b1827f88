#!/bin/bash
# Roots that a server has: network block devices, ATA over Ethernet, NFS. Sourced after
# kiwi-net.sh by programs with the functions
#   not_yet REASON   the server may come later; when it comes back, there is no result
#   no REASON        waiting is of no use; does not come back
# Result: root_node, a block device or a folder.

# shellcheck disable=SC2034 # for the programs that source this

# attach_nbd HOST[:PORT]:EXPORT [DEVICE]
attach_nbd() {
    local name=${1##*:} host=${1%:*} port=10809 answer node=${2:-/dev/nbd0}
    if [[ $host =~ ^(\[.*\]|[^:]*):([0-9]+)$ ]]; then
        host=${BASH_REMATCH[1]}
        port=${BASH_REMATCH[2]}
    fi
    host=${host#[}
    host=${host%]}
    command -v nbd-client > /dev/null || no "a root over NBD needs nbd-client, which this initrd does not have"
    modprobe -q nbd
    if [ "$(kiwi_sysfs "$node" size)" = 0 ]; then
        # -systemd-mark: not stopped together with the initrd
        answer=$(nbd-client "$host" "$port" "$node" -name "$name" -systemd-mark -persist 2>&1) \
            || not_yet "no connection to $host port $port, export '$name': $(fetch_printable <<< "${answer##*$'\n'}")"
        udevadm settle --timeout=10
    fi
    root_node=$node
}

# attach_aoe e0.1
attach_aoe() {
    [[ $1 =~ ^e[0-9]{1,5}\.[0-9]{1,3}$ ]] || no "'$1' is not of the form e0.1"
    kiwi_aoe_discover
    root_node=/dev/etherd/$1
    [ -b "$root_node" ] || not_yet "there is no device $root_node (ATA over Ethernet)"
}

# attach_nfs SERVER:/FOLDER[,OPTION...] [ro|rw]
attach_nfs() {
    local export=${1%%,*} extra='' server version helper=() answer mode=${2:-ro}
    [[ $1 == *,* ]] && extra=,${1#*,}
    server=${export%%:/*}
    [[ $export == ?*:/* ]] || no "'$1' is not of the form SERVER:/FOLDER"
    modprobe -q nfs
    root_node=/run/kiwi/nfs
    mkdir -p $root_node
    mountpoint -q $root_node && return
    if ! command -v mount.nfs > /dev/null; then
        # The kernel itself needs the address only.
        server=${server#[}
        helper=(-i)
        extra=,addr=${server%]}$extra
    fi
    for version in 4.2 4.1 4.0 3; do
        modprobe -q "nfsv${version%%.*}"
        answer=$(mount -n "${helper[@]}" -t nfs -o "$mode,nolock,proto=tcp,vers=$version$extra" "$export" $root_node 2>&1) \
            && return
    done
    not_yet "$export cannot be mounted: $(fetch_printable <<< "${answer##*$'\n'}")"
}
