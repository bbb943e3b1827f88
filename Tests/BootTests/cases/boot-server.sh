# shellcheck shell=bash disable=SC2154,SC2016 # set by scripts/boot-tests.sh
# Machines without a disk at the other end of a wire from 'kiwi netboot serve', started by their firmware.

# boot_server_tree: a server's folder with the test system, root over HTTP.
boot_server_tree() {
    make_once live netroot "$media/netroot"
    rm -rf "$work/tree"
    "$kiwi" netboot export "$media/netroot" --to "$work/tree" || fail "the export"
    for name in boot/grub/x86_64.efi boot/grub/i386-pc.0 pxelinux.cfg/default boot.ipxe image/kiwi-selftest.x86_64-1.0.0; do
        [ -f "$work/tree/$name" ] || fail "the tree has no $name"
    done
}

# firmware_boot NAME PATTERN SERVE-OPTIONS -- QEMU-ARGUMENTS...: in a network of its own, with the server at one end of a wire and
# the machine at the other, until the machine's console has the pattern; then ends both. Root only. QEMU's network card
# brings iPXE; with card=,romfile= it does not. With router=yes another server of that network gives out the addresses.
firmware_boot() {
    local name=$1 pattern=$2
    rm -f "$work/$name.console" "$work/$name.server"
    shift 2
    # shellcheck disable=SC2094 # QEMU writes it
    unshare --net --mount bash -c '
        kiwi=$1 work=$2 name=$3 pattern=$4 patience=$5 card=$6 router=$7
        shift 7
        options=()
        while [ "$1" != -- ]; do options+=("$1"); shift; done
        shift
        ip link set lo up
        ip tuntap add dev wire mode tap
        ip link add lan type bridge
        ip link set wire master lan
        ip address add 10.9.8.1/24 dev lan
        ip link set wire up
        ip link set lan up
        if [ -n "$router" ]; then
            mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns
            ip netns add router
            ip link add port type veth peer name lan netns router
            ip link set port master lan up
            ip -n router address add 10.9.8.2/24 dev lan
            ip -n router link set lan up
            ip netns exec router dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --port=0 --leasefile-ro --user=root \
                --interface=lan --dhcp-range=10.9.8.50,10.9.8.60 --log-facility="$work/$name.router" &
            router=$!
        fi
        "$kiwi" netboot serve "$work/tree" --interface lan "${options[@]}" 2>"$work/$name.server" &
        server=$!
        for _ in {1..100}; do
            grep -q "^serving " "$work/$name.server" && break
            sleep 0.1
        done
        qemu-system-x86_64 -accel tcg -machine q35 -cpu Nehalem -smp 2 -m 2048 -no-reboot -display none -vga std -nodefaults \
            -device virtio-rng-pci -netdev tap,id=wire,ifname=wire,script=no,downscript=no \
            -device "virtio-net-pci,netdev=wire,mac=52:54:00:12:34:56,bootindex=0$card" -serial "file:$work/$name.console" "$@" &
        machine=$!
        found=1
        for ((i = 0; i < patience; i++)); do
            sleep 1
            if grep -qaE "$pattern" "$work/$name.console" 2>/dev/null; then found=0; break; fi
            kill -0 $machine 2>/dev/null && kill -0 $server 2>/dev/null || break
        done
        kill $machine 2>/dev/null
        [ -z "$router" ] || kill $router
        kill -INT $server 2>/dev/null
        wait $server
        code=$?
        [ $code -eq 0 ] || { echo "FAILED: the server ended with $code" >&2; found=1; }
        [ -z "$(ss -Hlntu)" ] || { echo "FAILED: still listening: $(ss -Hlntup)" >&2; found=1; }
        exit $found' _ "$kiwi" "$work" "$name" "$pattern" "${patience:-600}" "${card:-}" "${router:-}" "$@" || {
        cat "$work/$name.server"
        tail -n 40 "$work/$name.console" | tr -d '\000'
        fail "$name: the console does not say: $pattern"
    }
    cat "$work/$name.server"
}

# server_said NAME PATTERN: the server's log says it.
server_said() { grep -qE "$2" "$work/$1.server" || fail "$1: the server's log does not say: $2"; }

test_netboot_serve_bios() {
    boot_server_tree
    firmware_boot pxelinux "$passed_self_test" --loader pxelinux --
    server_said pxelinux 'tftp 10\.9\.8\.[0-9]* read (pxelinux\.0|boot/grub/i386-pc\.0)'
    server_said pxelinux 'http 10\.9\.8\.[0-9]* GET /image/kiwi-selftest.x86_64-1.0.0( from [0-9]*)?: 20[06], [0-9]{8,} bytes'
    # The network card's own iPXE, by its script; then GRUB.
    firmware_boot ipxe 'Linux version' --
    server_said ipxe 'http 10\.9\.8\.[0-9]* GET /boot.ipxe: 200'
    server_said ipxe 'http 10\.9\.8\.[0-9]* GET /boot/.*\.initrd: 200'
    firmware_boot grub 'Linux version' --loader grub --
    server_said grub 'tftp 10\.9\.8\.[0-9]* read /*boot/grub/grub.cfg'
}

# Addresses come from the network's own server, loaders from ours.
test_netboot_serve_proxy() {
    local router=yes
    boot_server_tree
    firmware_boot proxy 'Linux version' --proxy-dhcp --loader pxelinux --
    server_said proxy 'tftp 10\.9\.8\.5[0-9] read pxelinux\.0: '
    firmware_boot proxy-ipxe 'Linux version' --proxy-dhcp --
    server_said proxy-ipxe 'http 10\.9\.8\.5[0-9] GET /boot.ipxe: 200'
    local card=,romfile=
    firmware_boot proxy-uefi 'Linux version' --proxy-dhcp -- "${ovmf[@]}"
    server_said proxy-uefi 'tftp 10\.9\.8\.5[0-9] read boot/grub/x86_64.efi: '
}

# UEFI; what it writes to its variables is forgotten.
ovmf=(-drive "if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd"
    -drive "if=pflash,unit=1,format=raw,snapshot=on,file=/usr/share/OVMF/OVMF_VARS_4M.fd")

test_netboot_serve_uefi() {
    boot_server_tree
    # The firmware's own driver, PXE and HTTP.
    local card=,romfile=
    firmware_boot uefi "$passed_self_test" -- "${ovmf[@]}"
    server_said uefi 'tftp 10\.9\.8\.[0-9]* read boot/grub/x86_64.efi'
    server_said uefi 'http 10\.9\.8\.[0-9]* GET /image/kiwi-selftest.x86_64-1.0.0( from [0-9]*)?: 20[06], [0-9]{8,} bytes'
    # By HTTP alone: the firmware has no PXE.
    firmware_boot http 'Linux version' -- "${ovmf[@]}" -fw_cfg name=opt/org.tianocore/IPv4PXESupport,string=n \
        -fw_cfg name=opt/org.tianocore/IPv6PXESupport,string=n -fw_cfg name=opt/org.tianocore/IPv6Support,string=n
    server_said http 'http 10\.9\.8\.[0-9]* GET /boot/grub/x86_64.efi: 200'
}

# curl as a client of HTTPS: an authority of the server's own, then a certificate that was given. What is not for clients stays
# with the server, and killed it leaves nothing.
test_netboot_serve_https() {
    local port server fingerprint tree=$work/https
    rm -rf "$tree" "$work/https-given"
    mkdir -p "$tree/image" "$tree/boot" "$tree/KIWI" "$tree/upload" "$tree/pxelinux.cfg" "$work/https-given"
    "$kiwi" netboot init "$tree" || fail "init ended with $?"
    head -c 3000000 /dev/urandom >"$tree/image/file"
    port=$(free_port)
    https_server() {
        "$kiwi" netboot serve "$tree" --address 127.0.0.1 --no-dhcp --no-tftp --http-port 0 --https-port "$port" "$@" \
            2>"$work/https.server" &
        server=$!
        for _ in {1..100}; do
            ! grep -q '^serving ' "$work/https.server" || return 0
            kill -0 "$server" 2>/dev/null || break
            sleep 0.1
        done
        fail "no server: $(cat "$work/https.server")"
    }
    https_server
    ! curl -sf "https://127.0.0.1:$port/image/file" -o /dev/null || fail "a client that does not know the authority"
    curl -sf --cacert "$tree/authority.pem" "https://127.0.0.1:$port/image/file" | cmp - "$tree/image/file" || fail "the file"
    curl -sf --cacert "$tree/authority.pem" -r 1000000-1999999 "https://127.0.0.1:$port/image/file" |
        cmp - <(tail -c +1000001 "$tree/image/file" | head -c 1000000) || fail "a part of it"
    curl -sf --cacert "$tree/authority.pem" "https://127.0.0.1:$port/authority.pem" | cmp - "$tree/authority.pem" || fail "the authority"
    ! curl -sf --cacert "$tree/authority.pem" "https://127.0.0.1:$port/.tls/server.key" -o /dev/null || fail "the key is given away"
    ! curl -sf --tls-max 1.1 --cacert "$tree/authority.pem" "https://127.0.0.1:$port/image/file" -o /dev/null || fail "TLS 1.1"
    grep -qE 'https 127\.0\.0\.1 GET /image/file: 200, 3000000 bytes' "$work/https.server" || fail "the log: $(cat "$work/https.server")"
    fingerprint=$(openssl x509 -in "$tree/authority.pem" -noout -fingerprint -sha256 | cut -d= -f2)
    grep -q "$fingerprint" "$work/https.server" || fail "the fingerprint is not told"
    [ "$(stat -c %a "$tree/.tls/server.key")" = 600 ] || fail "the mode of the key"
    [ "$(ls "$tree/.tls")" = $'server.key\nserver.pem' ] || fail "the authority's key was kept"
    # Killed: nobody listens any more.
    kill -KILL "$server"
    wait "$server" || true
    sleep 1
    ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || fail "stunnel goes on alone"
    # The next one takes the same; then one that was given.
    https_server
    grep -q "$fingerprint" "$work/https.server" || fail "another authority"
    kill -INT "$server"
    wait "$server" || fail "ended with $?"
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=given -addext subjectAltName=IP:127.0.0.1 \
        -keyout "$work/https-given/key" -out "$work/https-given/pem" 2>/dev/null
    https_server --tls-certificate "$work/https-given/pem" --tls-key "$work/https-given/key"
    curl -sf --cacert "$work/https-given/pem" "https://127.0.0.1:$port/image/file" | cmp - "$tree/image/file" || fail "a given certificate"
    ! grep -q SHA-256 "$work/https.server" || fail "an authority beside a given certificate"
    kill -INT "$server"
    wait "$server" || fail "ended with $?"
    # A key that does not belong to it.
    expect_code 4 "$kiwi" netboot serve "$tree" --address 127.0.0.1 --no-dhcp --no-tftp --http-port 0 --https-port "$port" \
        --tls-certificate "$work/https-given/pem" --tls-key "$tree/.tls/server.key"
    rm -rf "$tree"
}
