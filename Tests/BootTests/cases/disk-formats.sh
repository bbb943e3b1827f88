# shellcheck shell=bash disable=SC2154 # kiwi, stage, work, media: set by scripts/boot-tests.sh
# The other formats of a disk.

# A disk as VMDK boots, is made larger together with its VMDK, and boots again.
test_disk_formats() {
    local target=$media/disk-vmdk file bytes=$((4 << 30))
    fresh "$target"
    as_user "$kiwi" --profile bios system build --description "$stage/tests/disk" --target-dir "$target" \
        --set-type-attr format=vmdk || fail "building the disk ended with $?"
    file=$(result "$target" disk_format_image)
    [ -f "${file%.vmdk}.vmx" ] || fail "there are no settings for VMware"
    boot "$file"
    expect_code 0 as_user "$kiwi" image resize --target-dir "$target" --size "$bytes"
    [ "$(stat -c %s "${file%.vmdk}.raw")" -eq "$bytes" ] || fail "the raw disk has not grown"
    qemu-img compare "$file" "${file%.vmdk}.raw" || fail "the VMDK is not the disk"
    boot "$file"
    # The same disk in another format, from its raw disk.
    as_user "$kiwi" --profile bios system build --description "$stage/tests/disk" --target-dir "$target" \
        --set-type-attr format=vhdx || fail "building the disk ended with $?"
    file=$(result "$target" disk_format_image)
    boot "$file"
    as_user rm -rf "$target"
}
