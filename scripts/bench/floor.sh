#!/bin/bash
# floor.sh prime|prepare|build|clean WORK FAST: what the tools alone cost, as an ordinary user: apt and
# dpkg in a plain user namespace, dracut once, mksquashfs, grub-mkimage, xorriso. The tree lies
# in the folder FAST (a tmpfs or not). Times of the parts go to WORK/phases.
# FLOOR_SQUASH: options of mksquashfs. Called by 'run'.
set -euo pipefail
what=${1:?usage: floor.sh prime|prepare|build|clean WORK FAST}
work=${2:?}
fast=${3:?}
here=$(cd "$(dirname "$0")" && pwd)
description=$work/description
debs=$work/debs
export LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=1700000000 PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
umask 022
arch=$(dpkg --print-architecture)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# As Kiwi calls dracut for flags="dmsquash", compression included.
dracut_modules="dmsquash-live livenet pollcdrom"
read -r -a squash <<<"${FLOOR_SQUASH:--b 1M -comp zstd -Xcompression-level 3}"

begin=$EPOCHREALTIME
phase() { # NAME: notes the time since the last call
    awk -v name="$1" -v from="$begin" -v to="$EPOCHREALTIME" 'BEGIN { printf "%s %.2f\n", name, to - from }' \
        >>"$work/phases"
    begin=$EPOCHREALTIME
}

# The description's packages and, as KIWI adds it, the package manager.
requested() {
    echo apt
    sed -n 's/.*<package name="\([^"]*\)".*/\1/p' "$description/config.xml"
}

# A private apt that reads nothing of the machine's /etc/apt.
write_apt_configuration() {
    mkdir -p "$work/apt/lists/partial" "$debs/partial" "$work/apt/empty.d"
    : >"$work/apt/status"
    cat >"$work/apt.conf" <<END
APT::Architecture "$arch"; APT::Architectures { "$arch"; };
APT::Install-Recommends "false"; APT::Sandbox::User "root";
Dir::Etc::main "/dev/null"; Dir::Etc::parts "$work/apt/empty.d";
Dir::Etc::sourcelist "$work/apt/bench.sources"; Dir::Etc::sourceparts "/dev/null";
Dir::Etc::trusted "/dev/null"; Dir::Etc::trustedparts "$work/apt/empty.d";
Dir::Etc::preferences "/dev/null"; Dir::Etc::preferencesparts "$work/apt/empty.d";
Dir::State "$work/apt"; Dir::State::lists "$work/apt/lists"; Dir::State::status "$work/apt/status";
Dir::Cache::archives "$debs"; Dir::Cache::pkgcache "$work/apt/pkgcache.bin"; Dir::Cache::srcpkgcache "";
Dir::Log "$work/apt"; Acquire::Languages "none"; Acquire::Check-Valid-Until "false"; Acquire::Check-Date "false";
APT::Keep-Downloaded-Packages "true"; Binary::apt-get::APT::Keep-Downloaded-Packages "true";
END
    sed -n 's/.*<source path="\([^"]*\)".*/\1/p' "$description/config.xml" | head -n 1 | while read -r url; do
        printf 'Types: deb\nURIs: %s\nSuites: bookworm\nComponents: main\nSigned-By: %s\n' "$url" "$keyring"
    done >"$work/apt/bench.sources"
}

# Solves and downloads; writes essential.debs and rest.debs in the solver's order.
solve() {
    export APT_CONFIG=$work/apt.conf
    apt-get -qq update
    local essential packages
    # shellcheck disable=SC2016 # apt expands it
    apt-get indextargets --format '$(FILENAME)' 'Created-By: Packages' | while read -r list; do
        /usr/lib/apt/apt-helper cat-file "$list"
    done | awk '/^Package:/ { name = $2 } /^Essential: yes/ { print name }' | sort -u >"$work/essential"
    mapfile -t essential <"$work/essential"
    mapfile -t packages < <(requested)
    apt-get -qq -y -s install "${essential[@]}" | awk '/^Inst / { print $2 }' >"$work/essential.order"
    apt-get -qq -y -s install "${essential[@]}" "${packages[@]}" | awk '/^Inst / { print $2 }' >"$work/all.order"
    apt-get -qq -y --download-only install "${essential[@]}" "${packages[@]}" >/dev/null
    files() {
        local name file
        while read -r name; do
            for file in "$debs/${name}"_[0-9]*.deb; do echo "${file##*/}"; done
        done
    }
    files <"$work/essential.order" >"$work/essential.debs"
    grep -vxFf "$work/essential.order" "$work/all.order" | files >"$work/rest.debs"
    unset APT_CONFIG
}

namespace() {
    unshare --user --map-auto --map-root-user --mount --pid --fork --kill-child -- "$@"
}

# Everything below 'inside' runs in the namespace.
kernel_filesystems() {
    mkdir -p "$root/proc" "$root/sys" "$root/dev"
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --make-rslave "$root/sys"
    mount -t tmpfs -o mode=755,size=4m dev "$root/dev"
    local node
    for node in null zero full random urandom tty; do
        : >"$root/dev/$node"
        mount --bind "/dev/$node" "$root/dev/$node"
    done
    mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/debs"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
    mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    mount --bind "$debs" "$root/dev/debs"
}

in_tree() {
    chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C TZ=UTC HOME=/root TERM=dumb \
        DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true DEBCONF_NOWARNINGS=yes INITRD=No \
        SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" "$@"
}

install_packages() {
    local folder deb
    for folder in bin sbin lib lib32 lib64 libx32; do
        mkdir -p "$root/usr/$folder"
        ln -s "usr/$folder" "$root/$folder"
    done
    mkdir -p "$root"/var/lib/dpkg/{info,updates,triggers} "$root/tmp"
    chmod 1777 "$root/tmp"
    : >"$root/var/lib/dpkg/status"
    : >"$root/var/lib/dpkg/available"
    while read -r deb; do
        dpkg-deb --fsys-tarfile "$debs/$deb" |
            tar -C "$root" -xpf - --keep-directory-symlink --delay-directory-restore \
                --exclude='./usr/share/man/*' --exclude='./usr/share/doc/*'
    done <"$work/essential.debs"
    phase extract
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    kernel_filesystems
    local dpkg=(dpkg --force-depends --force-confnew --force-unsafe-io
        '--path-exclude=/usr/share/man/*' '--path-exclude=/usr/share/doc/*' '--path-include=/usr/share/doc/*/copyright')
    local files
    mapfile -t files < <(sed 's#^#/dev/debs/#' "$work/essential.debs")
    in_tree "${dpkg[@]}" --install "${files[@]}"
    phase essential
    mapfile -t files < <(sed 's#^#/dev/debs/#' "$work/rest.debs")
    in_tree "${dpkg[@]}" --unpack "${files[@]}"
    phase unpack
    in_tree "${dpkg[@]}" --configure --pending
    phase configure
    rm "$root/usr/sbin/policy-rc.d"
}

configure_tree() {
    cp -r "$description/root/." "$root/"
    mkdir "$root/image"
    cp "$description/config.sh" "$root/image/"
    in_tree /image/config.sh
    rm -r "$root/image"
    : >"$root/etc/machine-id"
    phase config.sh
}

make_initrd() {
    local kernel
    kernel=$(ls "$root/lib/modules")
    mount -t tmpfs -o mode=1777 scratch "$root/var/tmp"
    in_tree dracut --force --reproducible --no-hostonly --no-hostonly-cmdline --no-hostonly-i18n \
        --kver "$kernel" --add "$dracut_modules" --compress "zstd -3 -q -T0" /var/tmp/initrd
    cp "$root/var/tmp/initrd" "$work/stage/boot/initrd"
    chmod 644 "$work/stage/boot/initrd"
    umount "$root/var/tmp"
    cp "$root"/boot/vmlinuz-* "$work/stage/boot/vmlinuz"
    phase dracut
}

pack_tree() {
    mksquashfs "$root" "$work/stage/LiveOS/squashfs.img" -noappend -no-progress "${squash[@]}" \
        -wildcards -e 'proc/*' 'sys/*' 'dev/*'
    phase mksquashfs
}

make_iso() {
    local stage=$work/stage mark=/boot/bench-mark efi=$work/efi.img
    local modules=(iso9660 part_gpt part_msdos fat normal configfile linux search search_fs_file echo test serial terminal)
    : >"$stage$mark"
    printf '%s\n' 'serial --unit=0 --speed=115200' 'terminal_output serial console' 'set timeout=1' 'menuentry Live {' \
        '  linux /boot/vmlinuz root=live:CDLABEL=BENCH_FLOOR rd.live.image rd.live.overlay.overlayfs=1 console=tty0 console=ttyS0,115200' \
        '  initrd /boot/initrd' '}' >"$stage/boot/grub/grub.cfg"
    # shellcheck disable=SC2016 # GRUB expands it
    printf 'search --file --set=root %s\nset prefix=($root)/boot/grub\nconfigfile ($root)/boot/grub/grub.cfg\n' \
        "$mark" >"$work/early.cfg"
    grub-mkimage -O i386-pc-eltorito -p /boot/grub -c "$work/early.cfg" -o "$stage/boot/grub/i386-pc/eltorito.img" \
        biosdisk "${modules[@]}"
    grub-mkimage -O x86_64-efi -p /boot/grub -c "$work/early.cfg" -o "$work/BOOTX64.EFI" "${modules[@]}"
    rm -f "$efi"
    truncate -s 4M "$efi"
    mkfs.fat --invariant "$efi"
    mmd -i "$efi" ::/EFI ::/EFI/BOOT
    mcopy -i "$efi" "$work/BOOTX64.EFI" ::/EFI/BOOT/BOOTX64.EFI
    xorriso -as mkisofs -quiet -iso-level 3 -R -J -joliet-long -V BENCH_FLOOR \
        --grub2-mbr /usr/lib/grub/i386-pc/boot_hybrid.img -partition_offset 16 \
        -append_partition 2 0xef "$efi" -appended_part_as_gpt \
        -c boot.catalog -b boot/grub/i386-pc/eltorito.img -no-emul-boot -boot-load-size 4 -boot-info-table \
        --grub2-boot-info -eltorito-alt-boot -e --interval:appended_partition_2:all:: -no-emul-boot \
        -o "$work/floor.iso" "$stage"
    phase iso
}

inside() {
    root=$fast/tree
    mount --make-rprivate /
    install_packages
    configure_tree
    [ "$1" = prepare ] && return
    make_initrd
    pack_tree
}

case $what in
    prime)
        mkdir -p "$work"
        write_apt_configuration
        solve
        ;;
    prepare | build)
        mkdir -p "$fast/tree" "$work/stage/LiveOS" "$work/stage/boot/grub/i386-pc"
        begin=$EPOCHREALTIME
        solve
        phase apt
        namespace "$here/floor.sh" "inside-$what" "$work" "$fast"
        begin=$EPOCHREALTIME
        [ "$what" = prepare ] || make_iso
        ;;
    inside-*) inside "${what#inside-}" ;;
    clean)
        [ ! -e "$fast/tree" ] || namespace rm -rf --one-file-system "$fast/tree"
        rm -rf "$work/stage" "$work/floor.iso" "$work/phases"
        [ ! -d "$fast" ] || rmdir --ignore-fail-on-non-empty "$fast"
        ;;
    *) echo "floor.sh: unknown command $what" >&2; exit 2 ;;
esac
