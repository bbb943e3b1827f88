#!/bin/bash
# The configuration of a netboot client. Sourced after kiwi-lib.sh. The file is parsed, never
# run: whoever can write to a server's folder must not be able to run commands here by it.
#
#   config_load FILE     reads and checks it; fails with config_reason
#   config_value KEY     its text, empty when it is not set
#   config_items KEY     one line "FIELD;FIELD;..." for each item, blanks around fields removed
#
# What keys there are and what their fields look like stands in config-keys.tsv.

# shellcheck disable=SC2034,SC2154 # set and used across these files
config_table=/lib/kiwi/config-keys.tsv
config_reason=
config_bytes=65536
declare -A config_set=() config_line=() config_patterns=() config_kinds=() config_fields=()

# ------------------------------------------------------------------- table

config_read_table() {
    local kind name value
    [ ${#config_kinds[@]} = 0 ] || return 0
    while IFS=$'\t' read -r kind name value _; do
        case $kind in
            '' | \#*) ;;
            field) config_patterns[$name]=$value ;;
            *)
                config_kinds[$name]=$kind
                config_fields[$name]=$value
                ;;
        esac
    done < "$config_table"
    [ ${#config_kinds[@]} != 0 ]
}

# The line of the table for KEY: itself or one with "*".
config_row() {
    local name
    if [ -n "${config_kinds[$1]-}" ]; then
        echo "$1"
        return 0
    fi
    for name in "${!config_kinds[@]}"; do
        [[ $name == \** && $1 == ?*"${name#\*}" ]] || continue
        echo "$name"
        return 0
    done
    return 1
}

# ------------------------------------------------------------------ reading

# config_text TEXT: sets config_word to what a shell would read as its value, without quotes,
# comments and backslashes. Status 1: a quote is open at the end.
config_text() {
    local text=$1 quote='' out='' i char
    local LC_ALL=C
    for ((i = 0; i < ${#text}; i++)); do
        char=${text:i:1}
        if [ "$char" = \\ ] && [ "$quote" != "'" ]; then
            # It stands for what follows it.
            i=$((i + 1))
            out+=${text:i:1}
            continue
        fi
        if [ -n "$quote" ]; then
            if [ "$char" = "$quote" ]; then
                quote=''
            else
                out+=$char
            fi
            continue
        fi
        case $char in
            \' | \") quote=$char ;;
            \#)
                case $out in
                    '' | *[[:blank:]]) break ;;
                esac
                out+=$char
                ;;
            *) out+=$char ;;
        esac
    done
    config_word=$(config_trim "$out")
    [ -z "$quote" ]
}

config_trim() {
    local text=$1
    text=${text#"${text%%[![:space:]]*}"}
    printf '%s' "${text%"${text##*[![:space:]]}"}"
}

# For messages: no control characters, bearable length.
config_shown() {
    local LC_ALL=C text=${1//[^[:print:]]/?}
    printf '%s' "${text:0:60}"
}

# config_wrong NAME LINE TEXT
config_wrong() {
    config_reason="$1 line $2: $3"
    return 1
}

# config_load FILE [NAME]: into config_set. Keys that are set already stay, when the file is one of
# several: clear config_set before the first.
config_load() {
    local file=$1 name=${2:-${1##*/}} line number=0 first key text more
    local -A seen=()
    config_read_table || { config_reason="$config_table is missing"; return 1; }
    if [ "$(stat -c %s "$file")" -gt $config_bytes ]; then
        config_reason="$name is longer than $config_bytes bytes"
        return 1
    fi
    while IFS= read -r line || [ -n "$line" ]; do
        number=$((number + 1))
        first=$number
        line=$(config_trim "$line")
        # "A, \" goes on in the next line.
        while [[ $line == *\\ ]] && [[ $line != \#* ]]; do
            line=${line%\\}
            IFS= read -r more || [ -n "$more" ] || break
            number=$((number + 1))
            line+=$(config_trim "$more")
        done
        [[ -z $line || $line == \#* ]] && continue
        line=${line#export }
        if [[ ! $line =~ ^([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]]; then
            config_wrong "$name" "$first" "'$(config_shown "$line")' is not of the form KEY=value"
            return 1
        fi
        key=${BASH_REMATCH[1]}
        text=${BASH_REMATCH[2]}
        until config_text "$text"; do
            if ! IFS= read -r more && [ -z "$more" ]; then
                config_wrong "$name" "$first" "the quote in $key does not end"
                return 1
            fi
            number=$((number + 1))
            text+=' '$more
        done
        config_store "$name" "$first" "$key" "$config_word" || return 1
    done < <(tr -d '\r\0' < "$file")
}

config_store() {
    local name=$1 number=$2 key=$3 value=$4 row
    if [[ $value == *[[:cntrl:]]* ]]; then
        value=${value//$'\t'/ }
        if [[ $value == *[[:cntrl:]]* ]]; then
            config_wrong "$name" "$number" "$key holds control characters"
            return 1
        fi
    fi
    if ! row=$(config_row "$key"); then
        say "$name line $number: $key is not a key of netboot configurations, it has no effect"
        return 0
    fi
    config_set[$key]=$value
    config_line[$key]=$number
    [ -n "$value" ] || return 0
    config_check "$name" "$number" "$key" "$row"
}

# config_split KIND VALUE: one line for each item.
config_split() {
    local items=() fields=() item field out
    case $1 in
        items) IFS=, read -r -a items <<< "$2" ;;
        list) items=("${2//,/;}") ;;
        *) items=("$2") ;;
    esac
    for item in "${items[@]}"; do
        # Behind the last comma there may be nothing.
        [ -n "$(config_trim "$item")" ] || continue
        IFS=';' read -r -a fields <<< "$item;"
        out=
        for field in "${fields[@]}"; do
            out+=$(config_trim "$field")';'
        done
        echo "${out%;}"
    done
}

# What KIWI's own manual writes otherwise: "/dev/sda3:image/name;...", "300;L://", "ip:/path",
# VALUE as KEY has it.
config_old_forms() {
    local value=$2
    case $1 in
        IMAGE)
            while [[ $value =~ ^(.*,)?(\ */dev/[a-z0-9]+):([A-Za-z0-9].*)$ ]]; do
                value="${BASH_REMATCH[1]}${BASH_REMATCH[2]};${BASH_REMATCH[3]}"
            done
            ;;
        PART) value=${value//:\/\//;\/} ;;
        NFSROOT)
            [[ $value =~ ^([^\;]+):(/[^\;]*)$ ]] && value="${BASH_REMATCH[1]};${BASH_REMATCH[2]}"
            ;;
    esac
    printf '%s' "$value"
}

config_check() {
    local name=$1 number=$2 key=$3 row=$4 kind names=() fields=() item i field wanted optional
    kind=${config_kinds[$row]}
    [ "$kind" != flag ] || return 0
    config_set[$key]=$(config_old_forms "$key" "${config_set[$key]}")
    read -r -a names <<< "${config_fields[$row]}"
    while IFS= read -r item; do
        if [ "$kind" = value ]; then
            fields=("$item")
        else
            IFS=';' read -r -a fields <<< "$item;"
        fi
        for ((i = 0; i < ${#fields[@]} || i < ${#names[@]}; i++)); do
            field=${fields[i]-}
            wanted=${names[i]-}
            # More of the last one.
            [[ -z $wanted && ${names[-1]} == *+ ]] && wanted=${names[-1]}
            if [ -z "$wanted" ]; then
                [ -n "$field" ] || continue
                config_wrong "$name" "$number" "$key has too many fields: '$(config_shown "$field")'"
                return 1
            fi
            wanted=${wanted%+}
            optional=
            if [[ $wanted == \[* ]]; then
                optional=1
                wanted=${wanted#[}
                wanted=${wanted%]}
            fi
            if [ -z "$field" ]; then
                [ -n "$optional" ] && continue
                config_wrong "$name" "$number" "$key has no $wanted in '$(config_shown "$item")'"
                return 1
            fi
            if [[ ! $field =~ ^(${config_patterns[$wanted]})$ ]]; then
                config_wrong "$name" "$number" "$key: '$(config_shown "$field")' is no $wanted"
                return 1
            fi
            # No part of a path leads up.
            if [[ /$field/ == */../* ]] && [ "$wanted" != options ] && [ "$wanted" != text ]; then
                config_wrong "$name" "$number" "$key: '..' in '$(config_shown "$field")'"
                return 1
            fi
        done
    done < <(if [ "$kind" = value ]; then echo "${config_set[$key]}"; else config_split "$kind" "${config_set[$key]}"; fi)
}

# ---------------------------------------------------------------- questions

config_value() {
    printf '%s' "${config_set[$1]-}"
}

config_has() {
    [ -n "${config_set[$1]-}" ]
}

config_items() {
    [ -n "${config_set[$1]-}" ] || return 0
    config_split "${config_kinds[$(config_row "$1")]}" "${config_set[$1]}"
}

# ------------------------------------------------------------- names of files

# config_macs MAC: the ways to write it in names of files, in the order they are asked for.
config_macs() {
    local mac=${1//[.-]/:}
    mac=${mac^^}
    printf '%s\n' "$mac" "${mac,,}"
    mac=${mac//:/.}
    printf '%s\n' "$mac" "${mac,,}"
}

# config_hex IP: C0A86402, then shorter and shorter.
config_hex() {
    local hex
    [[ $1 =~ ^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$ ]] || return 1
    printf -v hex %02X%02X%02X%02X $((10#${BASH_REMATCH[1]})) $((10#${BASH_REMATCH[2]})) \
        $((10#${BASH_REMATCH[3]})) $((10#${BASH_REMATCH[4]}))
    while [ -n "$hex" ]; do
        echo "$hex"
        hex=${hex%?}
    done
}

# config_member LIST-KEY SUFFIX MAC: the first group of LIST-KEY whose list (GROUP_SUFFIX) has MAC.
config_member() {
    local groups=() members=() group mac
    IFS=';' read -r -a groups <<< "$(config_items "$1")"
    for group in "${groups[@]}"; do
        IFS=';' read -r -a members <<< "$(config_items "${group}_$2")"
        for mac in "${members[@]}"; do
            mac=${mac//[.-]/:}
            if [ "${mac^^}" = "${3^^}" ]; then
                echo "$group"
                return 0
            fi
        done
    done
    return 1
}
