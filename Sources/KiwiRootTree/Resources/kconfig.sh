#!/bin/bash
# Functions for the scripts of image descriptions (config.sh, images.sh, ...).
# Read it with:  test -f /.kconfig && . /.kconfig
# It stands for functions of the same names that KIWI brings; see the guide for what each does.

export LANG=C
export LC_ALL=C

# --- messages -------------------------------------------------------------

# Echo [-b|-n|-e] TEXT...: -b indents, -n without a new line, -e with escapes
function Echo {
    local prefix="----->" options=()
    while [ $# -gt 0 ]; do
        case $1 in
            -b) prefix="      " ;;
            -n) options+=(-n) ;;
            -e) options+=(-e) ;;
            *) break ;;
        esac
        shift
    done
    echo "${options[@]}" "$prefix $*"
}

# Debug TEXT: a message when DEBUG=1
function Debug {
    if [ "${DEBUG:-0}" = 1 ]; then
        echo "+++++> (caller: ${FUNCNAME[1]:-main}) $*"
    fi
}

# Rm FILE...: remove what exists, say so with DEBUG=1
function Rm {
    Debug "rm $*"
    rm "$@"
}

# --- services -------------------------------------------------------------

# prints the unit file of a service or mount, if there is one
function baseSystemdServiceInstalled {
    local name=$1 folder kind
    for folder in /usr/lib/systemd/system /lib/systemd/system /etc/systemd/system \
        /usr/etc/systemd/system /run/systemd/system; do
        for kind in service mount; do
            if [ -f "$folder/${name%."$kind"}.$kind" ]; then
                echo "$folder/${name%."$kind"}.$kind"
                return 0
            fi
        done
    done
}

# prints the name of an init script, if there is one
function baseSysVServiceInstalled {
    if [ -x "/etc/init.d/${1%.service}" ]; then
        echo "${1%.service}"
    fi
}

# baseSystemdCall NAME VERB [OPTIONS]: systemctl for a service that exists, else nothing
function baseSystemdCall {
    local name=$1
    shift
    local unit script
    unit=$(baseSystemdServiceInstalled "$name")
    script=$(baseSysVServiceInstalled "$name")
    if [ -n "$unit" ]; then
        systemctl "$@" "${unit##*/}"
    elif [ -n "$script" ]; then
        systemctl "$@" "$script"
    fi
}

function baseInsertService { baseSystemdCall "$1" enable; }
function baseRemoveService { baseSystemdCall "$1" disable; }

# baseService NAME on|off
function baseService {
    if [ -z "${1:-}" ] || [ -z "${2:-}" ]; then
        echo "usage: baseService NAME on|off" >&2
        return 1
    fi
    if [ "$2" = off ]; then
        baseRemoveService "$1"
    else
        baseInsertService "$1"
    fi
}

function suseInsertService { baseInsertService "$@"; }
function suseRemoveService { baseRemoveService "$@"; }
function suseService { baseService "$@"; }

# baseSetRunlevel LEVEL|TARGET
function baseSetRunlevel {
    local target
    case ${1:-} in
        1 | 2 | 3) target=multi-user.target ;;
        5) target=graphical.target ;;
        *.*) target=${1:-} ;;
        "")
            echo "usage: baseSetRunlevel 3|5|TARGET" >&2
            return 1
            ;;
        *) target=$1.target ;;
    esac
    local folder
    for folder in /usr/lib/systemd/system /lib/systemd/system /etc/systemd/system; do
        if [ -e "$folder/$target" ]; then
            ln -sf "$folder/$target" /etc/systemd/system/default.target
            return 0
        fi
    done
    echo "baseSetRunlevel: there is no $target" >&2
    return 1
}

# --- configuration files --------------------------------------------------

# baseUpdateSysConfig FILE VARIABLE VALUE: set a variable of a sysconfig file
function baseUpdateSysConfig {
    local file=$1 variable=$2 value=$3 line found="" result=""
    if [ ! -f "$file" ]; then
        echo "baseUpdateSysConfig: $file does not exist" >&2
        return 0
    fi
    while IFS= read -r line || [ -n "$line" ]; do
        if [[ $line == "$variable="* ]]; then
            line="$variable=\"$value\""
            found=1
        fi
        result+="$line"$'\n'
    done <"$file"
    if [ -z "$found" ]; then
        result+="$variable=\"$value\""$'\n'
    fi
    printf '%s' "$result" >"$file"
}

# baseQuoteFile FILE: put the values of NAME=VALUE lines into single quotes
function baseQuoteFile {
    local file=$1 line name value result=""
    while IFS= read -r line || [ -n "$line" ]; do
        if [[ $line =~ ^([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]]; then
            name=${BASH_REMATCH[1]}
            value=${BASH_REMATCH[2]}
            value=${value#[\"\']}
            value=${value%[\"\']}
            line="$name='${value//\'/\'\\\'\'}'"
        fi
        result+="$line"$'\n'
    done <"$file"
    printf '%s' "$result" >"$file"
}

# the day of the build; of SOURCE_DATE_EPOCH when it is set
function baseSetupBuildDay {
    local day
    day=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%Y%m%d)
    echo "build_day=$day" >/build_day
}

# what a Vagrant box needs: the well-known user key, sshd, sudo, /vagrant
function baseVagrantSetup {
    local key="ssh-rsa AAAAB3NzaC1yc2EAAAABIwAAAQEA6NF8iallvQVp22WDkTkyrtvp9eWW6A8YVr+kz4TjGYe7gHzIw+niNltGEFHzD8+v1I2YJ6oXevct1YeS0o9HZyN1Q9qgCgzUFtdOKLv6IedplqoPkcmF0aYet2PkEDo3MlTBckFXPITAMzF8dJSIFo9D8HfdOV0IAdx4O7PtixWKn5y2hMNG0zQPyUecp4pzC6kivAIhyfHilFR61RGL+GPXQ2MWZWFYbAGjyiYJnAmCP3NOTd0jMZEnDkbUvxhMmBYSdETk1rRgm+R4LOzFUGaHqHDLKLX+FIPKcF96hrucXzcWyLbIbEgE98OHlnVYCzRdK8jlqm8tehUc9c9WhQ== vagrant insecure public key"
    mkdir -p /home/vagrant/.ssh
    chmod 0700 /home/vagrant/.ssh
    echo "$key" >/home/vagrant/.ssh/authorized_keys
    chmod 0600 /home/vagrant/.ssh/authorized_keys
    chown -R vagrant:vagrant /home/vagrant/.ssh
    mkdir -p /vagrant
    chown -R vagrant:vagrant /vagrant
    if [ -d /etc/ssh/sshd_config.d ]; then
        printf 'UseDNS no\nGSSAPIAuthentication no\n' >/etc/ssh/sshd_config.d/10-vagrant.conf
    elif [ -f /etc/ssh/sshd_config ]; then
        printf 'UseDNS no\nGSSAPIAuthentication no\n' >>/etc/ssh/sshd_config
    fi
    mkdir -p /etc/sudoers.d
    echo "vagrant ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/vagrant
    chmod 0440 /etc/sudoers.d/vagrant
    baseInsertService sshd
    baseInsertService ssh
}

# containers inside of builds: the storage driver and cgroup manager that work there
function setupContainerRuntime {
    mkdir -p /etc/containers
    printf '[storage]\ndriver = "vfs"\nrunroot = "/run/containers/storage"\ngraphroot = "/var/lib/containers/storage"\n' \
        >/etc/containers/storage.conf
    printf '[engine]\ncgroup_manager = "cgroupfs"\n' >/etc/containers/containers.conf
}

function mountProc {
    if [ ! -e /proc/cmdline ]; then
        mount -t proc proc /proc
    fi
}

function mountCgroups {
    mount -t tmpfs cgroup_root /sys/fs/cgroup
    local controller
    for controller in cpu cpuacct devices memory blkio freezer pids; do
        mkdir -p "/sys/fs/cgroup/$controller"
        mount -t cgroup "$controller" -o "$controller" "/sys/fs/cgroup/$controller"
    done
}

function umountCgroups {
    umount -R /sys/fs/cgroup
}

# --- making it smaller ----------------------------------------------------

# baseStripAndKeep NAMES: remove files given on stdin whose names are not in the list
function baseStripAndKeep {
    local keep=" $* " file
    while IFS= read -r file; do
        if [[ $keep != *" ${file##*/} "* ]]; then
            Rm -rf "$file"
        fi
    done
}

# baseStripLocales NAMES: remove all other locales
function baseStripLocales {
    find /usr/lib/locale -mindepth 1 -maxdepth 1 -type d 2>/dev/null | baseStripAndKeep "$@"
}

# baseStripTranslations NAMES: remove all other message catalogues
function baseStripTranslations {
    local keep=" $* " file
    find /usr/share/locale -name '*.mo' 2>/dev/null | while IFS= read -r file; do
        if [[ $keep != *" ${file##*/} "* ]]; then
            Rm -f "$file"
        fi
    done
}

# baseStripTools FOLDER NAMES: remove all other files of a folder
function baseStripTools {
    local folder=$1
    shift
    find "$folder" -mindepth 1 -maxdepth 1 ! -type d 2>/dev/null | baseStripAndKeep "$@"
}

# baseStripUnusedLibs [NAMES]: remove shared libraries that no program needs
function baseStripUnusedLibs {
    local keep=" $* " file library used
    used=$(find /bin/ /sbin/ /usr/bin/ /usr/sbin/ /usr/lib/systemd/ /lib/systemd/ /usr/lib/udev/ \
        -type f -perm /111 2>/dev/null |
        while IFS= read -r file; do
            ldd "$file" 2>/dev/null
        done | sed -n 's@.*=> \(/[^ ]*\).*@\1@p;s@^[[:space:]]*\(/[^ ]*\) (.*@\1@p' | sort -u |
        while IFS= read -r library; do
            readlink -f "$library"
        done | sort -u)
    find /lib/ /lib64/ /usr/lib/ /usr/lib64/ -maxdepth 2 -type f -name '*.so*' 2>/dev/null | sort -u |
        while IFS= read -r file; do
            library=$(readlink -f "$file")
            case ${library##*/} in
                ld-* | libnss_* | libnsl* | libgcc_s* | pam_*) continue ;;
            esac
            if ! grep -qxF -- "$library" <<<"$used" && [[ $keep != *" ${library##*/} "* ]]; then
                Rm -f "$file"
            fi
        done
    find /lib/ /lib64/ /usr/lib/ /usr/lib64/ -maxdepth 2 -xtype l -name '*.so*' -delete 2>/dev/null
    return 0
}

# baseStripFirmware: keep only firmware that a kernel module names, and licences
function baseStripFirmware {
    local base=/lib/firmware wanted file name
    wanted=$(find /lib/modules -name '*.ko*' 2>/dev/null | while IFS= read -r file; do
        modinfo -F firmware "$file" 2>/dev/null
    done | sort -u)
    find "$base/" ! -type d 2>/dev/null | while IFS= read -r file; do
        name=${file#"$base"/}
        case ${name##*/} in
            LICENSE* | LICENCE* | *.txt) continue ;;
        esac
        name=${name%.xz}
        name=${name%.zst}
        if ! grep -qxF -- "$name" <<<"$wanted"; then
            Rm -f "$file"
        fi
    done
    find "$base/" -xtype l -delete 2>/dev/null
    find "$base/" -mindepth 1 -type d -empty -delete 2>/dev/null
    return 0
}

# baseStripModules: drop modules that have a newer version below updates/
function baseStripModules {
    local tree module name
    for tree in /lib/modules/*; do
        [ -d "$tree/updates" ] || continue
        find "$tree/updates" -name '*.ko*' | while IFS= read -r module; do
            name=${module##*/}
            name=${name%%.ko*}
            find "$tree/kernel" \( -name "$name.ko" -o -name "$name.ko.*" \) -delete 2>/dev/null
        done
    done
    baseUpdateModuleDependencies
}

# dracut takes what it needs from the tree, and a boot image is stripped by Kiwi after its scripts: in both cases
# there is nothing to be done here
function kiwiStripsItself {
    case ${kiwi_initrd_system:-} in
        dracut | kiwi) return 0 ;;
    esac
    return 1
}

function baseStripKernel {
    if kiwiStripsItself; then
        return 0
    fi
    baseStripKernelModules
    baseUpdateModuleDependencies
}
function suseStripKernel { baseStripKernel "$@"; }

# keep modules named by kiwi_drivers, whatever they depend on, and those named on the command line
function baseStripKernelModules {
    local tree=/kernel-tree
    baseCreateKernelTree
    baseSyncKernelTree
    baseFixupKernelModuleDependencies
    rm -rf "$tree"
}

function baseCreateKernelTree {
    mkdir -p /kernel-tree
    cp -a /lib/modules/. /kernel-tree/
}

# baseKernelDriverMatches PATH: whether a module belongs to the drivers of the description
function baseKernelDriverMatches {
    local wanted=${kiwi_drivers:-} driver
    [ -n "$wanted" ] || return 0
    local IFS=,
    for driver in $wanted; do
        # a driver may be written as a pattern, for example drivers/net/*
        # shellcheck disable=SC2053
        if [[ $1 == */$driver || $1 == */$driver.* || ${1##*/} == $driver ]]; then
            return 0
        fi
    done
    return 1
}

function baseSyncKernelTree {
    local module
    find /lib/modules -name '*.ko*' | while IFS= read -r module; do
        baseKernelDriverMatches "$module" || rm -f "$module"
    done
}

function baseFixupKernelModuleDependencies {
    local release module dependency source
    for release in /lib/modules/*; do
        find "$release" -name '*.ko*' | while IFS= read -r module; do
            for dependency in $(modinfo -F depends "$module" 2>/dev/null | tr ',' ' '); do
                if [ -z "$(find "$release" -name "$dependency.ko*" -print -quit)" ]; then
                    source=$(find "/kernel-tree/${release##*/}" -name "$dependency.ko*" -print -quit)
                    [ -n "$source" ] || continue
                    mkdir -p "$release/$(dirname "${source#/kernel-tree/"${release##*/}"/}")"
                    cp -a "$source" "$release/${source#/kernel-tree/"${release##*/}"/}"
                fi
            done
        done
    done
}

function baseUpdateModuleDependencies {
    local tree
    for tree in /lib/modules/*; do
        if [ -d "$tree/kernel" ]; then
            depmod "${tree##*/}"
        fi
    done
}

# tools and libraries of a KIWI initrd; a dracut initrd takes only what it needs
function baseStripInitrd {
    if kiwiStripsItself; then
        return 0
    fi
    local folder
    for folder in /bin /sbin /usr/bin /usr/sbin; do
        # shellcheck disable=SC2086
        baseStripTools "$folder" ${kiwi_strip_tools:-}
    done
    # shellcheck disable=SC2086
    baseStripUnusedLibs ${kiwi_strip_libs:-}
    local path
    for path in ${kiwi_strip_delete:-}; do
        rm -rf "$path"
    done
}
function suseStripInitrd { baseStripInitrd "$@"; }

# --- SUSE -----------------------------------------------------------------

# /etc/products.d/baseproduct points at the product's file
function suseSetupProduct {
    local file
    [ -d /etc/products.d ] || return 0
    for file in /etc/products.d/*.prod; do
        if [ -f "$file" ] && [ ! -e /etc/products.d/baseproduct ]; then
            ln -sf "${file##*/}" /etc/products.d/baseproduct
        fi
    done
}

function suseImportBuildKey {
    local key
    for key in /usr/lib/rpm/gnupg/keys/*.asc; do
        if [ -f "$key" ]; then
            rpm --import "$key" 2>/dev/null || true
        fi
    done
}

# --- functions that are gone ----------------------------------------------

function kiwiGone {
    echo "$1 is no longer a function of KIWI: remove it from the script${2:+; $2}" >&2
    exit 1
}

function baseCleanMount { kiwiGone "${FUNCNAME[0]}" "mounts are undone by themselves"; }
function baseMount { kiwiGone "${FUNCNAME[0]}" "file systems are mounted already"; }
function suseActivateDefaultServices { kiwiGone "${FUNCNAME[0]}" "call baseInsertService for each service"; }
function baseSetupUserPermissions { kiwiGone "${FUNCNAME[0]}" "homes belong to their users already"; }
function suseConfig { kiwiGone "${FUNCNAME[0]}" "write the settings into <preferences>"; }
function baseGetPackagesForDeletion { kiwiGone "${FUNCNAME[0]}" "use <packages type=\"delete\"> or \$kiwi_delete"; }
function baseGetProfilesUsed { kiwiGone "${FUNCNAME[0]}" "use \$kiwi_profiles"; }
function baseStripMans { kiwiGone "${FUNCNAME[0]}" "use <rpm-excludedocs>"; }
function baseStripDocs { kiwiGone "${FUNCNAME[0]}" "use <rpm-excludedocs>"; }
function baseStripInfos { kiwiGone "${FUNCNAME[0]}" "use <rpm-excludedocs>"; }
function Rpm { kiwiGone "${FUNCNAME[0]}" "call rpm"; }
function rhelStripInitrd { kiwiGone "${FUNCNAME[0]}" "call baseStripInitrd"; }
function debianStripInitrd { kiwiGone "${FUNCNAME[0]}" "call baseStripInitrd"; }
function rhelStripKernel { kiwiGone "${FUNCNAME[0]}" "call baseStripKernel"; }
function debianStripKernel { kiwiGone "${FUNCNAME[0]}" "call baseStripKernel"; }
function rhelSplashToGrub { kiwiGone "${FUNCNAME[0]}"; }
function suseSetupProductInformation { kiwiGone "${FUNCNAME[0]}" "call suseSetupProduct"; }
function baseCleanup { kiwiGone "${FUNCNAME[0]}"; }
function suseCleanup { kiwiGone "${FUNCNAME[0]}"; }
function suseRemoveYaST { kiwiGone "${FUNCNAME[0]}" "use <packages type=\"uninstall\">"; }
