#!/bin/bash
# packages.sh FOLDER KIWI.deb CONFIG RECIPE...: gathers in FOLDER what a build service without network needs: all
# packages of the build root that CONFIG describes, those of the images that the recipes describe, and Kiwi's own. They
# come from the archive of this machine, by its apt; what is there already is not fetched again.
set -euo pipefail
usage='usage: packages.sh FOLDER KIWI.deb CONFIG RECIPE...'
folder=${1:?$usage}
kiwi=${2:?$usage}
config=${3:?$usage}
shift 3
mkdir -p "$folder/partial"
folder=$(realpath "$folder")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: >"$work/status"

# Packages of a system on which nothing is installed.
fetch() {
    apt-get -q -y -o Dir::State::status="$work/status" -o Dir::Cache::archives="$folder" -o Dir::Cache::pkgcache= \
        -o Dir::Cache::srcpkgcache= -o Debug::NoLocking=1 -o APT::Sandbox::User=root install --download-only \
        --no-install-recommends -- "$@" >"$work/log" 2>&1 || {
        tail -n 20 "$work/log" >&2
        return 1
    }
}

essential=$(apt-cache dumpavail | awk '$1 == "Package:" { name = $2 } $1 == "Essential:" && $2 == "yes" { print name }')
{
    # A line of the configuration: KEY: NAME..., and of a substitution KEY: OLD NAME...
    sed -n 's/^\(Preinstall\|Required\): *//p; s/^Substitute: *[^ ]* *//p' "$config" | tr ' ' '\n'
    dpkg-deb -f "$kiwi" Depends | tr ',' '\n' | sed 's/^ *//; s/[ (|].*//'
    echo "$essential"
} | grep -v '^kiwi$' | sort -u | grep . >"$work/root"
sed -n 's/.*<package name="\([^"]*\)".*/\1/p' "$@" | sort -u >"$work/images"
mapfile -t names <"$work/root"
fetch "${names[@]}"
mapfile -t names < <(
    cat "$work/images"
    echo "$essential"
    echo apt
)
fetch "${names[@]}"
rmdir "$folder/partial" 2>/dev/null || true
cp "$kiwi" "$folder/kiwi.deb.new"
mv -f "$folder/kiwi.deb.new" "$folder/kiwi.deb"
