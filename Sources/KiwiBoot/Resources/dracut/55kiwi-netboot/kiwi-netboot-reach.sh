#!/bin/bash
# kiwi-netboot-reach: one try to get this machine's configuration from the boot server; the initqueue
# calls again until /run/kiwi/netboot.ready exists. A machine that the server does not know
# registers and asks again every minute.

# shellcheck source=/dev/null # dracut's
. /lib/dracut-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-lib.sh
. /lib/kiwi-lib.sh
# shellcheck source=../59kiwi-lib/kiwi-net.sh
. /lib/kiwi-net.sh
# shellcheck source=../59kiwi-lib/kiwi-dialog.sh
. /lib/kiwi-dialog.sh
# shellcheck source=../59kiwi-lib/kiwi-media.sh
. /lib/kiwi-media.sh
# shellcheck source=kiwi-netboot-config.sh
. /lib/kiwi-netboot-config.sh
# shellcheck source=kiwi-netboot-server.sh
. /lib/kiwi-netboot-server.sh
mkdir -p /run/kiwi
kiwi_debug_setup
# shellcheck disable=SC2034 # for kiwi_fail
kiwi_failure_action=reboot:120
wait_seconds=60

# Called by kiwi_fail.
# shellcheck disable=SC2317
kiwi_report() {
    if [ "$server_type" = local ]; then
        kiwi_medium_report
    else
        net_report
    fi
}

ready() {
    server_write_state
    : > "$KIWI_RUN/netboot.ready"
    exit 0
}

# Nobody answers. A root= on the command line is what to start then.
nobody() {
    net_patience netboot "$1" && exit 1
    if [ -s "$KIWI_RUN/netboot.fallback" ]; then
        say "$1: starting $(cat "$KIWI_RUN/netboot.fallback")"
        : > "$KIWI_RUN/netboot.offline"
        ready
    fi
    kiwi_fail "$1, after $(kiwi_device_timeout) seconds (DEVICE_TIMEOUT)"
    exit 1
}

# register: a new machine, every minute another try.
register() {
    local next=$KIWI_RUN/netboot.next alias=undefined seconds kiwi_line
    if [ -e $next ] && [ "$(kiwi_uptime)" -lt "$(cat $next)" ]; then
        exit 1
    fi
    if [ ! -e "$KIWI_RUN/netboot.registered" ]; then
        seconds=$(getarg NAME=)
        if [[ $seconds =~ ^(-1|[0-9]{1,4})$ ]]; then
            kiwi_quiet_console
            say "Name of this machine:"
            [ "$seconds" != -1 ] || seconds=
            kiwi_read_line "$seconds" && kiwi_line=${kiwi_line//[!A-Za-z0-9._-]/} && alias=${kiwi_line:-undefined}
        fi
        if server_register "$alias"; then
            say "$server has no configuration for $net_mac ($net_ip): registered as upload/hwtype.$net_mac"
            : > "$KIWI_RUN/netboot.registered"
        else
            say "$server has no configuration for $net_mac ($net_ip), and takes no registration: $fetch_reason"
        fi
        say "Waiting for KIWI/config.$net_mac, asking every $wait_seconds seconds"
    fi
    echo $(($(kiwi_uptime) + wait_seconds)) > $next
    exit 1
}

server_set_type || { kiwi_fail "$fetch_reason"; exit 1; }
fetch_configure rd.kiwi.netboot.curl_options
if [ "$server_type" = local ]; then
    net_interface='' net_mac='' net_ip='' config_name=config.default
    looked_at=()
    server_find_medium
    case $? in
        1) exit 1 ;;
        2)
            kiwi_fail "the installation medium was not found"
            rm -f "$KIWI_RUN/netboot.start"
            exit 1
            ;;
    esac
    if ! server_get KIWI/config.default "$KIWI_RUN/netboot.config"; then
        kiwi_fail "$fetch_reason"
        exit 1
    fi
    say "Configuration of this medium: KIWI/$config_name${server_medium:+ on $server_medium}"
    ready
fi
[ -e "$KIWI_RUN/netboot.next" ] && [ "$(kiwi_uptime)" -lt "$(cat "$KIWI_RUN/netboot.next")" ] && exit 1
net_find || nobody "$fetch_reason"
net_write_resolver
reasons=
while read -r server; do
    if [[ ! $server =~ ^[A-Za-z0-9][A-Za-z0-9.-]*$|^\[[0-9A-Fa-f:.]+\]$ ]]; then
        reasons+="; '$(fetch_printable <<< "$server")' is no address"
        continue
    fi
    kiwi_hook_once preLoadConfiguration
    server_search "$KIWI_RUN/netboot.config"
    case $? in
        0)
            kiwi_hook_once postnetwork
            say "Configuration of $net_mac ($net_interface, $net_ip): KIWI/$config_name of $server by $server_type"
            net_login "$net_ip" server_get KIWI/debug_ssh.pub
            ready
            ;;
        1)
            kiwi_hook_once postnetwork
            net_login "$net_ip" server_get KIWI/debug_ssh.pub
            register
            ;;
        3)
            kiwi_fail "$fetch_reason"
            exit 1
            ;;
    esac
    reasons+="; $fetch_reason"
done < <(server_candidates | cat -n | sort -u -k2 | sort -n | cut -f2)
if [ -z "$reasons" ]; then
    reasons='; neither kiwiserver= nor DHCP names a server'
fi
nobody "no boot server answers: ${reasons#; }"
