#!/bin/sh
# pre-trigger hook, sourced by dracut: drivers are loaded from now on.

/sbin/kiwi-hook preprobe
