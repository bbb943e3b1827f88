#!/bin/bash
# deps.sh [PURPOSE...]: installs the Debian packages for these purposes (all when none is
# named). Does nothing when they are there; without root prints the one line to run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
wanted=${*:-build run test}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "deps: no Debian packages on this machine; 'kiwi doctor' says what is missing" >&2
    exit 0
fi

missing=()
while read -r package purposes; do
    case $package in '' | '#'*) continue ;; esac
    for purpose in $wanted; do
        case ",$purposes," in *",$purpose,"*) ;; *) continue ;; esac
        # shellcheck disable=SC2016 # dpkg expands it
        state=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)
        case $state in ii*) ;; *) missing+=("$package") ;; esac
        break
    done
done <"$here/packages.txt"
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "These Debian packages are missing. Run:" >&2
    echo "    sudo apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
fi
echo "deps: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install --yes --no-install-recommends "${missing[@]}" >/dev/null
