#!/bin/bash
# shellcheck disable=SC1091 # of the tree
test -f /.kconfig && . /.kconfig
# shellcheck disable=SC1091
test -f /.profile && . /.profile
# shellcheck disable=SC2154 # from /.profile
echo "Configure image: [$name]..."
echo "$name" >/etc/former-name
printf 'config.sh' >/etc/former-scripts
systemctl enable former-selftest.service
systemctl mask systemd-networkd-wait-online.service
exit 0
