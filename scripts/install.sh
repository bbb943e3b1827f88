#!/bin/bash
# install.sh PROGRAM: installs it with boot code, completions and examples below
# $DESTDIR$PREFIX (PREFIX: /usr/local). With UNINSTALL=1 removes them again.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
prefix=${PREFIX:-/usr/local}
root=${DESTDIR:-}$prefix
share=$root/share/kiwi

completions=(
    "bash $root/share/bash-completion/completions/kiwi"
    "zsh $root/share/zsh/site-functions/_kiwi"
    "fish $root/share/fish/vendor_completions.d/kiwi.fish"
)

# What the program reads at run time: boot code and the functions of scripts.
resources=()
for entry in "$here"/Sources/KiwiBoot/Resources/* "$here"/Sources/KiwiRootTree/Resources/*; do
    if [ -e "$entry" ]; then resources+=("$entry"); fi
done

if [ -n "${UNINSTALL:-}" ]; then
    rm -f "$root/bin/kiwi" "$root/bin/kiwi-ng" "$root/share/bash-completion/completions/kiwi-ng"
    rm -f "$root"/bin/lib{swift,Foundation,_Foundation,dispatch,BlocksRuntime}*.so
    for entry in "${completions[@]}"; do rm -f "${entry#* }"; done
    for entry in "${resources[@]}"; do rm -rf "${share:?}/$(basename "$entry")"; done
    rm -rf "$share/examples"
    rmdir "$share" 2>/dev/null || true
    exit 0
fi

program=${1:?usage: install.sh PROGRAM}
install -d "$root/bin" "$share"
install -m 755 "$program" "$root/bin/kiwi-ng.new"
[ -n "${STRIP:-}" ] && strip --strip-unneeded "$root/bin/kiwi-ng.new"
mv -f "$root/bin/kiwi-ng.new" "$root/bin/kiwi-ng"
ln -sfn kiwi-ng "$root/bin/kiwi"

# A program that is linked dynamically finds Swift's libraries beside itself.
ldd "$program" | awk '$1 ~ /^lib(swift|Foundation|_Foundation|dispatch|BlocksRuntime)/ && $3 ~ /^\// { print $3 }' |
    while read -r library; do install -m 755 "$library" "$root/bin/"; done

for entry in "${resources[@]}"; do
    name=$(basename "$entry")
    rm -rf "${share:?}/$name"
    cp -r --no-preserve=ownership "$entry" "$share/$name"
done
rm -rf "$share/examples"
cp -r --no-preserve=ownership "$here/examples" "$share/examples"
chmod -R u=rwX,go=rX "$share"

for entry in "${completions[@]}"; do
    file=${entry#* }
    install -d "$(dirname "$file")"
    "$program" --generate-completion-script "${entry%% *}" >"$file"
done
# The same functions for the other name of the program.
sed 's/^complete \(.*\) kiwi$/&\ncomplete \1 kiwi-ng/' -i "$root/share/bash-completion/completions/kiwi"
ln -sfn kiwi "$root/share/bash-completion/completions/kiwi-ng"
sed '1s/^#compdef kiwi$/#compdef kiwi kiwi-ng/' -i "$root/share/zsh/site-functions/_kiwi"
echo "complete -c kiwi-ng -w kiwi" >>"$root/share/fish/vendor_completions.d/kiwi.fish"
