#!/bin/bash
# kiwi-parse-verity -p DEVICE [-o FIELD] [-b BLOCKSIZE] [-e BLOCK] [-v]: reads the
# description that an image build wrote at a device's end.
#
#   1 FSTYPE ro verity 0xFF HASHTYPE DATABLOCKSIZE HASHBLOCKSIZE DATABLOCKS
#   HASHSTARTBLOCK ALGORITHM ROOTHASH SALT 0xFF 0x00 [signature]
#
# Needs bash and coreutils only.

device='' field=root-hash block=4096 from_end=1 verbose=
while getopts p:o:b:e:v option; do
    case $option in
        p) device=$OPTARG ;;
        o) field=$OPTARG ;;
        b) block=$OPTARG ;;
        e) from_end=$OPTARG ;;
        v) verbose=1 ;;
        *) exit 2 ;;
    esac
done
if [ ! -r "$device" ] || [[ ! $block,$from_end =~ ^[0-9]{1,9},[0-9]{1,9}$ ]]; then
    echo "usage: kiwi-parse-verity -p DEVICE [-o FIELD] [-b BLOCKSIZE] [-e BLOCK] [-v]" >&2
    exit 2
fi
if [ -b "$device" ]; then
    size=$(blockdev --getsize64 "$device")
else
    size=$(stat -L -c %s "$device")
fi
at=$((size - block * from_end))
if [ $at -lt 0 ]; then
    echo "$device is smaller than the description" >&2
    exit 1
fi
# 0xFF and 0x00 end a part: one line each.
# shellcheck disable=SC2020
mapfile -t parts < <(dd if="$device" bs=4096 iflag=skip_bytes,count_bytes skip="$at" count=4096 status=none \
    | LC_ALL=C tr '\377\0' '\n\n' | head -n 2)
[ -z "$verbose" ] || printf '%s\n' "${parts[@]}" >&2
if [[ ! "${parts[0]}" =~ ^1\ [a-z0-9]+\ [a-z]+\ verity$ ]]; then
    echo "there is no description of dm-verity at the end of $device" >&2
    exit 1
fi
read -r version fs_type access identifier <<< "${parts[0]}"
read -r hash_type data_blocksize hash_blocksize data_blocks hash_start_block algorithm root_hash salt _ <<< "${parts[1]}"
if [[ ! "$hash_type $data_blocksize $hash_blocksize $data_blocks $hash_start_block" =~ ^[0-9]+(\ [0-9]+){4}$ ]] \
    || [[ ! $root_hash =~ ^[0-9a-f]+$ ]] || [[ ! $salt =~ ^[0-9a-f-]+$ ]] || [[ ! $algorithm =~ ^[a-z0-9-]+$ ]]; then
    echo "the description of dm-verity on $device is damaged" >&2
    exit 1
fi
case $field in
    version | fs-type | access | identifier | hash-type | data-blocksize | hash-blocksize | data-blocks \
        | hash-start-block | algorithm | root-hash | salt)
        field=${field//-/_}
        ;;
    *)
        echo "kiwi-parse-verity: there is no field '$field'" >&2
        exit 2
        ;;
esac
: "$version $fs_type $access $identifier"
echo "${!field}"
