# shellcheck shell=bash disable=SC2154
# Builds in a virtual machine of Kiwi's own.

# in_own_box WORD...: kiwi with boxes of this test.
in_own_box() { as_user env XDG_DATA_HOME="$work/box-data" "$kiwi" "$@"; }

# machines: whether a virtual machine of the box runs.
machines() { pgrep -f "$work/box-data/kiwi/boxes" >/dev/null; }

test_box() {
    local folder=$work/box-build own=$work/box-build/description/debian-container
    fresh "$folder/out"
    fresh "$folder/plain"
    as_user rm -rf "$folder" "$work/box-data"
    as_user mkdir -p "$folder/description"
    as_user env -C "$folder/description" "$kiwi" init debian-container || fail "init ended with $?"
    expect_code 2 in_own_box system boxbuild -- --description "$own" --target-dir "$folder/out"
    says "make it with 'kiwi box create'"
    in_own_box box create || fail "the box: $?"
    in_own_box box list | grep -q '^debian  *x86_64' || fail "the list of boxes"
    # What is wrong with a description is said here, before a machine is started.
    as_user cp -r "$own" "$folder/wrong"
    as_user sed -i 's,<packages type="image">,<packages type="imagine">,' "$folder/wrong/config.xml"
    expect_code 3 in_own_box system boxbuild -- --description "$folder/wrong" --target-dir "$folder/out"
    says "$folder/wrong/config.xml:"
    # A signal ends the machine, and nothing is left.
    expect_code 130 timeout --preserve-status --signal INT 25 "$stage/tests/as-user.sh" "$user" env XDG_DATA_HOME="$work/box-data" "$kiwi" \
        system boxbuild -- --description "$own" --target-dir "$folder/out"
    sleep 3
    ! machines || fail "the machine runs on"
    [ -z "$(find "$folder/out" -name '.kiwi-*')" ] || fail "something is left: $(find "$folder/out" -name '.kiwi-*')"
    in_own_box --type oci system boxbuild --box-memory 2G kiwi --description "$own" --target-dir "$folder/out" ||
        fail "the build in the box ended with $?"
    ! machines || fail "the machine runs on"
    [ -z "$(find "$folder/out" -name '.kiwi-*')" ] || fail "something is left"
    [ "$(stat -c %U "$(result "$folder/out" container)")" = "$user" ] || fail "the owner of the result"
    as_user "$kiwi" --type oci system build --description "$own" --target-dir "$folder/plain" || fail "the plain build: $?"
    [ "$(checksum "$(result "$folder/out" container)")" = "$(checksum "$(result "$folder/plain" container)")" ] ||
        fail "the box makes other bits"
    in_own_box box remove debian || fail "remove: $?"
    [ ! -e "$work/box-data/kiwi/boxes/debian" ] || fail "the box is still there"
    fresh "$folder/plain"
}
