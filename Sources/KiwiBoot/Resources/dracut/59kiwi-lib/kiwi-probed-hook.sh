#!/bin/sh
# initqueue/settled hook, sourced by dracut: all drivers of devices seen so far are loaded.

if [ -f /kiwi-hooks/postprobe.sh ] || [ -f /lib/kiwi/hooks/postprobe.sh ]; then
    [ -e /run/kiwi/hook.postprobe ] || /sbin/kiwi-hook postprobe
fi
