#!/usr/bin/env python3
"""Makes one package of pacman that has pacman itself and all it needs, from Debian's packages, for tests of trees with a
pacman of their own. Usage: pacman-tree.py --cache FOLDER OUT

OUT gets pacman-6-1-any.pkg.tar.zst and the database "tree". The machine's own apt says what belongs to it and
downloads it. Scripts of the Debian packages do not run; documentation is left out.
"""

import argparse
import io
import os
import posixpath
import re
import shutil
import subprocess
import tarfile

from convert import LINKS, MOUNTED, closure, download, merged, merged_link

PACKAGES = ["pacman-package-manager", "gpg", "bash", "dash", "coreutils", "zstd"]
LEFT_OUT = re.compile(r"/usr/share/(doc|man|info|locale|lintian|bug)(/|$)")


def main():
    """Reads the command line and makes the package."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--cache", required=True, help="folder of Debian packages")
    parser.add_argument("out", metavar="OUT", help="folder of the repository")
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    path = os.path.join(arguments.out, "pacman-6-1-any.pkg.tar.zst")
    archives = download(closure(PACKAGES), os.path.join(arguments.cache, "deb"))
    lines = ["pkgname = pacman", "pkgbase = pacman", "pkgver = 6-1", "pkgdesc = pacman and all it needs",
             "builddate = 1700000000", "packager = Kiwi <kiwi@example.org>", "size = 1", "arch = any", "license = Various",
             "depend = setup"]
    seen = {"/", *MOUNTED, "/run"}
    with open(path, "wb") as file, subprocess.Popen(["zstd", "-q", "-3", "-T0"], stdin=subprocess.PIPE, stdout=file) as zstd:
        with tarfile.open(fileobj=zstd.stdin, mode="w|", format=tarfile.PAX_FORMAT) as package:

            def add(info, data=None):
                info.name = info.name.lstrip("/")
                info.uname = info.gname = ""
                package.addfile(info, data)

            text = ("\n".join(lines) + "\n").encode()
            info = tarfile.TarInfo(".PKGINFO")
            info.size = len(text)
            add(info, io.BytesIO(text))
            for place, target in LINKS.items():
                if place.count("/") == 1:
                    info = tarfile.TarInfo(place)
                    info.type, info.linkname, info.mode = tarfile.SYMTYPE, target, 0o777
                    add(info)
                    seen.add(place)
            for archive in archives.values():
                with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE) as source:
                    with tarfile.open(fileobj=source.stdout, mode="r|") as tar:
                        for member in tar:
                            old = posixpath.normpath("/" + member.name.lstrip("./"))
                            place = merged(old)
                            if place in seen or LEFT_OUT.match(place):
                                continue
                            seen.add(place)
                            member.name = place
                            if member.issym():
                                member.linkname = merged_link(old, member.linkname)
                            elif member.islnk():
                                member.linkname = merged(posixpath.normpath("/" + member.linkname.lstrip("./"))).lstrip("/")
                            add(member, tar.extractfile(member) if member.isreg() else None)
        zstd.stdin.close()
        if zstd.wait() != 0:
            raise RuntimeError(f"zstd could not write {path}")
    for name in os.listdir(arguments.out):
        if name.startswith("tree."):
            os.remove(os.path.join(arguments.out, name))
    subprocess.run([shutil.which("repo-add"), "--quiet", "--nocolor", os.path.join(arguments.out, "tree.db.tar.zst"), path],
                   check=True)


if __name__ == "__main__":
    main()
