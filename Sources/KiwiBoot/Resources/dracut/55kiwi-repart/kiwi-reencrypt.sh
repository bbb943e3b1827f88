#!/bin/bash
# A key of its own for every machine: the image's LUKS device is encrypted anew, once.
# Sourced by kiwi-repart.
#
#   /root/.luks.header   checksum of the image's LUKS header: still that one?
#   /root/.luks.slot     number of the key slot, /root/.slotpass its passphrase
#   /root/.root.keyfile  second key, which opens the root without a question

reencrypt_wanted() {
    getargbool 0 rd.kiwi.oem.luks.reencrypt || getargbool 0 rd.kiwi.oem.luks.reencrypt_randompass
}

# Has nobody encrypted it anew yet?
reencrypt_is_first() {
    local wanted tool=sha256sum backup=/run/kiwi/luks.header
    read -r wanted _ < /root/.luks.header || return 1
    [ ${#wanted} = 128 ] && tool=sha512sum
    rm -f $backup
    cryptsetup luksHeaderBackup --batch-mode --header-backup-file $backup "$1" || return 1
    [ "$($tool < $backup | cut -d' ' -f1)" = "$wanted" ]
}

# reencrypt DEVICE: in use; what a power cut interrupts the next boot finishes.
reencrypt() {
    local device=$1 pass=/run/kiwi/luks.pass new=/run/.kiwi_reencrypt.keyfile slot arguments=() line code
    reencrypt_wanted || return 0
    [ "$(kiwi_blkid "$device" TYPE)" = crypto_LUKS ] || return 0
    needs cryptsetup "$device" || return 0
    if ! cryptsetup luksDump "$device" | grep -q online-reencrypt; then
        if [ ! -f /root/.luks.header ]; then
            say "Not encrypted anew: this initrd has no /root/.luks.header"
            return
        fi
        reencrypt_is_first "$device" || return 0
    fi
    slot=$(cat /root/.luks.slot 2> /dev/null)
    slot=${slot:-0}
    if [ -f /root/.slotpass ]; then
        cp /root/.slotpass $pass
    else
        systemd-ask-password --keyname=cryptsetup --accept-cached --timeout=0 \
            "Passphrase for $device, to encrypt it anew:" | tr -d '\n' > $pass
    fi
    if cryptsetup luksDump "$device" | grep -q online-reencrypt; then
        arguments=(--resume-only)
    fi
    say "Encrypting $device with a new key, this takes a while"
    while read -r line; do
        [[ $line =~ ^Progress:\ *([0-9]+) ]] && say_progress "Encrypting $device: ${BASH_REMATCH[1]}%" > /dev/null
    done < <(
        cryptsetup reencrypt --batch-mode --progress-frequency 2 --key-file $pass --key-slot "$slot" \
            "${arguments[@]}" "$device" 2>&1 | tr '\r' '\n'
        echo "${PIPESTATUS[0]}" > /run/kiwi/luks.code
    )
    code=$(cat /run/kiwi/luks.code)
    if [ "$code" != 0 ]; then
        say "$device could not be encrypted anew (status $code)"
        rm -f $pass
        return
    fi
    if getargbool 0 rd.kiwi.oem.luks.reencrypt_randompass; then
        (umask 0377 && LC_ALL=C tr -d -c 'A-Za-z0-9' < /dev/urandom | head -c 32 > $new)
        if cryptsetup luksChangeKey --batch-mode --key-file $pass --key-slot "$slot" "$device" $new; then
            say "The new passphrase of $device is in $new until the machine is switched off"
            cp $new /root/.slotpass
        else
            say "The passphrase of $device could not be changed"
        fi
    elif [ -f /root/.root.keyfile ] \
        && ! cryptsetup open --test-passphrase --key-file /root/.root.keyfile "$device" 2> /dev/null; then
        # Only the one slot has the new key.
        cryptsetup luksAddKey --batch-mode --key-file $pass "$device" /root/.root.keyfile \
            || say "The key file of $device could not be added again"
    fi
    rm -f $pass
}
