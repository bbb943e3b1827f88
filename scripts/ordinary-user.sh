#!/bin/bash
# ordinary-user.sh: prints the name of the user for rootless builds: the caller, or for root
# the user kiwi-demo, which is made when it is missing, with a range of subordinate ids.
set -euo pipefail

if [ "$(id -u)" -ne 0 ]; then
    id -un
    exit 0
fi
user=kiwi-demo
if ! id "$user" >/dev/null 2>&1; then
    useradd --create-home --shell /bin/bash "$user" >&2
fi

# The first free range of 65536 ids behind all ranges of a file.
next_range() {
    local start=100000 first count
    while IFS=: read -r _ first count; do
        [ -n "${count:-}" ] || continue
        [ $((first + count)) -gt "$start" ] && start=$((first + count))
    done <"$1"
    echo "$start-$((start + 65535))"
}
touch /etc/subuid /etc/subgid
if ! grep -q "^$user:" /etc/subuid; then usermod --add-subuids "$(next_range /etc/subuid)" "$user"; fi
if ! grep -q "^$user:" /etc/subgid; then usermod --add-subgids "$(next_range /etc/subgid)" "$user"; fi
echo "$user"
