#!/bin/sh
# pre-udev hook, sourced by dracut: before the first device is looked at.

/sbin/kiwi-hook init
if [ -e /run/kiwi/network ]; then
    /sbin/kiwi-hook prenetwork
fi
# A shell on the second console, for those who look for the cause of something.
if getargbool 0 kiwidebug && [ -c /dev/tty2 ]; then
    setsid bash < /dev/tty2 > /dev/tty2 2>&1 &
fi
