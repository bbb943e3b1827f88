#!/bin/bash
# Makes small package repositories for tests, in seconds and without the network:
#
#   OUT/rpm        rpm-md, packages and repomd.xml signed with OUT/keys/world.asc, with groups (comps)
#   OUT/other      rpm-md, signed with OUT/keys/other.asc: whoever trusts only world.asc must refuse it
#   OUT/unsigned   rpm-md without any signature
#   OUT/tampered   rpm-md whose package was changed after it was signed; the checksums of the metadata fit
#   OUT/plain      the packages of OUT/rpm without metadata (rpm-dir)
#   OUT/pacman     a pacman database "world" with the same names, signed with OUT/keys/world.asc
#
# Packages of OUT/rpm (the scriptlets are rpm's built-in Lua, so that they run in an empty tree):
#   setup          /etc/passwd, /etc/group with user and group "world" (601)
#   app            requires lib, recommends extra, suggests hint; %post writes /var/lib/world/app
#   lib 1, lib 2   a file of world:world, a setuid file, a file with cap_net_raw, a link, a config file, docs, locales
#   extra, hint    weak dependencies of app
#   conflict       conflicts with lib
#   broken         requires a name that nothing provides
#   scripts        %pre, %post, %preun, %postun, %posttrans: each appends a line to /var/lib/world/scripts
#   failing        its %pre fails: the transaction has to
#   needy          requires app: leaves with it
#   either         a rich dependency (extra or hint)
#   arch           an x86_64 package, for names such as arch.x86_64
#   patterns-test-base   zypper's pattern test-base (requires app), world-release: product "world"
# Groups of OUT/rpm: group world-base (app mandatory, extra optional), environment world-environment.
#
# Facts of Debian's tools that callers need:
#  - rpm's _dbpath is ~/.rpmdb: give HOME a folder with a .rpmmacros that sets %_dbpath (librpm reads it inside dnf
#    and zypper too, which have no option for it), or run rpm itself with --dbpath.
#  - Debian's libsolv makes no pseudo packages pattern:NAME and product:NAME, so that "zypper install -t pattern NAME"
#    finds nothing; the capability does: zypper install 'pattern() = NAME' (product() = NAME).
#  - zypper calls rpm once for each package, with --noposttrans, and runs all %posttrans itself at the end.
#  - dnf --installroot=TREE puts cachedir, logdir and persistdir below TREE, also those from the command line. A missing
#    --config file is an error, an empty one is not. With repo_gpgcheck=1 it starts a gpg-agent below cachedir.
#  - rpm --import writes the key into the database of the tree: rpm --root TREE --dbpath PATH --import KEY.
#
# Usage: small.sh OUT
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: $0 OUT" >&2; exit 2; }
here=$(dirname "$(readlink -f "$0")")
out=$(realpath -m "$1")
# Same packages for the same sources, except for the signatures.
export SOURCE_DATE_EPOCH=1700000000 LC_ALL=C
# gpg's sockets have a short limit for their path, so its folder cannot be below OUT.
work=$(mktemp -d)
export GNUPGHOME=$work/gpg

# Ends gpg's agent and removes the working folder.
finish() {
    gpgconf --kill all 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

# key NAME: a throw-away key; the public half goes to OUT/keys/NAME.asc.
key() {
    gpg --batch --quiet --passphrase '' --quick-generate-key "Kiwi test $1 <$1@example.org>" rsa2048 sign never 2>/dev/null
    gpg --batch --quiet --armor --export "$1@example.org" >"$out/keys/$1.asc"
}

# spec NAME VERSION [ARCH]: begins a spec file; the rest comes from standard input.
spec() {
    local file=$work/specs/$1-$2.spec
    cat >"$file"
    {
        echo "Name: $1
Version: $2
Release: 1
Summary: Test package $1
License: Apache-2.0
BuildArch: ${3:-noarch}"
        cat "$file"
        echo "%changelog
* Tue Nov 14 2023 Kiwi <kiwi@example.org> - $2-1
- Test package"
    } >"$file.new"
    mv "$file.new" "$file"
}

# build FOLDER: builds all specs so far and puts the packages there.
build() {
    local settings=(--define "_topdir $work/build" --define "_rpmdir $1" --define '_buildshell /bin/bash'
        --define '_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm'
        --define '_buildhost example.org' --define 'use_source_date_epoch_as_buildtime 1' --define 'clamp_mtime_to_source_date_epoch 1'
        --define '__os_install_post %{nil}' --define 'debug_package %{nil}' --define '_build_id_links none')
    mkdir -p "$1"
    rpmbuild -bb --quiet --nodeps "${settings[@]}" "$work"/specs/*.spec >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    rm -f "$work"/specs/*
}

# sign KEY PACKAGE...: signs packages.
sign() {
    local key=$1
    shift
    rpmsign --define "_gpg_name $key@example.org" --define "__gpg $(command -v gpg)" --addsign "$@" >"$work/log" 2>&1 ||
        { cat "$work/log" >&2; exit 1; }
}

# index FOLDER [KEY] [OPTIONS...]: writes the metadata and signs them.
index() {
    local folder=$1 key=${2:-}
    shift $(($# < 2 ? $# : 2))
    createrepo_c --quiet --revision "$SOURCE_DATE_EPOCH" --set-timestamp-to-revision "$@" "$folder"
    [ -n "$key" ] || return 0
    gpg --batch --quiet --local-user "$key@example.org" --detach-sign --armor --output "$folder/repodata/repomd.xml.asc" \
        "$folder/repodata/repomd.xml"
    cp "$out/keys/$key.asc" "$folder/repodata/repomd.xml.key"
}

# The packages of OUT/rpm.
specs_of_rpm() {
    spec setup 1 <<'END'
%description
Users and groups.
%install
mkdir -p %{buildroot}/etc
printf 'root:x:0:0:root:/root:/bin/sh\nworld:x:601:601:World:/:/sbin/nologin\n' >%{buildroot}/etc/passwd
printf 'root:x:0:\nworld:x:601:\n' >%{buildroot}/etc/group
%files
%config(noreplace) %attr(0644,root,root) /etc/passwd
%config(noreplace) %attr(0644,root,root) /etc/group
END
    spec app 1 <<'END'
Requires: lib
Requires(pre): setup
Recommends: extra
Suggests: hint
Provides: application(world) = 1
%description
Requires, recommends, suggests.
%install
mkdir -p %{buildroot}/usr/bin
echo app >%{buildroot}/usr/bin/app
%post -p <lua>
posix.mkdir("/var"); posix.mkdir("/var/lib"); posix.mkdir("/var/lib/world")
local file = assert(io.open("/var/lib/world/app", "w"))
file:write("installed " .. tostring(arg[2]) .. "\n")
file:close()
%files
%attr(0755,root,root) /usr/bin/app
END
    local version
    for version in 1 2; do
        spec lib $version <<'END'
Requires(pre): setup
Provides: capability(lib) = %{version}
%description
Owners, modes, capabilities, links, documentation, locales.
%install
mkdir -p %{buildroot}/{etc,usr/bin,usr/lib/world,usr/share/doc/lib,usr/share/locale/de/LC_MESSAGES,var/lib/world-data}
echo lib %{version} >%{buildroot}/usr/lib/world/lib
echo lib %{version} >%{buildroot}/usr/lib/world/owned
echo lib %{version} >%{buildroot}/usr/bin/world-setuid
echo lib %{version} >%{buildroot}/usr/bin/world-capable
ln -s ../lib/world/lib %{buildroot}/usr/bin/world-link
echo option=%{version} >%{buildroot}/etc/lib.conf
echo read me >%{buildroot}/usr/share/doc/lib/README
echo Text >%{buildroot}/usr/share/locale/de/LC_MESSAGES/lib.mo
%files
%dir %attr(0755,root,root) /usr/lib/world
%attr(0644,root,root) /usr/lib/world/lib
%attr(0640,world,world) /usr/lib/world/owned
%attr(4755,root,root) /usr/bin/world-setuid
%attr(0755,root,root) %caps(cap_net_raw=ep) /usr/bin/world-capable
/usr/bin/world-link
%dir %attr(1770,root,world) /var/lib/world-data
%config(noreplace) %attr(0644,root,root) /etc/lib.conf
%doc %attr(0644,root,root) /usr/share/doc/lib/README
%lang(de) %attr(0644,root,root) /usr/share/locale/de/LC_MESSAGES/lib.mo
END
    done
    simple extra 1
    simple hint 1
    simple conflict 1 'Conflicts: lib'
    simple broken 1 'Requires: no-such-thing >= 3'
    simple needy 1 'Requires: app'
    simple either 1 'Requires: (extra or hint)'
    simple arch 1 '' x86_64
    simple patterns-test-base 1 'Provides: pattern() = test-base
Provides: pattern-category() = Base
Provides: pattern-order() = 1000
Provides: pattern-visible()
Requires: app
Recommends: hint'
    spec failing 1 <<'END'
%description
Its first scriptlet fails.
%pre -p <lua>
error("this package refuses to be installed")
%files
END
    spec scripts 1 <<'END'
Requires(pre): setup
%description
Every kind of scriptlet.
%define note() local f = io.open("/var/lib/world/scripts", "a"); if f then f:write("%{1} " .. tostring(arg[2]) .. "\\n"); f:close() end
%pre -p <lua>
posix.mkdir("/var"); posix.mkdir("/var/lib"); posix.mkdir("/var/lib/world")
%{note pre}
%post -p <lua>
%{note post}
%preun -p <lua>
%{note preun}
%postun -p <lua>
%{note postun}
%posttrans -p <lua>
%{note posttrans}
%files
END
    spec world-release 1 <<'END'
Provides: product() = world
Provides: product(world) = 1-1
%description
A product.
%install
mkdir -p %{buildroot}/etc/products.d
cat >%{buildroot}/etc/products.d/world.prod <<'PROD'
<?xml version="1.0" encoding="UTF-8"?>
<product schemeversion="0">
  <vendor>Kiwi</vendor>
  <name>world</name>
  <version>1</version>
  <release>1</release>
  <arch>noarch</arch>
  <summary>World</summary>
</product>
PROD
ln -s world.prod %{buildroot}/etc/products.d/baseproduct
cat >%{buildroot}/etc/os-release <<'RELEASE'
NAME="World"
ID=world
VERSION_ID="1"
RELEASE
%files
%attr(0644,root,root) /etc/products.d/world.prod
/etc/products.d/baseproduct
%attr(0644,root,root) /etc/os-release
END
}

# simple NAME VERSION [TAGS] [ARCH]: a package of one file below /usr/share.
simple() {
    spec "$1" "$2" "${4:-noarch}" <<END
${3:-}
%description
Package $1.
%install
mkdir -p %{buildroot}/usr/share/world
echo "$1 $2" >%{buildroot}/usr/share/world/$1
%files
%attr(0644,root,root) /usr/share/world/$1
END
}

# The groups of OUT/rpm, as dnf knows them.
comps() {
    cat <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE comps PUBLIC "-//Red Hat, Inc.//DTD Comps info//EN" "comps.dtd">
<comps>
  <group>
    <id>world-base</id>
    <name>World Base</name>
    <description>The application and what it likes</description>
    <default>false</default>
    <uservisible>true</uservisible>
    <packagelist>
      <packagereq type="mandatory">app</packagereq>
      <packagereq type="default">scripts</packagereq>
      <packagereq type="optional">hint</packagereq>
    </packagelist>
  </group>
  <environment>
    <id>world-environment</id>
    <name>World Environment</name>
    <description>All groups</description>
    <display_order>1</display_order>
    <grouplist>
      <groupid>world-base</groupid>
    </grouplist>
  </environment>
</comps>
END
}

for folder in rpm other unsigned tampered plain pacman keys; do
    rm -rf "${out:?}/$folder"
done
mkdir -p "$out/keys" "$work/specs" "$GNUPGHOME"
chmod 700 "$GNUPGHOME"
key world
key other

specs_of_rpm
build "$out/rpm"
sign world "$out"/rpm/*.rpm
cp -r "$out/rpm" "$out/plain"
comps >"$work/comps.xml"
index "$out/rpm" world --groupfile "$work/comps.xml"

simple foreign 1 'Requires: lib'
simple hint 2
build "$out/other"
sign other "$out"/other/*.rpm
index "$out/other" other

simple unsigned 1
build "$out/unsigned"
index "$out/unsigned"

simple tampered 1
build "$out/tampered"
sign world "$out"/tampered/*.rpm
# The last byte belongs to the compressed files.
python3 - "$out"/tampered/*.rpm <<'END'
import sys
with open(sys.argv[1], "r+b") as package:
    package.seek(-1, 2)
    last = package.read(1)[0]
    package.seek(-1, 2)
    package.write(bytes([last ^ 1]))
END
index "$out/tampered" world

python3 "$here/pacman.py" "$out/pacman"
for package in "$out"/pacman/*.pkg.tar.zst; do
    gpg --batch --quiet --local-user world@example.org --detach-sign "$package"
done
(cd "$out/pacman" && repo-add --quiet --sign --key "$(gpg --list-keys --with-colons world@example.org | awk -F: '/^fpr/ {print $10; exit}')" \
    world.db.tar.zst ./*.pkg.tar.zst) >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
