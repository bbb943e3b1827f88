#!/bin/sh
# pre-mount hook, sourced by dracut, after the installation.

# shellcheck disable=SC2154 # root: set by dracut
case $root in
    install:*) [ -e /run/kiwi/install.done ] || /sbin/kiwi-dump-reboot ;;
esac
