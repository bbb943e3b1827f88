# shellcheck shell=bash disable=SC2154,SC2016 # set by scripts/boot-tests.sh
# Live systems from servers. QEMU's own network leads to servers on this machine: 10.0.2.2.

# served_live: the medium's ISO as $work/www/live.iso with its checksum, kernel and initrd.
served_live() {
    local iso
    iso=$(medium persistent)
    as_user rm -rf "$work/www"
    as_user mkdir "$work/www"
    as_user ln "$iso" "$work/www/live.iso"
    as_user bash -c 'cd "$1" && sha256sum live.iso >live.iso.sha256' _ "$work/www"
    loader "$iso"
    trap 'stop_servers' EXIT
}

servers=()
stop_servers() { [ ${#servers[@]} -eq 0 ] || kill "${servers[@]}" 2>/dev/null || true; }

# start_server NAME COMMAND...: in the background; not by as_user, whose shell would be what is ended.
start_server() {
    local name=$1
    shift
    "$here/as-user.sh" "$user" "$@" </dev/null >"$work/$name.server.log" 2>&1 &
    servers+=($!)
}

# await PORT: until somebody listens there.
await() {
    for _ in {1..50}; do
        (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
        sleep 0.2
    done
    fail "no server at port $1: $(cat "$work"/*.server.log)"
}

# nginx_live PORT [MORE-OF-LISTEN SETTINGS]: serves $work/www.
nginx_live() {
    as_user mkdir -p "$work/nginx"
    cat >"$stage/nginx.conf" <<END
daemon off; master_process off; pid $work/nginx/pid; error_log stderr;
events {}
http {
    access_log $work/nginx/access.log;
    client_body_temp_path $work/nginx; proxy_temp_path $work/nginx; fastcgi_temp_path $work/nginx;
    uwsgi_temp_path $work/nginx; scgi_temp_path $work/nginx;
    server { listen 127.0.0.1:$1 ${2:-}; ${3:-} root $work/www; }
}
END
    as_user rm -f "$work/nginx/access.log"
    start_server nginx /usr/sbin/nginx -e stderr -p "$work/nginx" -c "$stage/nginx.conf"
    await "$1"
}

# net_boot ROOT WORDS ARGUMENTS...: starts the live system as a boot server would.
net_boot() {
    local root=$1 words=$2
    shift 2
    as_user "$kiwi" image boot --kernel "$work/linux" --initrd "${initrd:-$work/initrd}" \
        --append "console=ttyS0,115200 root=live:$root $words" --memory 2048 --timeout "${patience:-600}" "$@"
}

passed_self_test='SELFTEST passed=[1-9][0-9]* failed=0'

test_live_http() {
    local port
    served_live
    port=$(free_port)
    nginx_live "$port"
    net_boot "http://10.0.2.2:$port/live.iso" '' --nic user --expect 'Live system found on /dev/ram0 \(memory\)' \
        --expect "sha256 $(checksum "$work/www/live.iso")" --expect "$passed_self_test" || fail "the live system"
    # The beginning, then all of it once.
    [ "$(grep -c 'GET /live.iso HTTP' "$work/nginx/access.log")" = 2 ] || fail "$(cat "$work/nginx/access.log")"
}

test_live_https() {
    local port ca=$work/ca
    served_live
    port=$(free_port)
    as_user rm -rf "$ca"
    as_user mkdir -p "$ca/initrd"
    as_user openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-authority -keyout "$ca/ca.key" \
        -out "$ca/initrd/authority.pem"
    as_user openssl req -newkey rsa:2048 -nodes -subj /CN=server -keyout "$ca/server.key" -out "$ca/server.csr"
    echo 'subjectAltName=IP:10.0.2.2' | as_user tee "$ca/names" >/dev/null
    as_user openssl x509 -req -days 2 -in "$ca/server.csr" -CA "$ca/initrd/authority.pem" -CAkey "$ca/ca.key" \
        -CAcreateserial -extfile "$ca/names" -out "$ca/server.pem"
    nginx_live "$port" ssl "ssl_certificate $ca/server.pem; ssl_certificate_key $ca/server.key;"
    # A second archive behind the initrd brings the authority.
    as_user bash -c 'cp "$1" "$2" && truncate -s %512 "$2" && cd "$3" && find . | cpio -o -H newc >>"$2"' _ \
        "$work/initrd" "$work/initrd.ca" "$ca/initrd"
    net_boot "https://10.0.2.2:$port/live.iso" 'ip=dhcp DEVICE_TIMEOUT=10' --nic user \
        --expect 'FAILED: nothing comes from https://.*certificate' || fail "a server with an unknown authority"
    initrd=$work/initrd.ca net_boot "https://10.0.2.2:$port/live.iso" \
        'ip=dhcp rd.kiwi.live.curl_options=--cacert,/authority.pem module_blacklist=brd' --nic user \
        --expect 'Live system found on /dev/loop' --expect "$passed_self_test" || fail "the live system"
}

test_live_ftp() {
    local port
    served_live
    port=$(free_port)
    # It must be his own.
    as_user tee "$stage/vsftpd.conf" >/dev/null <<END
background=NO
listen=YES
listen_address=127.0.0.1
listen_port=$port
run_as_launching_user=YES
anonymous_enable=YES
anon_root=$work/www
seccomp_sandbox=NO
xferlog_enable=YES
vsftpd_log_file=$work/vsftpd.log
END
    # Only after the guest has asked in vain.
    start_server vsftpd sh -c 'until grep -qs "Waiting up to" "$2"; do sleep 1; done; exec /usr/sbin/vsftpd "$1"' \
        _ "$stage/vsftpd.conf" "$logs/live-ftp.log"
    net_boot "ftp://10.0.2.2:$port/live.iso" 'DEVICE_TIMEOUT=300' --nic user --expect 'Waiting up to 300 seconds: nothing comes from' \
        --expect 'Live system found on /dev/ram0' --expect "$passed_self_test" || fail "the live system"
}

test_live_cut() {
    local port
    served_live
    as_user sed -i 's/^..../0000/' "$work/www/live.iso.sha256"
    start_server cut python3 -u "$stage/tests/file-server.py" "$work/www"
    for _ in {1..50}; do
        port=$(sed -n 's/^port //p' "$work/cut.server.log" 2>/dev/null)
        [ -z "$port" ] || break
        sleep 0.2
    done
    net_boot "http://10.0.2.2:$port/cutnoranges/live.iso" '' --nic user \
        --expect 'kiwi-live: download is incomplete: [0-9]* of [0-9]* bytes from http://10.0.2.2' \
        --expect 'The server cannot go on in the middle: starting again' \
        --expect 'FAILED: .* is damaged: its sha256 is .*, must be 0000' || fail "a wrong checksum"
}

test_live_to_disk() {
    local port disk=$work/live.disk words root
    served_live
    port=$(free_port)
    nginx_live "$port"
    root=http://10.0.2.2:$port/live.iso
    as_user rm -f "$disk"
    as_user truncate -s 2G "$disk"
    # As KIWI documents it, with a size of RAM disk that means nothing here.
    words='ramdisk_size=3545728 rd.kiwi.live.system=/dev/vda rd.live.overlay.persistent rd.live.overlay.cowfs=xfs'
    net_boot "$root" "$words" --nic user --disk "$disk" --write --expect 'The live system is on /dev/vda' \
        --expect 'SELFTEST-AREA xfs' --expect 'SELFTEST-BOOT 1$' --expect "$passed_self_test" --expect 'reboot: Power down' ||
        fail "the first boot"
    stop_servers
    net_boot "$root" "$words" --disk "$disk" --write --expect '/dev/vda already has the live system SELFTEST' \
        --expect 'SELFTEST-BOOT 2$' --expect "$passed_self_test" --expect 'reboot: Power down' || fail "without a network"
    # By its own loader.
    boot "$disk" --write --firmware bios --expect 'SELFTEST-BOOT 3$' --expect 'reboot: Power down' || fail "BIOS"
    boot "$disk" --write --firmware uefi --expect 'SELFTEST-BOOT 4$' --expect 'reboot: Power down' || fail "UEFI"
    nginx_live "$port"
    net_boot "$root" "$words rd.kiwi.live.reset" --nic user --disk "$disk" --write --expect 'Everything on /dev/vda' \
        --expect 'SELFTEST-BOOT 1$' --expect "$passed_self_test" --expect 'reboot: Power down' || fail "the reset"
    as_user rm -f "$disk"
}

test_live_foreign() {
    local port disk=$work/live.disk before
    served_live
    port=$(free_port)
    nginx_live "$port"
    as_user rm -f "$disk"
    as_user truncate -s 1G "$disk"
    as_user /usr/sbin/mke2fs -q -t ext4 "$disk"
    before=$(checksum "$disk")
    net_boot "http://10.0.2.2:$port/live.iso" 'rd.kiwi.live.system=/dev/vda' --nic user --disk "$disk" --write \
        --expect 'FAILED: /dev/vda is not empty \(ext4\), nothing was changed; rd.kiwi.live.reset erases it' || fail "the refusal"
    [ "$before" = "$(checksum "$disk")" ] || fail "the disk was changed"
    ! grep -q 'GET /live.iso' "$work/nginx/access.log" || fail "the image was fetched"
    as_user rm -f "$disk"
}

# A real Ethernet between vblade and the guest, in a network namespace of its own.
test_live_aoe() {
    local console=$work/aoe.console
    served_live
    rm -f "$console"
    # shellcheck disable=SC2094 # QEMU writes it
    timeout "${patience:-600}" unshare --net --mount bash -c '
        ip tuntap add dev wire mode tap && ip link set wire up
        vblade -r 0 1 wire "$1/www/live.iso" &
        qemu-system-x86_64 -accel tcg -machine q35 -cpu Nehalem -smp 2 -m 2048 -no-reboot -display none -vga none -nodefaults \
            -kernel "$1/linux" -initrd "$1/initrd" -append "console=ttyS0,115200 root=live:AOEINTERFACE=e0.1" \
            -netdev tap,id=wire,ifname=wire,script=no,downscript=no -device virtio-net-pci,netdev=wire -serial "file:$2"
        kill %1' _ "$work" "$console" || fail "ended with $?"
    cat "$console"
    grep -q 'kiwi: Live system found on /dev/etherd/e0.1 (network)' "$console" || fail "the medium"
    grep -qE "$passed_self_test" "$console" || fail "the live system"
}

# Hook scripts from an archive, as KIWI's manual says; each writes its name.
test_live_hooks() {
    local copy name output=$work/hooks.console
    copy=$(description hooks)
    as_user mkdir "$copy/kiwi-hooks"
    for name in init prenetwork preprobe postprobe premount postmount preactivate; do
        echo 'echo "$1" >>/run/hooks-order' | as_user tee "$copy/kiwi-hooks/$name.sh" >/dev/null
    done
    echo 'KIWI_ALLOW_HOOK_CMD_premount=1; say "MEDIUM $medium_kind"' | as_user tee -a "$copy/kiwi-hooks/premount.sh" >/dev/null
    echo 'say "HOOKS $(while read -r name; do printf "%s " "$name"; done </run/hooks-order)end"' |
        as_user tee "$copy/kiwi-hooks/preCallInit.sh" >/dev/null
    # Everything of the archive is in the initrd: a file, and a program that dracut would not bring, with its library.
    as_user mkdir -p "$copy/hooks-data/more" "$copy/usr/bin"
    echo 'of the archive' | as_user tee "$copy/hooks-data/more/file" >/dev/null
    as_user cp /usr/bin/factor "$copy/usr/bin/hooks-factor"
    echo 'say "DATA $(cat /hooks-data/more/file), $(hooks-factor 42)"' | as_user tee -a "$copy/kiwi-hooks/premount.sh" >/dev/null
    as_user tar -czf "$copy/kiwi-hooks.tgz" -C "$copy" kiwi-hooks hooks-data usr
    as_user sed -i '0,/<package name="curl"\/>/s//<archive name="kiwi-hooks.tgz" bootinclude="true"\/>&/' "$copy/config.xml"
    fresh "$media/hooks"
    as_user "$kiwi" --profile overlay system build --description "$copy" --target-dir "$media/hooks"
    loader "$(result "$media/hooks" live_image)"
    name='console=ttyS0,115200 root=live:CDLABEL=SELFTEST KIWI_HOOK_CMD_premount="echo COMMAND-RAN >/dev/console" KIWI_HOOK_CMD_postmount="echo NEVER >/dev/console"'
    boot "$(result "$media/hooks" live_image)" --kernel "$work/linux" --initrd "$work/initrd" --append "$name" \
        --expect 'kiwi: MEDIUM cd' --expect 'kiwi: DATA of the archive, 42: 2 3 7' --expect 'COMMAND-RAN' \
        --expect 'kiwi: HOOKS init preprobe postprobe premount postmount preactivate end' | tee "$output" || fail "hooks"
    ! grep -q '^NEVER' "$output" || fail "a command ran that no hook allowed"
    boot "$(result "$media/hooks" live_image)" --kernel "$work/linux" --initrd "$work/initrd" \
        --append "$name KIWI_FORBID_HOOKS=1" | tee "$output" || fail "forbidden hooks"
    ! grep -qE '^(kiwi: HOOKS|COMMAND-RAN)' "$output" || fail "a forbidden hook ran"
}

# net_root ROOT WORDS ARGUMENTS...: starts the image whose root a server has; makes it once.
net_root() {
    local folder=$media/netroot root=$1 words=$2
    shift 2
    as_user "$kiwi" image boot --kernel "$(echo "$folder"/*.kernel)" --initrd "$(echo "$folder"/*.initrd)" \
        --append "console=ttyS0,115200 root=overlay:$root $words" --memory 2048 --timeout "${patience:-600}" --nic user "$@"
}

served_root() {
    make_once live netroot "$media/netroot"
    as_user rm -rf "$work/www"
    as_user mkdir "$work/www"
    as_user ln "$media/netroot/kiwi-selftest.x86_64-1.0.0" "$work/www/root.squashfs"
    as_user cp "$media/netroot/kiwi-selftest.x86_64-1.0.0.sha256" "$work/www/root.squashfs.sha256"
    trap stop_servers EXIT
}

test_root_http() {
    local port
    served_root
    port=$(free_port)
    nginx_live "$port"
    net_root "http://10.0.2.2:$port/root.squashfs" '' --expect "Downloaded: .* sha256 $(checksum "$work/www/root.squashfs")" \
        --expect 'SELFTEST-AREA tmpfs' --expect "$passed_self_test" || fail "the root from a server"
}

test_root_nbd() {
    local port disk=$work/write.disk words='rd.root.overlay.write=LABEL=changes DEVICE_TIMEOUT=300'
    served_root
    port=$(free_port)
    as_user rm -f "$disk"
    as_user truncate -s 512M "$disk"
    as_user /usr/sbin/mke2fs -q -t ext4 -L changes "$disk"
    printf '[generic]\n  port = %s\n  listenaddr = 127.0.0.1\n[root]\n  exportname = %s\n  readonly = true\n' \
        "$port" "$work/www/root.squashfs" >"$stage/nbd.conf"
    # It appears when the machine has said that it waits. In the foreground it serves one connection and ends.
    start_server nbd sh -c 'trap "kill \$server; exit" TERM; until grep -qs "Waiting up to" "$2"; do sleep 1; done
        while :; do /usr/bin/nbd-server -d -C "$1" & server=$!; wait "$server"; done' _ "$stage/nbd.conf" "$logs/root-nbd.log"
    net_root "nbd=10.0.2.2:$port:root" "$words" --disk "$disk" --write --expect 'Waiting up to 300 seconds: no connection' \
        --expect 'SELFTEST-AREA ext4' --expect 'SELFTEST-BOOT 1$' --expect "$passed_self_test" --expect 'reboot: Power down' ||
        fail "the first boot"
    net_root "nbd=10.0.2.2:$port:root" "$words" --disk "$disk" --write --expect 'SELFTEST-BOOT 2$' \
        --expect "$passed_self_test" || fail "the second boot"
    as_user rm -f "$disk"
}

test_root_nfs() {
    local port tree=$work/nfs
    served_root
    port=$(free_port)
    rm -rf "$tree"
    unsquashfs -no-progress -d "$tree" "$work/www/root.squashfs" >/dev/null
    cat >"$stage/ganesha.conf" <<END
NFS_CORE_PARAM { Protocols = 4; NFS_Port = $port; Bind_addr = 127.0.0.1; Enable_NLM = false; Enable_RQUOTA = false; }
NFSv4 { Graceless = true; RecoveryBackend = fs; Allow_Numeric_Owners = true; Only_Numeric_Owners = true; }
EXPORT { Export_Id = 1; Path = $tree; Pseudo = /root; Access_Type = RO; Squash = No_Root_Squash; SecType = sys;
    Protocols = 4; Transports = TCP; FSAL { Name = VFS; } }
END
    mkdir -p /run/ganesha
    ganesha.nfsd -F -f "$stage/ganesha.conf" -L "$work/ganesha.server.log" -p "$work/ganesha.pid" &
    servers+=($!)
    await "$port"
    # NFS has no capabilities of files: that one check cannot pass.
    net_root "nfs=10.0.2.2:/root,port=$port" '' --expect 'SELFTEST-AREA tmpfs' \
        --expect 'CHECK capability FAILED' --expect 'SELFTEST passed=1[0-9] failed=1' || fail "the root over NFS"
    stop_servers
    rm -rf "$tree"
}
