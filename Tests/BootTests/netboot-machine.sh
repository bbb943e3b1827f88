#!/bin/bash
# netboot-machine.sh TREE CONSOLE [QEMU-ARGUMENT...]: starts a machine on an Ethernet of its own, with a
# boot server of other people's programs for the folder TREE: dnsmasq (DHCP), tftpd-hpa (also takes uploads),
# nginx. Root only: everything is in a network namespace. Environment:
#   WORDS      kernel command line: kernel and initrd are TREE/boot/linux and TREE/boot/initrd
#   UNTIL      ends the machine when the console says that (extended regular expression)
#   ON_UPLOAD  file that becomes KIWI/config.<MAC> when the machine has registered
#   ATFTPD     program of that server, which knows multicast, in place of tftpd-hpa
#   CARDS=2    a first network card that nobody answers
#   BESIDE     program that starts more servers in that network, in the background; the server's address is 10.77.0.1
#   LOGIN      program that is called once with the address that the console names for a login
#   SECONDS_LEFT  time limit, 900
set -euo pipefail
tree=${1:?usage: netboot-machine.sh TREE CONSOLE [QEMU-ARGUMENT...]}
console=$2
shift 2
if [ -z "${INSIDE:-}" ]; then
    export INSIDE=1
    exec unshare --net --mount --pid --fork --kill-child --mount-proc "$0" "$tree" "$console" "$@"
fi
mac=52:54:00:AB:CD:EF
rm -f "$console"
touch "$console"
state=$(mktemp -d)
ip link set lo up
for card in wire dead; do
    ip tuntap add dev $card mode tap
    ip link set $card up
done
ip address add 10.77.0.1/24 dev wire
dnsmasq --conf-file=/dev/null --port=0 --interface=wire --bind-interfaces --dhcp-range=10.77.0.20,10.77.0.30,1h \
    --dhcp-boot=boot/none,,10.77.0.1 --dhcp-leasefile="$state/leases" --pid-file= --user=root --log-dhcp \
    --log-facility="$console.dnsmasq"
if [ -n "${ATFTPD:-}" ]; then
    ip route add 224.0.0.0/4 dev wire
    "$ATFTPD" --daemon --user root --group root --bind-address 10.77.0.1 --mcast-addr 239.255.0.0-20 --mcast-port 1758 \
        --logfile "$console.atftpd" "$tree"
else
    in.tftpd --listen --create --secure --user root --address 10.77.0.1 "$tree"
fi
cat >"$state/nginx.conf" <<END
user root; pid $state/nginx.pid; error_log $console.nginx; worker_processes 1;
events {}
http { access_log $console.access; server { listen 10.77.0.1:80; root $tree; } }
END
nginx -p "$state" -c "$state/nginx.conf"
[ -z "${BESIDE:-}" ] || "$BESIDE"
cards=(-netdev "tap,id=wire,ifname=wire,script=no,downscript=no" -device "virtio-net-pci,netdev=wire,mac=$mac")
if [ "${CARDS:-1}" = 2 ]; then
    cards=(-netdev "tap,id=dead,ifname=dead,script=no,downscript=no" -device "virtio-net-pci,netdev=dead" "${cards[@]}")
fi
start=()
if [ -n "${WORDS:-}" ]; then
    start=(-kernel "$tree/boot/linux" -initrd "$tree/boot/initrd" -append "$WORDS")
fi
timeout "${SECONDS_LEFT:-900}" qemu-system-x86_64 -accel tcg,thread=multi -machine q35 -cpu Nehalem -smp 2 -m 2048 -no-reboot -display none \
    -vga none -nodefaults "${start[@]}" "${cards[@]}" -serial "file:$console" "$@" &
machine=$!
while kill -0 $machine 2>/dev/null; do
    if [ -n "${UNTIL:-}" ] && grep -qaE "$UNTIL" "$console"; then
        kill $machine
        break
    fi
    if [ -n "${ON_UPLOAD:-}" ] && [ -s "$tree/upload/hwtype.$mac" ]; then
        cp "$ON_UPLOAD" "$tree/KIWI/config.$mac"
        ON_UPLOAD=
    fi
    if [ -n "${LOGIN:-}" ]; then
        login=$(sed -n 's/.*Debugging: ssh root@\([0-9.]*\),.*/\1/p' "$console" | head -n 1)
        if [ -n "$login" ]; then
            "$LOGIN" "$login" >"$console.login" 2>&1 || echo "FAILED: the login ended with $?" >>"$console.login"
            LOGIN=
        fi
    fi
    sleep 1
done
wait $machine || true
rm -rf "$state"
