#!/bin/bash
# Files whose names, links, attributes and kinds archives often lose.
set -euo pipefail
mkdir -p /srv/awkward/deep /srv/awkward/other
cd /srv/awkward
echo plain >'with blank'
echo newline >$'new\nline'
echo umlaut >'grün'
echo bytes >$'not\xff\xfeutf8'
echo long >"$(printf 'q%.0s' {1..255})"
deep=deep
for _ in {1..12}; do
    deep=$deep/$(printf 'd%.0s' {1..40})
done
mkdir -p "$deep"
echo deep >"$deep/file"
echo linked >first
ln first other/second
ln first deep/third
ln -s "$(printf 'target%.0s' {1..30})" link
ln -s ../../etc/hostname broken
truncate -s 64M sparse
echo end >>sparse
mkfifo pipe
install -m 4755 -o 1234 -g 70000 /bin/true owned
cp /bin/true capable
setcap cap_net_raw+ep capable
echo list >accessible
setfacl -m u:33:r,g:44:rw accessible
setfacl -d -m u:33:rx other
setfattr -n user.note -v 'a value' accessible
chmod 1777 other
touch -d @2000000000 future
touch -d @1 past
mkdir -p -m 0700 secret
: >empty
