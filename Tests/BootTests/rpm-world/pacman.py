#!/usr/bin/env python3
"""Writes the pacman packages of small.sh: the same names and contents as its RPMs. Usage: pacman.py OUT"""

import io
import os
import struct
import subprocess
import sys
import tarfile

EPOCH = int(os.environ.get("SOURCE_DATE_EPOCH", "1700000000"))


def capability(bits):
    """The value of security.capability: these permitted capabilities, effective at once (revision 2)."""
    return struct.pack("<IIIII", 0x02000001, bits, 0, 0, 0).decode("latin-1")


def entry(path, mode=0o644, owner=0, kind=tarfile.REGTYPE, text="", link="", caps=0):
    """One member of a package: its header and its content."""
    info = tarfile.TarInfo(path)
    info.mode, info.uid, info.gid, info.mtime, info.type, info.linkname = mode, owner, owner, EPOCH, kind, link
    data = text.encode()
    info.size = len(data) if kind == tarfile.REGTYPE else 0
    if caps:
        info.pax_headers["SCHILY.xattr.security.capability"] = capability(caps)
    return info, data


def folders(paths):
    """The folders above these paths, outermost first."""
    found = set()
    for path in paths:
        while "/" in path:
            path = path.rpartition("/")[0]
            found.add(path)
    return sorted(found)


def package(out, name, version, files, install="", **fields):
    """Writes NAME-VERSION-1-any.pkg.tar.zst; fields are lists of .PKGINFO (depend, optdepend, conflict, ...)."""
    size = sum(len(data) for _, data in files)
    lines = [f"pkgname = {name}", f"pkgbase = {name}", f"pkgver = {version}-1", f"pkgdesc = Test package {name}",
             f"builddate = {EPOCH}", "packager = Kiwi <kiwi@example.org>", f"size = {size}", "arch = any",
             "license = Apache"]
    lines += [f"{key} = {value}" for key, values in fields.items() for value in values]
    members = [entry(".PKGINFO", text="\n".join(lines) + "\n")]
    if install:
        members.append(entry(".INSTALL", text=install))
    # A package's own entry for a folder comes instead of the plain one.
    own = {info.name for info, _ in files}
    members += [entry(path, 0o755, kind=tarfile.DIRTYPE) for path in folders(own) if path not in own]
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT, encoding="latin-1") as tar:
        for info, data in members + files:
            tar.addfile(info, io.BytesIO(data))
    path = os.path.join(out, f"{name}-{version}-1-any.pkg.tar.zst")
    subprocess.run(["zstd", "-q", "-f", "-3", "-o", path], input=archive.getvalue(), check=True)


def simple(out, name, version="1", **fields):
    """A package of one file below /usr/share."""
    package(out, name, version, [entry(f"usr/share/world/{name}", text=f"{name} {version}\n")], **fields)


def main():
    """Writes all packages into the folder of the command line."""
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    package(out, "setup", "1", [
        entry("etc/passwd", text="root:x:0:0:root:/root:/bin/sh\nworld:x:601:601:World:/:/sbin/nologin\n"),
        entry("etc/group", text="root:x:0:\nworld:x:601:\n")], backup=["etc/passwd", "etc/group"])
    package(out, "app", "1", [entry("usr/bin/app", 0o755, text="app\n")], depend=["lib"], optdepend=["extra: more"])
    package(out, "lib", "2", [
        entry("usr/lib/world/lib", text="lib 2\n"),
        entry("usr/lib/world/owned", 0o640, 601, text="lib 2\n"),
        entry("usr/bin/world-setuid", 0o4755, text="lib 2\n"),
        entry("usr/bin/world-capable", 0o755, text="lib 2\n", caps=1 << 13),
        entry("usr/bin/world-link", 0o777, kind=tarfile.SYMTYPE, link="../lib/world/lib"),
        entry("var/lib/world-data", 0o1770, 601, kind=tarfile.DIRTYPE),
        entry("usr/share/doc/lib/README", text="read me\n"),
        entry("usr/share/locale/de/LC_MESSAGES/lib.mo", text="Text\n"),
        entry("etc/lib.conf", text="option=2\n")], depend=["setup"], backup=["etc/lib.conf"])
    for name in ["extra", "hint"]:
        simple(out, name)
    simple(out, "lib")
    simple(out, "conflict", conflict=["lib"])
    simple(out, "broken", depend=["no-such-thing>=3"])
    simple(out, "needy", depend=["app"])
    for name in ["one", "two"]:
        simple(out, f"grouped-{name}", group=["world-base"])
    # Needs a shell in the tree: pacman has no built-in interpreter.
    package(out, "scripts", "1", [entry("usr/share/world/scripts", text="scripts 1\n")], depend=["setup"],
            install="post_install() {\n    mkdir -p /var/lib/world\n    echo post_install >>/var/lib/world/scripts\n}\n"
                    "post_remove() {\n    echo post_remove >>/var/lib/world/scripts\n}\n")


main()
