#!/bin/sh
# pre-mount hook, sourced by dracut: do what the configuration says.

# shellcheck disable=SC2154 # root: set by dracut
case $root in
    netboot:) /sbin/kiwi-netboot ;;
esac
