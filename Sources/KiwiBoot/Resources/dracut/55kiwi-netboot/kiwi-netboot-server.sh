#!/bin/bash
# The boot server of a netboot client: who and where it is, files from and to it. Sourced after
# kiwi-net.sh and kiwi-netboot-config.sh.
#
#   net_interface net_mac net_ip      the network card that got an answer
#   net_domain net_dns net_servers    what DHCP said: domain, name servers, boot servers
#   server server_type                address, and tftp | http | https | ftp | local
#   server_folder                     local: the folder that is the top of the server's tree
#   server_medium                     local: the disk or CD that holds it, when it is on a medium

# shellcheck disable=SC2034,SC2154 # set and used across these files
server='' server_type=tftp server_folder='' server_medium=''
# Far more than any file but an image has.
server_small=$((256 << 20))
server_state=$KIWI_RUN/netboot.state
# Without a wish: fits a frame of Ethernet.
server_block=1428
server_blocks=(32768 61440 65464)

# ----------------------------------------------------------------- network

# net_lease_value FILE KEY...: the first of these keys.
net_lease_value() {
    local kiwi_profiles=("$1") key
    shift
    for key; do
        kiwi_profile "$key" && return
    done
    return 1
}

# net_lease NAME: the file that DHCP's answer for this card stands in.
net_lease() {
    local index file
    index=$(cat "/sys/class/net/$1/ifindex" 2> /dev/null)
    for file in "/run/systemd/netif/leases/$index" "/tmp/dhclient.$1.dhcpopts" "/run/NetworkManager/devices/$index"; do
        if [ -s "$file" ]; then
            echo "$file"
            return 0
        fi
    done
    return 1
}

# The address of a card, however it came there.
net_address() {
    local line
    line=$(ip -o -4 address show dev "$1" scope global 2> /dev/null)
    [[ $line =~ inet\ ([0-9.]+)/ ]] && echo "${BASH_REMATCH[1]}"
}

# net_find: the card of BOOTIF, else the one that got the first answer. Fails with
# fetch_reason while there is none.
net_find() {
    local entry name mac wanted address lease best='' best_lease='' cards=''
    wanted=$(getarg BOOTIF=)
    wanted=${wanted#01-}
    wanted=${wanted//-/:}
    for entry in /sys/class/net/*; do
        [ "$(cat "$entry/type" 2> /dev/null)" = 1 ] || continue
        name=${entry##*/}
        mac=$(cat "$entry/address" 2> /dev/null)
        cards+=" $name"
        [ -z "$wanted" ] || [ "${mac^^}" = "${wanted^^}" ] || continue
        address=$(net_address "$name")
        [ -n "$address" ] || continue
        lease=$(net_lease "$name")
        # The first answer wins; an address without one only when there is no other.
        if [ -n "$best" ]; then
            [ -n "$lease" ] || continue
            [ -z "$best_lease" ] || [ "$lease" -ot "$best_lease" ] || continue
        fi
        best=$name best_lease=$lease net_interface=$name net_mac=${mac^^} net_ip=$address
    done
    if [ -z "$best" ]; then
        fetch_reason="no address yet for the network card${wanted:+ with $wanted (BOOTIF)}; cards:${cards:- none}"
        return 1
    fi
    net_lease_read "$best_lease"
}

net_lease_read() {
    local value
    net_domain='' net_dns='' net_servers=''
    [ -n "$1" ] || return 0
    value=$(net_lease_value "$1" DOMAINNAME new_domain_name)
    [[ $value =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]] && net_domain=$value
    for value in $(net_lease_value "$1" DNS new_domain_name_servers); do
        [[ $value =~ ^[0-9a-fA-F.:]+$ ]] && net_dns+="$value "
    done
    value="$(net_lease_value "$1" NEXT_SERVER new_next_server next-server) $(net_lease_value "$1" SERVER_ADDRESS new_dhcp_server_identifier)"
    for value in $value; do
        [[ $value =~ ^[0-9.]+$ ]] && [ "$value" != 0.0.0.0 ] && net_servers+="$value "
    done
    return 0
}

# Names of servers can be asked for.
net_write_resolver() {
    local value
    if [ -n "$net_dns" ] && ! grep -qs '^nameserver' /etc/resolv.conf; then
        {
            [ -z "$net_domain" ] || echo "search $net_domain"
            for value in $net_dns; do echo "nameserver $value"; done
        } > /etc/resolv.conf
    fi
}

# ------------------------------------------------------------------ server

# Who may be the server, in the order they are asked.
server_candidates() {
    local value
    value=$(getarg kiwiserver=)
    [ -n "$value" ] || value=$(getarg kiwitftp=)
    if [ -n "$value" ]; then
        # Whoever names one means that one; DHCP's may still know TFTP.
        printf '%s\n' "$value"
        [ "$server_type" = tftp ] || return 0
    else
        value=$(getarg ip=)
        value=${value#*:}
        value=${value%%:*}
        [[ $value =~ ^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$ ]] && echo "$value"
        [ -z "$net_domain" ] || echo "tftp.$net_domain"
    fi
    for value in $net_servers; do echo "$value"; done
}

# server_set_type: from kiwiservertype; fails with fetch_reason.
server_set_type() {
    server_type=$(getarg kiwiservertype=)
    server_type=${server_type:-tftp}
    case $server_type in
        tftp | http | https | ftp) ;;
        local)
            server_folder=$(getarg kiwiserver=)
            # The medium the machine was started from: server_find_medium looks for it.
            case $server_folder in
                CDLABEL=* | LABEL=* | UUID=*) return 0 ;;
            esac
            if [ ! -d "$server_folder" ]; then
                fetch_reason="kiwiservertype=local needs a folder, kiwiserver=$server_folder is none"
                return 1
            fi
            ;;
        *)
            fetch_reason="kiwiservertype=$server_type is none of tftp, http, https, ftp, local"
            return 1
            ;;
    esac
}

# server_find_medium: one look for the medium that kiwiserver= names, which is mounted then. Status as
# kiwi_medium_await.
server_find_medium() {
    local code source
    case $server_folder in
        CDLABEL=* | LABEL=* | UUID=*) ;;
        *) return 0 ;;
    esac
    medium_wanted=$server_folder
    medium_content=KIWI/config.default
    kiwi_medium_await "$KIWI_RUN/netboot.start"
    code=$?
    [ $code = 0 ] || return $code
    source=$(kiwi_medium_source)
    server_folder=$KIWI_RUN/medium
    kiwi_medium_mount "$source" "$server_folder" || return 2
    server_medium=$(kiwi_disk_of "$medium_device")
}

# server_uri PATH [SERVER]
server_uri() {
    local path=${1#/} out='' i char LC_ALL=C
    for ((i = 0; i < ${#path}; i++)); do
        char=${path:i:1}
        case $char in
            [-A-Za-z0-9._/~]) out+=$char ;;
            *)
                printf -v char '%%%02X' "'$char"
                out+=$char
                ;;
        esac
    done
    echo "$server_type://${2:-$server}/$out"
}

# server_answer CODE STATUS: what curl's end means. 0: all is there, 1: the server has no such file,
# 2: no answer, or not to the end.
server_answer() {
    case $1:$2 in
        0:*) return 0 ;;
        22:40[134] | 22:410 | 68:* | 69:* | 78:* | 9:* | 19:*) return 1 ;;
        *) return 2 ;;
    esac
}

# server_get PATH TARGET [SERVER [BLOCKSIZE]]: a small file. Status as server_answer; with
# fetch_reason.
server_get() {
    local path=$1 target=$2 uri code status more=()
    rm -f "$target"
    if [ "$server_type" = local ]; then
        fetch_reason="$server_folder has no file $path"
        [ -f "$server_folder/${path#/}" ] || return 1
        cp "$server_folder/${path#/}" "$target"
        return
    fi
    uri=$(server_uri "$path" "${3-}")
    [ "$server_type" != tftp ] || more=(--tftp-blksize "$(server_fit_block 0 "${4-}")")
    fetch "$uri" --max-time 300 "${more[@]}" --write-out '%{stderr}http-status=%{http_code}\n' 2> "$fetch_info" \
        | dd of="$target" bs=64K count=$((server_small / 65536)) iflag=fullblock status=none
    code=${PIPESTATUS[0]}
    status=$(sed -n 's/^http-status=//p' "$fetch_info" | tail -n 1)
    server_answer "$code" "$status"
    code=$?
    if [ $code != 0 ]; then
        rm -f "$target"
        fetch_reason="$path of ${3:-$server} by $server_type: $(fetch_said)"
    fi
    return $code
}

# server_put PATH FILE: an upload.
server_put() {
    local uri
    if [ "$server_type" = local ]; then
        fetch_reason="a local server takes no files"
        return 1
    fi
    uri=$(server_uri "$1")
    fetch "$uri" --max-time 60 --upload-file "$2" > /dev/null 2> "$fetch_info" && return
    fetch_reason="$1 to $server by $server_type: $(fetch_said)"
    return 1
}

# server_fit_block BYTES WISH: bytes of a TFTP block: as wished when the file then has less than
# 65535 blocks, else a larger one.
server_fit_block() {
    local block=$2
    if [[ ! $block =~ ^[0-9]+$ ]] || [ "$block" -lt 8 ] || [ "$block" -gt 65464 ]; then
        block=$server_block
    fi
    for block in "$block" "${server_blocks[@]}"; do
        [ $(($1 / block)) -ge 65535 ] || break
    done
    echo "$block"
}

# ----------------------------------------------------------- configuration

# server_search TARGET: the configuration of this machine, in the order of KIWI. Status as server_answer;
# config_name is the file that was found. 3: the server's own tables are wrong, with fetch_reason.
server_search() {
    local target=$1 name code group
    while read -r name; do
        server_get "KIWI/$name" "$target"
        code=$?
        [ $code != 2 ] || return 2
        [ $code = 0 ] || continue
        config_name=$name
        [ "$name" = config.group ] || return 0
        config_set=()
        if ! config_load "$target" "$name"; then
            fetch_reason=$config_reason
            return 3
        fi
        group=$(config_member KIWI_GROUP KIWI_MAC_LIST "$net_mac") || continue
        config_name=config.$group
        server_get "KIWI/$config_name" "$target"
        code=$?
        [ $code != 1 ] || fetch_reason="config.group puts this machine into the group $group, but there is no KIWI/$config_name"
        [ $code = 1 ] && return 3
        return $code
    done < <(
        config_macs "$net_mac" | sed 's/^/config./'
        echo config.group
        config_hex "$net_ip" | sed 's/^/config./'
        echo config.default
    )
    return 1
}

# server_register NAME: the file that tells the server about this machine.
server_register() {
    local file=$KIWI_RUN/netboot.hwtype name
    for name in NCNAME CRNAME; do echo "$name=$1"; done > "$file"
    printf 'IPADDR=%s\nARCHITECTURE=%s\n' "$net_ip" "$(uname -m)" >> "$file"
    server_put "upload/hwtype.$net_mac" "$file"
}

# --------------------------------------------------------------------- state

server_write_state() {
    local name
    for name in net_interface net_mac net_ip net_domain net_dns net_servers server server_type server_folder server_medium config_name; do
        printf '%s=%q\n' "$name" "${!name}"
    done > "$server_state"
}

server_read_state() {
    # shellcheck source=/dev/null # written by server_write_state
    . "$server_state"
}
