#!/bin/bash
# package.sh PROGRAM [FOLDER]: makes a Debian package, a tarball of the same tree and, where rpmbuild exists, an
# RPM of a program that was built with 'make build'. They lie in FOLDER (.build/packages).
set -euo pipefail
program=$(realpath "${1:?usage: package.sh PROGRAM [FOLDER]}")
cd "$(dirname "$0")/.."
target=${2:-.build/packages}
if ldd "$program" | grep -q libswift; then
    echo "package: $program needs the libraries of the Swift toolchain: package what 'make build' made" >&2
    exit 1
fi
for tool in dpkg-deb dpkg-shlibdeps gzip; do
    command -v "$tool" >/dev/null || { echo "package: $tool is missing: apt-get install dpkg-dev" >&2; exit 4; }
done
version=$("$program" --version | awk '$1 == "kiwi" { print $2 }')
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)}"
export SOURCE_DATE_EPOCH
mkdir -p "$target"
target=$(realpath "$target")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022
tree=$work/kiwi
STRIP=1 PREFIX=/usr DESTDIR=$tree scripts/install.sh "$program"
install -m 644 packaging/apparmor "$tree/usr/share/kiwi/apparmor"

# Manual pages from the commands themselves, by the tool of the argument parser.
parser=.build/checkouts/swift-argument-parser
swift build --package-path "$parser" --scratch-path .build/manual --product generate-manual >"$work/manual.log" 2>&1 ||
    { tail -n 20 "$work/manual.log" >&2; exit 1; }
mkdir -p "$work/man" "$tree/usr/share/man/man1"
"$(swift build --package-path "$parser" --scratch-path .build/manual --show-bin-path)/generate-manual" "$program" \
    --multi-page --date "$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)" --output-directory "$work/man"
for page in "$work"/man/*.1; do
    name=$(basename "$page" .1)
    # 'man -k' wants one word as the name of a page.
    sed -e '/^$/d' -e "/^\.Sh NAME/{n;s/.*/.Nm ${name//./-}/}" "$page" |
        gzip -9n >"$tree/usr/share/man/man1/${name//./-}.1.gz"
done
ln -s kiwi.1.gz "$tree/usr/share/man/man1/kiwi-ng.1.gz"

doc=$tree/usr/share/doc/kiwi
mkdir -p "$doc"
cp -r README.md docs "$doc/"
rm -rf "$doc/docs/decisions"
gzip -9n <CHANGELOG.md >"$doc/NEWS.gz"
install -m 644 packaging/debian/copyright "$doc/copyright"
printf 'kiwi (%s) unstable; urgency=medium\n\n  * See NEWS.gz.\n\n -- The Kiwi developers <kiwi@localhost.invalid>  %s\n' \
    "$version" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$doc/changelog.gz"
# Read by a shell, never run.
sed -i '1{/^#!/d}' "$tree/usr/share/bash-completion/completions/kiwi"
chmod -R u=rwX,go=rX "$tree"
find "$tree" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

# packages MANAGER TYPE: what builds need, from the program's own table, without the command.
packages() { "$program" doctor --install-hint --manager "$1" --type "$2" | sed 's/^[a-z-]* install *\(--[a-z-]* *\)*//'; }
listed() { tr ' ' '\n' | grep . | sort -u | paste -sd, | sed 's/,/, /g'; }
# rest MANAGER: needed by other image types and commands.
rest() { comm -13 <(packages "$1" iso | tr ' ' '\n' | sort) <(packages "$1" all | tr ' ' '\n' | sort); }

tar -C "$tree/usr" --sort=name --owner=0 --group=0 --numeric-owner -cf - . |
    gzip -9n >"$target/kiwi-$version-$(uname -m).tar.gz.new"
mv "$target/kiwi-$version-$(uname -m).tar.gz.new" "$target/kiwi-$version-$(uname -m).tar.gz"

if command -v rpmbuild >/dev/null; then
    sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$(uname -m)/" -e "s/@DEPENDS@/$(packages dnf iso | listed)/" \
        -e "s/@RECOMMENDS@/$(rest dnf | listed)/" packaging/kiwi.spec.in >"$work/kiwi.spec"
    rpmbuild --quiet -bb --define "_topdir $work/rpm" --define "tree $tree" --define '_build_id_links none' \
        --define 'use_source_date_epoch_as_buildtime 1' --define '_buildhost localhost' --define 'debug_package %{nil}' \
        --define '__os_install_post %{nil}' --define '_source_date_epoch_from_changelog 0' \
        --define 'clamp_mtime_to_source_date_epoch 1' "$work/kiwi.spec"
    cp "$work"/rpm/RPMS/*/*.rpm "$target/"
fi

control=$work/deb/DEBIAN
mkdir -p "$control" "$work/shlibs/debian"
cp -a "$tree/." "$work/deb/"
install -D -m 644 packaging/debian/lintian-overrides "$work/deb/usr/share/lintian/overrides/kiwi"
touch -d "@$SOURCE_DATE_EPOCH" "$work/deb/usr/share/lintian" "$work/deb/usr/share/lintian/overrides"{,/kiwi} "$work/deb/usr/share"
# Debian's policy: what every system has is not named.
essential=$(dpkg-query -W -f '${Essential} ${Package}\n' | awk '$1 == "yes" { print $2 }')
printf 'Source: kiwi\n\nPackage: kiwi\nArchitecture: any\n' >"$work/shlibs/debian/control"
shlibs=$(cd "$work/shlibs" && dpkg-shlibdeps -O "$work/deb/usr/bin/kiwi-ng" 2>/dev/null | sed 's/^shlibs:Depends=//')
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$(dpkg --print-architecture)/" \
    -e "s/@SIZE@/$(du -k --apparent-size -s "$tree" | cut -f1)/" -e "s/@SHLIBS@/$shlibs/" \
    -e "s/@DEPENDS@/$(packages apt iso | tr ' ' '\n' | grep -vxF "$essential" | listed)/" -e "s/@RECOMMENDS@/$(rest apt | grep -vxF "$essential" | listed)/" \
    -e 's/@SUGGESTS@/dnf, pacman-package-manager, zypper/' packaging/debian/control.in >"$control/control"
for script in postinst prerm postrm; do install -m 755 "packaging/debian/$script" "$control/"; done
(cd "$work/deb" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$control/md5sums"
dpkg-deb --root-owner-group -Zxz --build "$work/deb" "$target/kiwi_${version}_$(dpkg --print-architecture).deb" >/dev/null
ls -l "$target"
