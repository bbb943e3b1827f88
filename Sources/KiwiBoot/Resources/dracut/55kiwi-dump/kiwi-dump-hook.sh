#!/bin/sh
# pre-mount hook, sourced by dracut.

# shellcheck disable=SC2154 # root: set by dracut
case $root in
    install:*) [ -e /run/kiwi/install.target ] || /sbin/kiwi-dump ;;
esac
