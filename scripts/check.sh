#!/bin/bash
# check.sh: formatting of all Swift files, shellcheck of all shell files, and texts that must
# not be committed. 'make check' also compiles with warnings as errors.
set -euo pipefail
cd "$(dirname "$0")/.."

swift format lint --strict --recursive --parallel Sources Tests Package.swift

shell_files() {
    git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
        if [ ! -f "$file" ] || [ -L "$file" ]; then continue; fi
        case $file in
            */Fixtures/*) ;; # What the program writes.
            *.sh) printf '%s\0' "$file" ;;
            *) if head -c 64 "$file" | head -n 1 | grep -qaE '^#!.*/(ba|da)?sh'; then printf '%s\0' "$file"; fi ;;
        esac
    done
}
shell_files | xargs -0 --no-run-if-empty shellcheck --external-sources --source-path=SCRIPTDIR --severity=style

# Where packages come from is the building machine's business: 'buildhost:' or a made-up host.
if git grep -nE '<source path="(https?|ftp)://' -- examples Tests/BootTests; then
    echo "check: an example names the host of a package archive; use 'buildhost:'" >&2
    exit 1
fi

# All cases are read into one shell: of two functions with one name the last would win.
twice=$(grep -hoE '^[a-z_0-9]+\(\)' Tests/BootTests/cases/*.sh | sort | uniq -d)
if [ -n "$twice" ]; then
    echo "check: defined twice in Tests/BootTests/cases: $twice" >&2
    exit 1
fi
