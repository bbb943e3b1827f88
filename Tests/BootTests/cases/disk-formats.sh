# shellcheck shell=bash disable=SC2154 # kiwi, stage, work, media: set by scripts/boot-tests.sh
# The other formats of a disk.

# A disk as VMDK boots, is made larger together with its VMDK, and boots again.
test_disk_formats() {
    local target=$media/disk-vmdk file bytes=$((4 << 30))
    fresh "$target"
    as_user "$kiwi" --profile bios system build --description "$stage/tests/disk" --target-dir "$target" \
        --set-type-attr format=vmdk || fail "building the disk ended with $?"
    file=$(as_user "$kiwi" result list --target-dir "$target" | sed -n 's,^--> disk_format_image: ,,p')
    [ -f "${file%.vmdk}.vmx" ] || fail "there are no settings for VMware"
    boot "$file"
    expect_code 0 as_user "$kiwi" image resize --target-dir "$target" --size "$bytes"
    [ "$(stat -c %s "${file%.vmdk}.raw")" -eq "$bytes" ] || fail "the raw disk has not grown"
    qemu-img compare "$file" "${file%.vmdk}.raw" || fail "the VMDK is not the disk"
    boot "$file"
    as_user rm -rf "$target"
}
