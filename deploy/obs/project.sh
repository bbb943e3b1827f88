#!/bin/bash
# project.sh FOLDER base PROJECT PACKAGES CONFIG: a project whose repository "standard" has the packages of a folder (see
# packages.sh), with the project configuration CONFIG.
# project.sh FOLDER images PROJECT BASE: a project whose repository "images" builds with the repository of project BASE.
set -euo pipefail
usage='usage: project.sh FOLDER base PROJECT PACKAGES CONFIG | project.sh FOLDER images PROJECT BASE'
site=$(realpath "${1:?$usage}")
kind=${2:?$usage}
project=${3:?$usage}
from=${4:?$usage}
server=http://127.0.0.1:$(cat "$site/port")
send() { curl --noproxy '*' -fsS -o "$site/run/answer" "$@"; }
# as_server COMMAND...: as the user of the servers.
user=$(cat "$site/user")
as_server() { ${user:+runuser -u "$user" --} "$@"; }

case $kind in
    base)
        send -T - "$server/source/$project/_meta?user=$(id -un)" <<END
<project name="$project"><title>$project</title><description/>
  <repository name="standard"><arch>x86_64</arch></repository>
</project>
END
        send -T "${5:?$usage}" "$server/source/$project/_config?user=$(id -un)"
        # What is in :full counts as built by the project itself.
        full=$site/bs/build/$project/standard/x86_64/:full
        as_server mkdir -p "$full"
        for file in "$from"/*.deb; do
            name=$(dpkg-deb -f "$file" Package)
            cp --reflink=auto "$file" "$full/$name.deb"
        done
        [ -z "$user" ] || chown -R "$user:" "$full"
        as_server "$site/server/bs_admin" --rescan-repository "$project" standard x86_64
        ;;
    images)
        send -T - "$server/source/$project/_meta?user=$(id -un)" <<END
<project name="$project"><title>$project</title><description/>
  <repository name="images"><path project="$from" repository="standard"/><arch>x86_64</arch></repository>
</project>
END
        printf 'Type: kiwi\n' | send -T - "$server/source/$project/_config?user=$(id -un)"
        ;;
    *)
        echo "$usage" >&2
        exit 2
        ;;
esac
