#!/bin/bash
# Installs from the test repositories with the machine's dnf, zypper and pacman, without Kiwi: what the repositories
# promise is true, and the calls below are known to work for an ordinary user. Run it as root of a user namespace:
#
#   unshare --user --map-auto --map-root-user --mount --pid --fork check.sh WORK [SYSTEM]
#
# WORK: an empty folder. SYSTEM: a repository of convert.py, to install whole systems from it too.
set -euo pipefail

[ $# -ge 1 ] || { echo "usage: $0 WORK [SYSTEM]" >&2; exit 2; }
here=$(dirname "$(readlink -f "$0")")
work=$(realpath -m "$1")
system=${2:-}
small=$work/small
mkdir -p "$work"
[ -z "$(ls -A "$work")" ] || { echo "$work is not empty" >&2; exit 2; }
dbpath=/usr/lib/sysimage/rpm
# pacman's gpg-agent and rpm's settings live in the home folder; gpg's sockets have a short limit for their path.
HOME=$(mktemp -d)
export HOME LC_ALL=C.UTF-8 PATH=/usr/sbin:/sbin:$PATH
trap 'rm -rf "$HOME"' EXIT
printf '%%_dbpath %s\n' "$dbpath" >"$HOME/.rpmmacros"

# fail TEXT: ends the check.
fail() {
    echo "FAILED: $*" >&2
    [ ! -s "$work/log" ] || tail -n 40 "$work/log" >&2
    exit 1
}

# same NAME WANTED FOUND: both texts are equal.
same() { [ "$2" = "$3" ] || fail "$1: wanted '$2', found '$3'"; }

# refused TEXT COMMAND...: the command fails and says the text.
refused() {
    local text=$1
    shift
    ! "$@" >"$work/log" 2>&1 || fail "not refused: $*"
    grep -q -- "$text" "$work/log" || fail "it does not say '$text': $*"
}

# good COMMAND...: the command works.
good() { "$@" >"$work/log" 2>&1 || fail "$*"; }

# empty NAME: a new empty tree with devices; its path is in $tree. Only single devices of the machine are visible in it,
# and nothing here removes a tree.
empty() {
    local device
    number=$((number + 1))
    tree=$work/$number-$1
    mkdir "$tree" "$tree/dev" "$tree/proc"
    mount -t tmpfs -o mode=0755 tmpfs "$tree/dev"
    for device in null zero full random urandom tty; do
        : >"$tree/dev/$device"
        mount --bind "/dev/$device" "$tree/dev/$device"
    done
    mount -t proc proc "$tree/proc"
}
number=0

# dnf_in REPOSITORY KEY ARGUMENTS...: dnf on $tree; without a key nothing is checked.
dnf_in() {
    local repository=$1 key=$2 checks=0
    shift 2
    [ -z "$key" ] || checks=1
    mkdir -p "$HOME/dnf"
    printf '[main]\n' >"$HOME/dnf/dnf.conf"
    dnf --installroot="$tree" --releasever=1 --config="$HOME/dnf/dnf.conf" --setopt=reposdir="$HOME/dnf" \
        --setopt=varsdir="$HOME/dnf" --noplugins --assumeyes --repofrompath="world,file://$repository" \
        --setopt=world.gpgcheck=$checks --setopt=world.repo_gpgcheck=$checks --setopt=world.gpgkey="file://$key" "$@"
}

# zypper_in REPOSITORY KEY ARGUMENTS...: zypper on $tree; without a key nothing is checked.
zypper_in() {
    local repository=$1 key=$2 folder=$HOME/zypp checks=--no-gpgcheck
    shift 2
    rm -rf "$folder"
    mkdir -p "$folder/repos"
    printf '[main]\ncredentials.global.dir=%s\n' "$folder" >"$folder/zypp.conf"
    local program=(env "ZYPP_CONF=$folder/zypp.conf" zypper --non-interactive --root "$tree" --reposd-dir "$folder/repos"
        --pkg-cache-dir "$folder/packages" --solv-cache-dir "$folder/solv" --cache-dir "$folder/cache" --raw-cache-dir "$folder/raw")
    if [ -n "$key" ]; then
        checks=--gpgcheck
        rpm --root "$tree" --dbpath "$dbpath" --import "$key"
    fi
    "${program[@]}" addrepo $checks "file://$repository" world
    "${program[@]}" "$@"
}

# pacman_in REPOSITORY KEY ARGUMENTS...: pacman on $tree.
pacman_in() {
    local repository=$1 key=$2 folder=$HOME/pacman keys print
    shift 2
    rm -rf "$folder"
    mkdir -p "$folder/cache" "$tree/var/lib/pacman"
    cat >"$folder/pacman.conf" <<END
[options]
Architecture = auto
SigLevel = Required DatabaseRequired
RootDir = $tree
DBPath = $tree/var/lib/pacman
CacheDir = $folder/cache
LogFile = $folder/log
GPGDir = $folder/gpg
[world]
Server = file://$repository
END
    keys=(pacman-key --gpgdir "$folder/gpg" --config "$folder/pacman.conf")
    print=$(gpg --with-colons --show-keys "$key" 2>/dev/null | awk -F: '/^fpr/ {print $10; exit}')
    "${keys[@]}" --init && "${keys[@]}" --add "$key" && "${keys[@]}" --lsign-key "$print"
    pacman --config "$folder/pacman.conf" --noconfirm "$@" || { gpgconf --homedir "$folder/gpg" --kill all; return 1; }
    gpgconf --homedir "$folder/gpg" --kill all
}

# owners: owners, modes and capabilities of the package lib in $tree.
owners() {
    (cd "$tree" && stat -c '%n %u:%g %a' usr/lib/world/owned usr/bin/world-setuid && getcap usr/bin/world-capable) | xargs
}
lib='usr/lib/world/owned 601:601 640 usr/bin/world-setuid 0:0 4755 usr/bin/world-capable cap_net_raw=ep'

# has PATH...: files of $tree; hasnt: no files of $tree.
has() { for path in "$@"; do [ -e "$tree/$path" ] || fail "$tree has no $path"; done; }
hasnt() { for path in "$@"; do [ ! -e "$tree/$path" ] || fail "$tree has $path"; done; }

# database: one rpm database, and files as packages say.
database() {
    same database ".$dbpath/rpmdb.sqlite" "$(cd "$tree" && find . -xdev \( -name rpmdb.sqlite -o -name Packages.db -o -name .rpmdb \))"
    same verify '' "$(rpm --root "$tree" --dbpath "$dbpath" -Va | grep -v ' c /' || true)"
}

# small_rpm CALL: what dnf and zypper have in common; CALL is dnf_in or zypper_in.
small_rpm() {
    local call=$1 key=$small/keys/world.asc
    empty "$call"
    good "$call" "$small/rpm" "$key" install app scripts either
    same owners "$lib" "$(owners)"
    same scripts 'pre 1 post 1 posttrans 1' "$(xargs <"$tree/var/lib/world/scripts")"
    same app 'installed 1' "$(cat "$tree/var/lib/world/app")"
    same lib option=2 "$(cat "$tree/etc/lib.conf")"
    has usr/share/world/extra
    hasnt usr/share/world/hint
    database
    good "$call" "$small/rpm" "$key" remove scripts
    same scripts 'pre 1 post 1 posttrans 1 preun 0 postun 0' "$(xargs <"$tree/var/lib/world/scripts")"
    refused no-such-thing "$call" "$small/rpm" "$key" install broken
    refused 'conflict' "$call" "$small/rpm" "$key" install conflict
    refused 'prein.*refuses\|Installation of failing-1-1.noarch failed' "$call" "$small/rpm" "$key" install failing
    hasnt usr/share/world/conflict
    refused 'Bad GPG signature\|Signature verification failed' "$call" "$small/other" "$key" install foreign
    refused 'repomd.xml.asc\|is unsigned' "$call" "$small/unsigned" "$key" install unsigned
    refused 'GPG check FAILED\|does not verify' "$call" "$small/tampered" "$key" install tampered
    empty "$call"
    good "$call" "$small/rpm" "$key" install lib-1 arch.x86_64
    same lib option=1 "$(cat "$tree/etc/lib.conf")"
    has usr/share/world/arch
}

# whole_system CALL OPTIONS...: a system that works with chroot, from the converted packages.
whole_system() {
    local call=$1
    shift
    empty "$call-system"
    good "$call" "$system" '' install "$@" dracut dracut-network linux-image-amd64 systemd systemd-sysv udev dbus \
        iputils-ping libcap2-bin passwd procps rpm ca-certificates dnf zypper
    ! grep -i 'scriptlet failed\|ended with' "$work/log" || fail 'a script failed'
    same ping "$tree/usr/bin/ping cap_net_raw=ep" "$(getcap "$tree/usr/bin/ping")"
    same chage '2755 root:shadow' "$(chroot "$tree" stat -c '%a %U:%G' /usr/bin/chage)"
    same links 'usr/bin usr/lib usr/sbin' "$(readlink "$tree/bin" "$tree/lib" "$tree/sbin" | xargs)"
    # It ends with 1.
    same dracut dracut "$(chroot "$tree" dracut --version | cut -d ' ' -f 1)"
    good systemctl --root "$tree" list-unit-files
    good ls "$tree"/lib/modules/*/modules.dep
    database
    same macros "$dbpath" "$(chroot "$tree" rpm -E %_dbpath)"
    good chroot "$tree" useradd --create-home probe
    # The tree's own managers go on from here.
    mkdir "$tree/repository"
    mount --bind "$system" "$tree/repository"
    good env HOME=/root chroot "$tree" dnf --releasever=1 --assumeyes --repofrompath=world,file:///repository \
        --setopt=world.gpgcheck=0 install bc
    good env HOME=/root chroot "$tree" zypper --non-interactive addrepo --no-gpgcheck file:///repository world
    good env HOME=/root chroot "$tree" zypper --non-interactive install --no-recommends pv
    good chroot "$tree" rpm -q bc pv
    database
}

"$here/small.sh" "$small"
small_rpm dnf_in
empty dnf_in
good dnf_in "$small/rpm" "$small/keys/world.asc" install --setopt=install_weak_deps=0 @world-base needy
hasnt usr/share/world/extra
has var/lib/world/scripts
good dnf_in "$small/rpm" "$small/keys/world.asc" remove app
hasnt usr/bin/app usr/share/world/needy
small_rpm zypper_in
empty zypper_in
good zypper_in "$small/rpm" "$small/keys/world.asc" install --no-recommends 'pattern() = test-base'
hasnt usr/share/world/extra usr/share/world/hint
has usr/bin/app

empty pacman_in
good pacman_in "$small/pacman" "$small/keys/world.asc" -Sy app world-base
same owners "$lib" "$(owners)"
has usr/share/world/grouped-two
refused no-such-thing pacman_in "$small/pacman" "$small/keys/world.asc" -Sy broken
refused 'conflict' pacman_in "$small/pacman" "$small/keys/world.asc" -Sy conflict
refused 'signature' pacman_in "$small/pacman" "$small/keys/other.asc" -Sy extra

if [ -n "$system" ]; then
    whole_system dnf_in --setopt=install_weak_deps=0
    whole_system zypper_in --no-recommends
fi
echo "the test repositories are good"
