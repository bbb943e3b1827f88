#!/bin/bash
# A boot loader that the description brings itself: editbootconfig runs in the folder of the root tree before its
# content goes to the disk, and what stands in boot/efi becomes the EFI partition.
set -e
kernel=$(basename boot/vmlinuz-*)
mkdir -p boot/efi/EFI/BOOT boot/efi/loader/entries
cp usr/lib/systemd/boot/efi/systemd-bootx64.efi boot/efi/EFI/BOOT/BOOTX64.EFI
cp "boot/$kernel" boot/efi/vmlinuz
cp "boot/initrd.img-${kernel#vmlinuz-}" boot/efi/initrd
cat >boot/efi/loader/entries/own.conf <<END
title Own
options root=LABEL=SYSTEM console=ttyS0,115200 systemd.show_status=1 selftest.root=ext4 selftest.mounts=/boot/efi:vfat
linux /vmlinuz
initrd /initrd
END
