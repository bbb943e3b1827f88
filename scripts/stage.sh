#!/bin/bash
# stage.sh PROGRAM: puts the program, its boot code, the examples and the boot tests where the
# ordinary user can use them, and prints "USER FOLDER". The checkout may be unreadable for him.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=${1:?usage: stage.sh PROGRAM}
user=$("$here/ordinary-user.sh")
home=$(getent passwd "$user" | cut -d: -f6)
stage=${KIWI_STAGE:-$home/kiwi-stage}

rm -rf "${stage:?}/bin" "$stage/share" "$stage/tests"
mkdir -p "$stage/tests"
PREFIX=$stage DESTDIR='' "$here/install.sh" "$program"
cp -r --no-preserve=ownership "$here/../Tests/BootTests/." "$stage/tests/"
cp "$here"/*.sh "$stage/tests/"
if [ "$(id -u)" -eq 0 ]; then
    # Not what an earlier run kept: trees have many owners.
    chown "$user:" "$stage"
    chown -R "$user:" "$stage"/{bin,share,tests}
fi
echo "$user $stage"
