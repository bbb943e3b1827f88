#!/bin/bash
# kiwi-ng.sh install|prime|run: real kiwi-ng 11.1.6 on the benchmark's description, as root.
# 'install' installs it, 'prime' fills its package cache too, 'run' takes one sample of prepare and one of
# create. Called by 'run', which sets BENCH_*.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC1091 # checked by itself
. "$here/lib.sh"
version=11.1.6
base=$BENCH_WORK/kiwi-ng
tools=(kpartx parted isomd5sum rsync gdisk time)

kiwi_ng() {
    "$base/venv/bin/kiwi-ng" --logfile "$base/last.log" --shared-cache-dir "$base/cache" "$@"
}

prepare() {
    kiwi_ng system prepare --description "$base/description" --root "$base/root" \
        --signing-key /usr/share/keyrings/debian-archive-keyring.gpg
}

create() { kiwi_ng system create --root "$base/root" --target-dir "$base/result"; }

forget_tree() {
    # A build that was stopped may have left mounts below its tree.
    if grep -q " $base/root" /proc/self/mounts; then
        awk -v root="$base/root" 'index($2, root) == 1 { print $2 }' /proc/self/mounts | tac | xargs -r umount -l
    fi
    rm -rf --one-file-system "$base/root" "$base/result"
}

install_program() {
    mkdir -p "$base"
    if [ ! -x "$base/venv/bin/kiwi-ng" ]; then
        python3 -m venv "$base/venv"
        "$base/venv/bin/pip" install --quiet --disable-pip-version-check "kiwi==$version"
    fi
}

case ${1:?usage: kiwi-ng.sh install|prime|run|prepare|create} in
    install) install_program ;;
    prime)
        mkdir -p "$base"
        missing=()
        for tool in "${tools[@]}"; do dpkg-query -W "$tool" >/dev/null 2>&1 || missing+=("$tool"); done
        if [ ${#missing[@]} -gt 0 ]; then
            DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "${missing[@]}" >/dev/null
        fi
        install_program
        description_with_url "$base/description"
        if [ ! -e "$base/primed" ]; then
            echo "bench: filling kiwi-ng's package cache" >&2
            forget_tree
            "$0" prepare >"$base/prime.log" 2>&1 || { tail -n 15 "$base/prime.log" >&2; exit 1; }
            : >"$base/primed"
        fi
        ;;
    run)
        python=$(readlink -f "$base/venv/bin/python3")
        forget_tree
        sample kiwi-ng prepare "$python" "$0" prepare
        sample kiwi-ng create "$python" "$0" create
        cp "$base/last.log" "$BENCH_WORK/logs/kiwi-ng.last.log"
        find "$base/result" -name '*.iso' -printf '%s\n' >"$BENCH_WORK/kiwi-ng.size"
        forget_tree
        ;;
    prepare) prepare ;;
    create) create ;;
    *) echo "kiwi-ng.sh: unknown command $1" >&2; exit 2 ;;
esac
