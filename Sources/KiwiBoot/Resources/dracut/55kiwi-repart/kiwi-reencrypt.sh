#!/bin/bash
# A key of its own for every machine: the image's LUKS device is encrypted anew, once.
# Sourced by kiwi-repart.
#
#   subsystem kiwi-image-key   in the header: the key is still that of the image
#   /root/.root.keyfile        key that opens the root without a question
#   /root/.slotpass            the passphrase, where nobody types it because of that key

# What opens the device now: growing it needs that too, minutes after somebody typed it.
reencrypt_pass_file=/run/kiwi/luks.pass
trap 'rm -f "$reencrypt_pass_file"' EXIT

reencrypt_wanted() {
    getargbool 0 rd.kiwi.oem.luks.reencrypt || getargbool 0 rd.kiwi.oem.luks.reencrypt_randompass
}

# Has nobody encrypted it anew yet?
reencrypt_is_first() {
    cryptsetup luksDump "$1" | grep -q '^Subsystem:[[:space:]]*kiwi-image-key$'
}

# reencrypt_pass DEVICE FILE: what opens it.
reencrypt_pass() {
    local file
    for file in /root/.slotpass /root/.root.keyfile; do
        if [ -f $file ] && cryptsetup open --test-passphrase --key-file $file "$1" 2> /dev/null; then
            (umask 077 && cp $file "$2")
            return
        fi
    done
    (
        umask 077
        systemd-ask-password --keyname=cryptsetup --accept-cached --timeout=0 \
            "Passphrase for $1, to encrypt it anew:" | tr -d '\n' > "$2"
    )
}

# reencrypt DEVICE: in use; what a power cut interrupts the next boot finishes.
reencrypt() {
    local device=$1 pass=$reencrypt_pass_file new=/run/.kiwi_reencrypt.keyfile slot arguments=() line code
    reencrypt_wanted || return 0
    [ "$(kiwi_blkid "$device" TYPE)" = crypto_LUKS ] || return 0
    needs cryptsetup "$device" || return 0
    if cryptsetup luksDump "$device" | grep -q online-reencrypt; then
        arguments=(--resume-only)
    else
        reencrypt_is_first "$device" || return 0
    fi
    reencrypt_pass "$device" "$pass"
    # The other slots would keep a key that is none any more: one is left.
    slot=$(cryptsetup open --test-passphrase --verbose --key-file "$pass" "$device" 2>&1 | sed -n 's/^Key slot \([0-9]*\) unlocked.*/\1/p')
    if [ -z "$slot" ]; then
        say "$device is not encrypted anew: the passphrase does not open it"
        rm -f "$pass"
        return
    fi
    say "Encrypting $device with a new key, this takes a while"
    while read -r line; do
        [[ $line =~ ^Progress:\ *([0-9]+) ]] && say_progress "Encrypting $device: ${BASH_REMATCH[1]}%" > /dev/null
    done < <(
        cryptsetup reencrypt --batch-mode --progress-frequency 2 --key-file "$pass" --key-slot "$slot" \
            "${arguments[@]}" "$device" 2>&1 | tr '\r' '\n'
        echo "${PIPESTATUS[0]}" > /run/kiwi/luks.code
    )
    code=$(cat /run/kiwi/luks.code)
    if [ "$code" != 0 ]; then
        say "$device could not be encrypted anew (status $code)"
        rm -f "$pass"
        return
    fi
    cryptsetup config --subsystem '' "$device" || say "$device keeps the mark of the image's key"
    if getargbool 0 rd.kiwi.oem.luks.reencrypt_randompass; then
        (umask 0377 && LC_ALL=C tr -d -c 'A-Za-z0-9' < /dev/urandom | head -c 32 > $new)
        if cryptsetup luksChangeKey --batch-mode --key-file "$pass" --key-slot "$slot" "$device" $new; then
            say "The new passphrase of $device is in $new until the machine is switched off"
            cp $new /root/.slotpass
            (umask 077 && cp $new "$pass")
        else
            say "The passphrase of $device could not be changed"
        fi
    elif [ -f /root/.root.keyfile ] \
        && ! cryptsetup open --test-passphrase --key-file /root/.root.keyfile "$device" 2> /dev/null; then
        # Only the one slot has the new key.
        cryptsetup luksAddKey --batch-mode --key-file "$pass" "$device" /root/.root.keyfile \
            || say "The key file of $device could not be added again"
    fi
}
