#!/bin/bash
# Runs inside the image's root tree after the packages and files are in place.
set -e

systemctl enable kiwi-demo-ready.service
systemctl enable systemd-networkd.service
