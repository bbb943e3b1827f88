#!/bin/bash
# As boot descriptions of KIWI do: the program strips the tree after this script.
set -e
# shellcheck source=/dev/null
. /.kconfig
# shellcheck source=/dev/null
. /.profile
suseStripKernel
suseStripInitrd
echo "${kiwi_iname:?}" >/etc/system-name
mkdir /etc/deleted
