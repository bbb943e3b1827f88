#!/bin/bash
# Questions and messages for a person in front of the machine. Sourced after
# kiwi-lib.sh. With the program dialog when the initrd has it, else plain lines.
#
# They appear on the last console= of the command line, which has the keyboard.

kiwi_language=en_US
kiwi_message_folder=/lib/kiwi/messages
# Seconds that a menu waits, empty for ever.
kiwi_dialog_timeout=

# ------------------------------------------------------------------- texts

# kiwi_text KEY VALUE...: from the catalogue of the language, else in English.
# Lines of messages/LANGUAGE.tsv: key<TAB>format for printf.
kiwi_text() {
    local key=$1 format
    shift
    format=$(kiwi_catalogue "$kiwi_language" "$key") || format=$(kiwi_catalogue en_US "$key") || format=$key
    # shellcheck disable=SC2059 # a format of our own
    printf "$format" "$@"
}

kiwi_catalogue() {
    local key text
    while IFS=$'\t' read -r key text; do
        if [ "$key" = "$2" ]; then
            printf '%s' "$text"
            return 0
        fi
    done < "$kiwi_message_folder/$1.tsv" 2> /dev/null
    return 1
}

kiwi_languages() {
    local file
    for file in "$kiwi_message_folder"/*.tsv; do
        file=${file##*/}
        echo "${file%.tsv}"
    done
}

# DIALOG_LANG=de_DE, de, de_DE.UTF-8 or "ask". Only for dialogs: what goes to logs
# is English.
kiwi_choose_language() {
    local wanted language list=()
    wanted=$(getarg DIALOG_LANG=)
    wanted=${wanted%%.*}
    if [ "$wanted" = ask ]; then
        while read -r language; do
            list+=("$language" "$(kiwi_catalogue "$language" language)")
        done < <(kiwi_languages)
        wanted=$(kiwi_dialog_timeout=10 kiwi_menu "Language" "${list[@]}")
    fi
    while read -r language; do
        if [ "$language" = "$wanted" ] || [ "${language%%_*}" = "$wanted" ]; then
            kiwi_language=$language
            return
        fi
    done < <(kiwi_languages)
}

# ----------------------------------------------------------------- console

kiwi_terminal() {
    local names=
    read -r names < /sys/class/tty/console/active 2> /dev/null
    echo "/dev/${names##* }"
}

# Seconds that a message stays, empty for ever.
kiwi_message_seconds() {
    local value
    value=$(getarg rd.kiwi.dialog.timeout=)
    case $value in
        off) ;;
        '' | *[!0-9]*) echo 60 ;;
        *) echo "$value" ;;
    esac
}

# Nothing else may write over a dialog: neither systemd nor the kernel.
kiwi_quiet_console() {
    local term
    getargbool 0 rd.kiwi.allow_plymouth || kiwi_hide_splash
    term=$(getarg rd.kiwi.term=)
    case $(kiwi_terminal) in
        /dev/tty[0-9]*) export TERM=${term:-linux} ;;
        *) export TERM=${term:-vt220} ;;
    esac
    kill -s RTMIN+21 1 2> /dev/null
    echo 1 > /proc/sys/kernel/printk
}

kiwi_has_dialog() {
    [ -x "$(command -v dialog)" ]
}

# kiwi_run_dialog ARGUMENTS...: prints the answer.
kiwi_run_dialog() {
    local terminal
    terminal=$(kiwi_terminal)
    kiwi_quiet_console
    # The answer through descriptor 3.
    # shellcheck disable=SC2094 # a terminal
    LC_ALL=C.UTF-8 NCURSES_NO_UTF8_ACS=1 dialog --output-fd 3 --backtitle "$(kiwi_profile kiwi_displayname)" "$@" \
        3>&1 > "$terminal" 2>&1 < "$terminal"
}

kiwi_read_line() {
    IFS= read -r ${1:+-t "$1"} kiwi_line < "$(kiwi_terminal)"
}

# --------------------------------------------------------------- questions

# kiwi_menu TEXT TAG ITEM...: prints the chosen tag; fails when nothing was chosen.
kiwi_menu() {
    local text=$1 count kiwi_line i
    shift
    if kiwi_has_dialog; then
        kiwi_run_dialog ${kiwi_dialog_timeout:+--timeout "$kiwi_dialog_timeout"} \
            --ok-label "$(kiwi_text ok)" --cancel-label "$(kiwi_text cancel)" \
            --menu "$text" 20 75 12 "$@"
        return
    fi
    kiwi_quiet_console
    count=$(($# / 2))
    while :; do
        say "$text" >&2
        for ((i = 1; i <= count; i++)); do
            say "  $i) ${*:2 * i - 1:1}  ${*:2 * i:1}" >&2
        done
        say "  0) $(kiwi_text cancel)" >&2
        say "$(kiwi_text number "$count")" >&2
        kiwi_read_line "$kiwi_dialog_timeout" || return 1
        kiwi_line=${kiwi_line//[!0-9]/}
        [ "$kiwi_line" = 0 ] && return 1
        if [ -n "$kiwi_line" ] && [ "$kiwi_line" -le "$count" ]; then
            echo "${*:2 * kiwi_line - 1:1}"
            return 0
        fi
    done
}

# kiwi_confirm TEXT: yes must be said, not just the return key be pressed.
kiwi_confirm() {
    local kiwi_line
    if kiwi_has_dialog; then
        kiwi_run_dialog --defaultno --yes-label "$(kiwi_text yes)" --no-label "$(kiwi_text no)" \
            --yesno "$1" 12 75
        return
    fi
    kiwi_quiet_console
    say "$1"
    say "$(kiwi_text type_yes "$(kiwi_text yes)")"
    kiwi_read_line '' || return 1
    kiwi_line=${kiwi_line//[$' \r\t']/}
    [ "${kiwi_line,,}" = yes ] || [ "${kiwi_line,,}" = "$(kiwi_text yes | tr '[:upper:]' '[:lower:]')" ]
}

# kiwi_message TEXT: until a key is pressed or the time is over.
kiwi_message() {
    local seconds kiwi_line
    seconds=$(kiwi_message_seconds)
    if kiwi_has_dialog; then
        kiwi_run_dialog ${seconds:+--timeout "$seconds"} --ok-label "$(kiwi_text ok)" --msgbox "$1" 14 75
    else
        kiwi_quiet_console
        say "$1"
        say "$(kiwi_text press_return "${seconds:--}")"
        kiwi_read_line "$seconds"
    fi
    return 0
}

# kiwi_gauge TEXT: percentages from standard input.
kiwi_gauge() {
    local percent
    if kiwi_has_dialog; then
        kiwi_quiet_console
        LC_ALL=C.UTF-8 NCURSES_NO_UTF8_ACS=1 dialog --gauge "$1" 7 65 > "$(kiwi_terminal)" 2>&1
    else
        while read -r percent; do
            say_progress "$1 $percent%" > /dev/null
        done
    fi
}
