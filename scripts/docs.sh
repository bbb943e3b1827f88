#!/bin/bash
# docs.sh PROGRAM: writes docs/commands.md from the help of every command. With CHECK=1 only
# says whether the file is up to date.
set -euo pipefail
program=${1:?usage: docs.sh PROGRAM}
cd "$(dirname "$0")/.."
commands=(
    '' 'system build' 'system prepare' 'system create' 'system shell' 'system clean' 'system update' 'system lock'
    'image info' 'image boot' 'image diff' 'image resize' 'image medium' 'image write'
    'description convert' 'description explain' 'description schema'
    'description upgrade' 'init' 'lint' 'doctor' 'cache list' 'cache prune' 'result list' 'result bundle'
    'netboot init' 'netboot export' 'netboot serve' 'netboot client add' 'netboot client list' 'netboot client show'
    'netboot client keys' 'netboot clients'
)

# The global options are shown once, with the program itself.
without_global() {
    if [ -z "$1" ]; then cat; else awk '/^GLOBAL OPTIONS:/ { skip = 1 } !skip { print } skip && /^$/ { skip = 0 }'; fi
}

new=$(mktemp)
trap 'rm -f "$new"' EXIT
{
    echo '# Commands'
    echo
    echo "The output of \`kiwi COMMAND --help\`, written by \`make docs\`. \`SERVICE COMMAND help\` shows the same."
    # shellcheck disable=SC2016 # literal
    echo 'Completions for bash, zsh and fish: `kiwi --generate-completion-script SHELL`.'
    for command in "${commands[@]}"; do
        echo
        echo "## kiwi${command:+ $command}"
        echo
        echo '```'
        # shellcheck disable=SC2086 # two words
        COLUMNS=100 "$program" $command --help | without_global "$command"
        echo '```'
    done
} | sed 's/[[:space:]]*$//' >"$new"
if [ -n "${CHECK:-}" ]; then
    cmp -s "$new" docs/commands.md || { echo "docs/commands.md is old: run 'make docs'" >&2; exit 1; }
    exit 0
fi
install -m 644 "$new" docs/commands.md
