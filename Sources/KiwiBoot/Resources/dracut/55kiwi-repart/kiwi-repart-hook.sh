#!/bin/sh
# pre-mount hook, sourced by dracut: grow the last partition before the root is
# mounted. dracut's variable names the root device by now.

# shellcheck disable=SC2154 # set by dracut
case $root in
    block:*) /sbin/kiwi-repart "${root#block:}" ;;
    /dev/*) /sbin/kiwi-repart "$root" ;;
    # install:*, live:*, network: nothing of ours to grow
esac
