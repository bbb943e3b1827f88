#!/bin/bash
# Runs inside the root tree after the packages and files are in place.
set -e
# A container and an archive have no systemd.
if [ -x /usr/bin/systemctl ]; then
    systemctl enable kiwi-selftest.service
    # Waiting for a network that test machines do not have would count as a failed unit.
    systemctl mask systemd-networkd-wait-online.service
fi
