#!/bin/bash
# as-user.sh USER COMMAND...: runs a command as this user with a clean environment; proxy
# settings, terminal, SOURCE_DATE_EPOCH and KIWI_* stay.
set -euo pipefail
user=${1:?usage: as-user.sh USER COMMAND...}
shift
home=$(getent passwd "$user" | cut -d: -f6)
keep=()
while IFS='=' read -r -d '' name value; do
    case $name in
        KIWI_* | SOURCE_DATE_EPOCH | TERM | NO_COLOR | LANG | *_proxy | *_PROXY) keep+=("$name=$value") ;;
    esac
done < <(env -0)
clean=(env -i "HOME=$home" "USER=$user" "LOGNAME=$user" PATH=/usr/local/bin:/usr/bin:/bin "${keep[@]}")
cd "$home"
if [ "$(id -un)" = "$user" ]; then exec "${clean[@]}" "$@"; fi
exec runuser -u "$user" -- "${clean[@]}" "$@"
