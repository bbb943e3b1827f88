#!/bin/sh
# initqueue/settled hook, sourced by dracut in every pass.

if [ -f /etc/veritytab ] || [ -n "$(getarg verityroot=)" ]; then
    /sbin/kiwi-verity
fi
