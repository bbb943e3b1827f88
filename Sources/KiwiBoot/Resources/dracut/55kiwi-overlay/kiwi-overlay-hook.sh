#!/bin/sh
# pre-mount hook, sourced by dracut, after growing: prepare what /sysroot needs.

# shellcheck disable=SC2154 # root: set by dracut
case $(getarg root=) in
    overlay:*) /sbin/kiwi-overlay "${root#*:}" ;;
esac
