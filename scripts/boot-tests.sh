#!/bin/bash
# boot-tests.sh PROGRAM core|all|list|NAME...: builds media as an ordinary user and boots them
# in QEMU; the guests examine themselves. Writes results.json and one log for each test to
# the stage folder and ends with the counts. KEEP=1 keeps the media, and uses those of the last run.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=${1:?usage: boot-tests.sh PROGRAM core|all|list|NAME...}
shift
[ $# -gt 0 ] || set -- core

# The list of all tests: NAME SET WHAT. Functions of the same names are in Tests/BootTests/cases.
tests() {
    cat <<'END'
doctor           core kiwi doctor finds that the machine can build
cd-bios          core live CD, BIOS
cd-uefi          all  live CD, UEFI
usb-bios         all  live stick, BIOS
usb-uefi         core live stick, UEFI
direct-kernel    all  kernel and initrd of the medium started directly
iso-file         all  ISO file on a partition of a disk
nested           all  root file system image inside squashfs
squashfs         all  squashfs with a chosen compression
dmsquash         all  dracut's own live module
persistence      all  a file written in the first boot is there in the second
foreign-disk     all  another disk with swap, volume group and cow label stays untouched
mediacheck-good  all  media check of a good medium
mediacheck-bad   all  media check with one byte flipped
rebuild          core an unchanged build is reused and gives the same bits
reproducible     core built twice in other places without cache: same bits
prepare-create   all  prepare and create in two commands
former           all  a description of 2007 by the command line of 2007: live CD, virtual disk, stick, upgrade
isolinux         all  live medium with ISOLINUX and a menu of 2007 on BIOS, GRUB on UEFI
large-iso        all  live medium with a file over 4 GiB as CD and stick; a size limit is kept
boot-description all  a boot description by itself gives initrd and kernel by the names of 2007, booted from CD
bootcd           all  the netboot client on a CD
bootstick        all  a system written to a stick, BIOS and UEFI
bootvm           all  a virtual disk around a system
installcd        all  the netboot client installs from a medium, without a network
update           core packages of a prepared tree are added, removed and updated
results          core results are bundled, compared and listed with their materials
copy-mode        all  layers copied instead of stacked: same bits
sandbox-mount    all  built by root in mount and pid namespaces
sandbox-none     all  built by root without namespaces
sandbox-forbidden core root where nobody may make namespaces
disk-formats     all  a disk as VMDK boots, is made larger and boots again; a VHDX boots
resize           core the disk of a build is made larger by an ordinary user
disk-bios        core disk with an MBR, BIOS
disk-efi         all  disk with a GPT, UEFI and BIOS
disk-uefi        all  disk with a GPT and signed loaders, UEFI
disk-xfs         all  disk with xfs that grows at the first boot
disk-btrfs       all  disk with btrfs that grows at the first boot
disk-parts       all  disk with boot, swap, extra and own partitions
disk-logical     all  disk with logical partitions
disk-grow        all  disk that grows at the first boot
disk-lvm         all  disk with logical volumes that grows at the first boot
disk-luks-lvm    all  disk with volumes in an encrypted partition that grows at the first boot
disk-raid        all  disk with a RAID that grows at the first boot
disk-btrfs-volumes all btrfs with subvolumes that grows at the first boot
disk-btrfs-snapper all btrfs, the root is snapper's first snapshot
disk-overlay     all  read-only root with an overlay on a partition
disk-overlay-ram all  read-only root with an overlay in memory
disk-overlay-verity all read-only root with an overlay and dm-verity
disk-verity      all  root with dm-verity; a flipped byte is refused
disk-integrity   all  root with dm-integrity
disk-integrity-luks all encrypted root on dm-integrity
disk-sdboot      all  systemd-boot
disk-uki         all  unified kernel image by GRUB and by systemd-boot
disk-custom      all  a boot loader that a script brings
disk-luks        all  encrypted root, its passphrase is typed
disk-reencrypt   all  encrypted root, a new volume key at the first boot
disk-sectors     all  disk with sectors of 4096 bytes
disk-secure-boot all  signed loaders with Secure Boot on; a changed one is refused
disk-equal       all  disk built in another place: same bits
disk-install     all  installation medium finds the empty disk
disk-install-net all  installation over the network; a wrong checksum is refused
disk-install-ram all  the system of the server in memory, without any disk
disk-kill        all  SIGKILL at several moments of a disk: nothing is left
live-http        all  live system from a server by HTTP, into /dev/ram0
live-https       all  live system by HTTPS with an own authority, without /dev/ram0
live-ftp         all  live system by FTP; the server appears late
live-cut         all  a transfer is cut and goes on; a wrong checksum is refused
live-to-disk     all  live system from a server to a disk: later without network, by its own loader, reset
live-foreign     all  a disk with something else on it is not replaced by a live system
live-hooks       all  hook scripts of an archive run in order, their commands only when allowed
live-aoe         all  live system by ATA over Ethernet, without addresses (root only)
root-http        all  squashfs of a server as root, changes in memory
root-nfs         all  root over NFS, changes in memory (root only)
root-nbd         all  root over NBD, changes on a local disk that keeps them; the server appears late
netboot-serve-bios all BIOS machines start from kiwi netboot serve: pxelinux, iPXE, GRUB (root only)
netboot-serve-proxy all machines start from kiwi netboot serve --proxy-dhcp beside another DHCP server (root only)
netboot-serve-uefi all UEFI machines start from kiwi netboot serve: PXE and HTTP boot (root only)
netboot-deploy   all  netboot client: registration, deployment, local boot, update (root only)
netboot-union    all  netboot client: squashfs with changes on a partition, by TFTP (root only)
netboot-raid     all  netboot client: a mirror of two disks, one of them alone, a new one taken in (root only)
netboot-efi      all  netboot client: a machine of a group with UEFI, which then starts by itself (root only)
netboot-multicast all netboot client: an image by TFTP with multicast (root only)
netboot-described all netboot client of our own boot description, image in memory, two cards (root only)
netboot-roots    all  netboot client: roots of a server by NFS, NBD and AoE (root only)
netboot-split    all  netboot client: a system in two images of a description of 2007, joined on the disk (root only)
netboot-login    all  netboot client: login with all keys of KIWI/debug_ssh.pub by TFTP, scp, rsync (root only)
install-login    all  the same in the network installer, keys by HTTP (root only)
netboot-serve-https all files by HTTPS: an authority of the server's own, a given certificate (root only)
netboot-hostile  all  netboot client: hostile configuration, wrong checksum, two cards (root only)
wrong-key        core a repository signed with another key is refused
broken-archive   core an archive that cannot be unpacked
script-failure   core config.sh fails: its line is shown, the tree is kept
busy-target      core a second build in the same target is refused with 5
kill-outer       core SIGKILL at several moments: nothing is left, the next build works
interrupt        core INT, TERM and HUP end a build within a second
full-disk        core a target folder that is too small
filesystems      core three file systems of one tree in one call, compared entry by entry
size-too-small   core a size that is too small is refused with both numbers
selinux          all  labels of SELinux in archives and file systems
device-nodes     core device nodes of the description are in the image
filesystems-equal core file systems made in other places: same bits
kernel-files     all  kernel, initrd and file system as files, booted
boot-image       all  initrd from a boot description: stripped, completed, booted, made twice
luks             all  an encrypted root file system, decrypted, checked and booted
helper-machine   all  xfs and btrfs filled by a helper machine
tbz              all  root tree as tar.xz, compared entry by entry
cpio             all  root tree as cpio, compared entry by entry
oci              core OCI container, compared by umoci and run
docker           all  docker container with several names, compressed
wsl              all  archive for the Windows Subsystem for Linux
derived          all  container over another: kept layers, whiteouts
container-layers all  packages in a container layer of their own, which stays the same
delta            all  container with only the difference from its base
shared-cache     all  layers travel by a folder and a registry: same bits, damage is refused
build-matrix     all  job files for make and Slurm are run, those of GitLab and GitHub checked (root only)
foreign-container all containers for arm64 and i386, by an ordinary user
ix86             all  live CD and growing disk for 32-bit PCs, built and booted by an ordinary user
foreign-containers all containers for armv7l, ppc64le and s390x, by an ordinary user
foreign-live     all  live CD for arm64, built and booted by an ordinary user
stash            all  trees are kept as containers, and images built over them
kiwi-in-a-box    all  a container with Kiwi in it, which builds a live CD for an ordinary user
box              all  an image built in a virtual machine of our own: same bits, nothing left after a signal
registry         all  base containers from registries: TLS, own authority, credentials
large-tree       all  100,000 files and a sparse one of 5 GiB in every archive and file system
hostile-base     all  base images that are not what they say are refused
package-managers core dnf, zypper and pacman install from a small signed repository
package-lock     core dnf, zypper and pacman build from lock files and without network
packages-inside  all  trees with an own dnf, zypper, pacman, which install; made twice: same bits
packages-equal   all  trees of dnf, zypper, pacman made twice: same bits
package-update   all  trees of dnf, zypper and pacman are updated, get and lose packages
repository-kinds all  repositories on an ISO, changed by scripts, of a build service worker
repository-mirrors all metalinks and mirror lists from a server, by dnf and zypper
tools-tree       all  dnf, zypper and pacman of a tools tree, on a machine without them
tools-dnf5       all  dnf 5 of a tools tree from Debian sid
rpm-repositories all  the test repositories, used by the machine's dnf, zypper and pacman
rpm-own          all  trees whose own rpm wants the database elsewhere, by dnf and zypper
rpm-live-dnf     all  live CD of RPMs, installed by dnf
rpm-live-zypper  all  live CD of RPMs, installed by zypper
rpm-disk-dnf     all  disk of RPMs, installed by dnf
rpm-disk-zypper  all  disk of RPMs, installed by zypper
example          all  the example of 'make demo'
obs-build        all  the build program of the Open Build Service makes ISO, disk, container, archive (root only)
obs-service      all  a whole Open Build Service: three packages, two workers, one is killed (root only)
init-container   all  what 'kiwi init debian-container' writes
init-live        all  what 'kiwi init debian-live' writes
init-disk        all  what 'kiwi init debian-disk' writes, with Secure Boot
init-installer   all  what 'kiwi init debian-installer' writes, installed
END
}
if [ "$1" = list ]; then
    tests
    exit 0
fi

staged=$("$here/stage.sh" "$program") || exit
read -r user stage <<<"$staged"
# What follows removes folders below it.
: "${user:?}" "${stage:?no folder for the tests}"
kiwi=$stage/bin/kiwi
work=$stage/work
media=$stage/media
logs=$stage/logs
results=$stage/results.json
as_user() { "$here/as-user.sh" "$user" "$@"; }
if [ -z "${KEEP:-}" ] && [ -d "$media" ]; then
    for folder in "$media"/*/ "$work"/*/; do [ -d "$folder" ] && as_user "$kiwi" system clean --target-dir "$folder"; done
    rm -rf "${work:?}" "${media:?}" "${logs:?}"
fi
as_user mkdir -p "$work" "$media" "$logs"

for file in "$stage"/tests/cases/*.sh; do
    # shellcheck source=/dev/null
    . "$file"
done

names=()
for word; do
    case $word in
        core) mapfile -t -O ${#names[@]} names < <(tests | awk '$2 == "core" { print $1 }') ;;
        all) mapfile -t -O ${#names[@]} names < <(tests | awk '{ print $1 }') ;;
        *)
            if ! tests | grep -q "^$word "; then
                echo "boot-tests: there is no test '$word'; see: boot-tests.sh PROGRAM list" >&2
                exit 2
            fi
            names+=("$word")
            ;;
    esac
done

passed=0
failed=0
echo '[' >"$results.new"
for name in "${names[@]}"; do
    log=$logs/$name.log
    start=$(date +%s.%N)
    # Each test in a shell of its own; the first command that fails ends it.
    (
        set -euo pipefail
        "test_${name//-/_}"
    ) >"$log" 2>&1 </dev/null
    code=$?
    seconds=$(awk -v from="$start" -v to="$(date +%s.%N)" 'BEGIN { printf "%.1f", to - from }')
    what=$(tests | sed -n "s/^$name  *[a-z]*  *//p")
    if [ $code -eq 0 ]; then
        passed=$((passed + 1))
        state=passed
        echo "ok      $name ($seconds s): $what"
    else
        failed=$((failed + 1))
        state=failed
        echo "FAILED  $name ($seconds s): $what"
        grep -a 'FAILED' "$log" | sed 's/^/        /' | head -n 20
        tail -n 25 "$log" | sed 's/^/        | /'
    fi
    [ $((passed + failed)) -gt 1 ] && echo ',' >>"$results.new"
    printf '{"name": "%s", "result": "%s", "seconds": %s, "what": "%s"}' "$name" "$state" "$seconds" "$what" >>"$results.new"
done
printf '\n]\n' >>"$results.new"
mv -f "$results.new" "$results"
[ -n "${KEEP:-}" ] || [ $failed -gt 0 ] || as_user rm -rf "$work" "$media"
echo "boot tests: $passed passed, $failed failed (logs: $logs)"
[ $failed -eq 0 ]
