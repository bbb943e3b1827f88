#!/bin/bash
# Changes of every kind to what the base has.
set -euo pipefail
cd /srv/awkward
rm 'with blank' $'new\nline' $'not\xff\xfeutf8'
rm -r secret
ln first fourth
chmod 600 owned
echo more >>accessible
rm -r other
echo 'a file now' >other
rm link
mkdir link
echo inside >link/file
touch -d @1500000000 empty
setcap -r capable
echo new >new
