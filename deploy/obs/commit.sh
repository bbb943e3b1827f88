#!/bin/bash
# commit.sh FOLDER PROJECT PACKAGE SOURCES: commits the files of SOURCES to a package of the service in FOLDER, over HTTP.
# The package is made when it is not there; the project must be.
set -euo pipefail
usage='usage: commit.sh FOLDER PROJECT PACKAGE SOURCES'
site=${1:?$usage}
project=${2:?$usage}
package=${3:?$usage}
sources=${4:?$usage}
server=http://127.0.0.1:$(cat "$site/port")
send() { curl --noproxy '*' -fsS -o "$site/run/answer" "$@"; }

send -T - "$server/source/$project/$package/_meta?user=$(id -un)" <<END
<package name="$package" project="$project"><title>$package</title><description/></package>
END
list=
for file in "$sources"/*; do
    [ -f "$file" ] || continue
    name=$(basename "$file")
    send -T "$file" "$server/source/$project/$package/$name?rev=repository"
    list="$list<entry name=\"$name\" md5=\"$(md5sum <"$file" | cut -d' ' -f1)\"/>"
done
send -X POST -H 'Content-Type: text/xml' --data-binary "<directory>$list</directory>" \
    "$server/source/$project/$package?cmd=commitfilelist&user=$(id -un)"
