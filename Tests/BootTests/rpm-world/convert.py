#!/usr/bin/env python3
"""Converts Debian packages and all they need into a repository of RPMs, for tests of the RPM world.

Usage: convert.py [--cache FOLDER] [--jobs N] [--sign] OUT [PACKAGE...]

Without packages: a bootable system with the tools the boot tests look for, and rpm, dnf and zypper. The machine's own
apt says what belongs to it and downloads it. What was converted once stays in the cache. OUT becomes an rpm-md
repository; --sign signs packages and metadata with a throw-away key, whose public half is OUT/world.asc.

How a Debian package becomes an RPM:
 - Everything below /bin, /sbin, /lib and /lib64 moves below /usr. The links are in the package world-setup, which
   comes first (all others require it) and also has the top folders, /etc/passwd, /etc/group and rpm's settings.
 - Owners, modes, links and device nodes are those of the archive, conffiles are %config(noreplace).
 - Pre-Depends and Depends become Requires, alternatives rich dependencies; Breaks are Conflicts. All packages but the
   essential ones require world-essential, which requires those, as Debian's packages rely on it.
 - postinst runs in %posttrans: as with dpkg all files are there when the first script starts, so that cycles among
   the essential packages do no harm. The scripts, debconf's templates and questions are below /var/lib/dpkg/info,
   where debconf looks for them. dpkg's database stays empty. Triggers are rpm's file triggers.

Facts of Debian's rpm, dnf and zypper that callers need:
 - librpm's _dbpath is ~/.rpmdb, also inside dnf and zypper, and no option of these changes it: give them a HOME with
   a .rpmmacros that sets %_dbpath. world-setup sets it to /usr/lib/sysimage/rpm in /etc/rpm/macros, for the rpm
   inside the tree. Without both a tree gets two databases.
 - libzypp takes /var/lib/rpm instead of _dbpath where the tree has that folder, and a package of rpm brings it: so
   /var/lib/rpm must be a link to the database, here one of world-setup.
 - dnf --installroot=TREE puts cachedir, logdir and persistdir below TREE, also those from the command line; reposdir,
   varsdir and --config are the machine's if TREE has none. A missing --config file is an error, an empty one is not.
 - The scripts need /dev/null and /dev/urandom in TREE, and /proc. world-setup makes /dev, /proc and /sys in a
   scriptlet and does not own them: rpm could not change the owner of mounted ones.
 - zypper calls rpm once for each package, with --noposttrans, and runs all %posttrans itself at the end.
 - rpm itself warns that alien should be used unless it is called with --force-debian; zypper does not hide it.
"""

import argparse
import concurrent.futures
import hashlib
import os
import posixpath
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile

PACKAGES = """
    bc ca-certificates curl dbus dialog dmsetup dnf dosfstools dracut dracut-live dracut-network e2fsprogs fdisk gdisk
    grub-efi-amd64-bin grub-efi-amd64-signed grub-pc-bin iproute2 iputils-ping kexec-tools kmod libcap2-bin
    linux-image-amd64 login mount parted passwd procps pv rpm shim-signed systemd systemd-sysv udev xz-utils zstd zypper
""".split()
# apt says essential of itself too.
ESSENTIAL = "?and(?essential,?not(?name(^apt$)))"
# What stands for /bin -> usr/bin; the real usrmerge moves files at installation.
MERGED = ["usr-is-merged", "usrmerge-"]
LINKS = {"/bin": "usr/bin", "/sbin": "usr/sbin", "/lib": "usr/lib", "/lib64": "usr/lib64",
         "/var/run": "/run", "/var/lock": "/run/lock", "/var/lib/rpm": "../../usr/lib/sysimage/rpm"}
MOUNTED = ["/dev", "/proc", "/sys"]
# Capabilities that postinst would set, so that rpm knows them.
CAPABILITIES = {"/usr/bin/ping": "cap_net_raw=ep", "/usr/bin/arping": "cap_net_raw=ep"}
# What postinst changes for a group that it makes itself.
UNVERIFIED = {"/usr/lib/dbus-1.0/dbus-daemon-launch-helper": "mode group"}
# Paths whose files set off the triggers that packages name without a path. Others have no use when a tree is made.
NAMED_TRIGGERS = {"ldconfig": ["/usr/lib/x86_64-linux-gnu"], "update-ca-certificates": ["/usr/share/ca-certificates"]}
# Their scripts would redo what packages did already: divert /bin/sh, move /bin and so on.
WITHOUT_SCRIPTS = {"dash", "usr-is-merged"}
# preinst matters only where it leaves a mark for postinst.
PREINST = re.compile(r"linux-image-.*|python3.*")
# Programs that ask dpkg's database or do later what these trees do not need: they do nothing.
IDLE = ["dpkg-maintscript-helper", "dpkg-trigger", "py3compile", "py3clean"]
DBPATH = "/usr/lib/sysimage/rpm"
INFO = "/var/lib/dpkg/info"
TOOLS = "/usr/lib/rpm-world"
RUN = f"""#!/bin/sh
# run PACKAGE SCRIPT ARGUMENTS...: runs a script of a Debian package as dpkg would.
set -e
package=$1
script=$2
shift 2
folder=${{folder:-{INFO}}}
[ -x "$folder/$package.$script" ] || exit 0
# zypper makes a transaction of each package: triggers come before postinst, which then does their work.
[ "$script $1" != 'postinst triggered' ] || [ -e "{TOOLS}/done/$package" ] || exit 0
export DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true LC_ALL=C.UTF-8 INITRD=No
export DPKG_MAINTSCRIPT_PACKAGE="$package" DPKG_MAINTSCRIPT_PACKAGE_REFCOUNT=1 DPKG_MAINTSCRIPT_ARCH=amd64
export DPKG_MAINTSCRIPT_NAME="$script" DPKG_RUNNING_VERSION=1.21.0 DPKG_ADMINDIR=/var/lib/dpkg DPKG_ROOT=
export HOME=/root PATH={TOOLS}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin
cd /
"$folder/$package.$script" "$@" </dev/null || {{ code=$?; echo "$package: $script $1 ended with $code"; exit $code; }}
[ "$script $1" != 'postinst configure' ] || : >"{TOOLS}/done/$package"
"""


def output(*command, **options):
    """What a command prints."""
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def closure(packages):
    """(name, version, architecture) of packages and all they need, as apt would install them on an empty system."""
    settings = ["Dir::State::status=/dev/null", "APT::Install-Recommends=false", "Dir::Cache::pkgcache="]
    text = output("apt-get", "-s", *(f"-o{setting}" for setting in settings), "install", *packages, *MERGED)
    return sorted(set(re.findall(r"^Inst (\S+) \((\S+) .*\[(\w+)\]\)", text, re.M)))


def download(packages, folder):
    """The path of each package's archive, fetched by apt if it is not there yet."""
    os.makedirs(folder, exist_ok=True)
    paths = {package: os.path.join(folder, f"{package[0]}_{package[1].replace(':', '%3a')}_{package[2]}.deb")
             for package in packages}
    missing = [f"{name}:{arch}={version}".replace(":all=", "=")
               for (name, version, arch), path in paths.items() if not os.path.exists(path)]
    if missing:
        subprocess.run(["apt-get", "-q", "download", *missing], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return paths


def fields(text):
    """The fields of a control file."""
    return {key.lower(): value.replace("\n", " ").strip()
            for key, value in re.findall(r"^([\w-]+):((?:.*\n?)(?:[ \t].*\n?)*)", text, re.M)}


def merged(path):
    """Where a file of an archive is once /bin, /lib and so on are links. The path begins with a slash."""
    return "/usr" + path if re.match(r"/(bin|sbin|lib|lib64)(/|$)", path) else path


def merged_link(old, target):
    """The target of the link that an archive has at `old`: the same file seen from its new place."""
    if target.startswith("/") or merged(old) == old or not target.startswith(".."):
        return target
    there = merged(posixpath.normpath(posixpath.join(posixpath.dirname(old), target)))
    return posixpath.relpath(there, posixpath.dirname(merged(old)))


def version_of(version):
    """(epoch, version, release) of a Debian version."""
    epoch, _, rest = version.rpartition(":")
    upstream, _, revision = rest.rpartition("-")
    if not upstream:
        upstream, revision = rest, "0"
    return epoch, upstream.replace("-", "."), revision


def full_version(version):
    """A Debian version as RPM dependencies write it: with a release, as without one 2.36-9 is not newer than 2.36."""
    epoch, upstream, revision = version_of(version)
    return (f"{epoch}:" if epoch else "") + f"{upstream}-{revision}"


def relations(text):
    """The alternatives of each relation: lists of (name, "OPERATOR VERSION" or nothing)."""
    found = []
    for relation in filter(None, (part.strip() for part in text.split(","))):
        alternatives = []
        for alternative in relation.split("|"):
            name, sign, version = re.match(r"\s*([^\s:(]+)(?::\w+)?\s*(?:\(\s*([<>=]+)\s*(\S+?)\s*\))?",
                                           alternative).groups()
            sign = {"<<": "<", ">>": ">"}.get(sign, sign)
            alternatives.append((name, f" {sign} {full_version(version)}" if version else ""))
        found.append(alternatives)
    return found


def dependency_tags(control, essential):
    """The lines of a spec file for a package's relations."""
    lines = []
    for key, tag in [("pre-depends", "Requires"), ("depends", "Requires"), ("recommends", "Recommends"),
                     ("suggests", "Suggests")]:
        for alternatives in relations(control.get(key, "")):
            texts = [name + version for name, version in alternatives]
            lines.append(f"{tag}: {texts[0] if len(texts) == 1 else '(' + ' or '.join(texts) + ')'}")
    provided = {control["package"]}
    for [(name, version)] in relations(control.get("provides", "")):
        provided.add(name)
        lines.append(f"Provides: {name}{version}")
    for key in ["conflicts", "breaks"]:
        # Debian's packages do not conflict with themselves. What they say about versions is about other releases, and
        # would hit names that are provided without a version.
        lines += [f"Conflicts: {name}" for [(name, version)] in relations(control.get(key, ""))
                  if not version and name not in provided]
    lines.append("Requires(pre): world-setup")
    # Among the essential packages themselves it says nothing about the order.
    lines.append(f"Requires{'(meta)' if control['package'] in essential else ''}: world-essential")
    if control["package"] == "dash":
        lines.append("Provides: /bin/sh")
    if control["package"] == "bash":
        lines.append("Provides: /bin/bash")
    return lines


def listed(path):
    """A path as %files takes it: what its parser would read as something else becomes a wildcard."""
    return '"' + re.sub(r'[\\*?\[\]{}"]', "?", path).replace("%", "%%") + '"'


def kind_of(path, conffiles):
    """The %-words of a regular file."""
    if path in conffiles:
        return "%config(noreplace) "
    if re.match(r"/usr/share/doc/[^/]+/copyright$", path):
        return "%license "
    if re.match(r"/usr/share/(doc|man|info)/", path):
        return "%doc "
    language = re.match(r"/usr/share/locale/([^/]+)/LC_MESSAGES/", path)
    return f"%lang({language[1]}) " if language else ""


def unpack(archive, root, conffiles, skip):
    """Unpacks an archive's files below root and returns their lines of %files."""
    lines = []
    seen = set()
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE) as source:
        with tarfile.open(fileobj=source.stdout, mode="r|") as tar:
            for member in tar:
                old = posixpath.normpath("/" + member.name.lstrip("./"))
                path = merged(old)
                place = root + path
                if path in skip or path in seen:
                    continue
                attributes = f"%attr({member.mode:04o},{member.uname or member.uid},{member.gname or member.gid}) "
                os.makedirs(posixpath.dirname(place), exist_ok=True)
                if member.isdir():
                    os.makedirs(place, exist_ok=True)
                    lines.append("%dir " + attributes + listed(path))
                elif member.issym():
                    target = merged_link(old, member.linkname)
                    # A link to the same file's other place, as in packages from before the merge.
                    if merged(posixpath.normpath(posixpath.join(posixpath.dirname(path), target))) == path:
                        continue
                    os.symlink(target, place)
                    lines.append(f"%attr(-,{member.uname},{member.gname}) " + listed(path))
                elif member.ischr() or member.isblk():
                    lines.append(f"%dev({'c' if member.ischr() else 'b'},{member.devmajor},{member.devminor}) " +
                                 attributes + listed(path))
                else:
                    if member.islnk():
                        os.link(root + merged(posixpath.normpath("/" + member.linkname.lstrip("./"))), place)
                    else:
                        with open(place, "wb") as file:
                            shutil.copyfileobj(tar.extractfile(member), file, 1 << 20)
                        os.utime(place, (member.mtime, member.mtime))
                    capabilities = CAPABILITIES.get(path)
                    changed = UNVERIFIED.get(path)
                    lines.append(kind_of(path, conffiles) + attributes +
                                 (f"%caps({capabilities}) " if capabilities else "") +
                                 (f"%verify(not {changed}) " if changed else "") + listed(path))
                seen.add(path)
        if source.wait() != 0:
            raise RuntimeError(f"dpkg-deb could not read {archive}")
    return lines


def script_lines(name, info, text):
    """The scriptlets for the scripts of a package; `text` has those that are not binary programs."""
    lines = []

    def add(head, *body):
        lines.extend([head, *(line.replace("%", "%%") for line in body)])

    run = f"{TOOLS}/run {name}"
    if "postinst" in info:
        before = [f"[ \"$1\" -gt 1 ] || {run} preinst install"] if "preinst" in text and PREINST.fullmatch(name) else []
        add("%posttrans", *before, f"{run} postinst configure ''")
        for trigger in re.findall(r"^interest\S*\s+(\S+)", info.get("triggers", ""), re.M):
            paths = [merged(trigger)] if trigger.startswith("/") else NAMED_TRIGGERS.get(trigger)
            if paths:
                add("%transfiletriggerin -- " + " ".join(paths), f"{run} postinst triggered {shlex.quote(trigger)}")
    if "prerm" in info:
        add("%preun", f"[ \"$1\" -gt 0 ] || {run} prerm remove")
    if "postrm" in text:
        # The package's own copy is gone when this runs.
        add("%postun", "[ \"$1\" -eq 0 ] || exit 0", "folder=$(mktemp -d)",
            f"cat >$folder/{name}.postrm <<'END_OF_POSTRM'", text["postrm"].rstrip("\n"), "END_OF_POSTRM",
            f"chmod +x $folder/{name}.postrm", f"export folder; {run} postrm remove", "rm -rf $folder")
    return lines


def build(spec, root, out, work):
    """Runs rpmbuild for a spec whose files are below root; the package goes to the folder out."""
    path = os.path.join(work, "package.spec")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(spec) + "\n")
    settings = {"_topdir": work, "_rpmdir": out, "_build_name_fmt": "%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
                "_binary_payload": "w1.zstdio", "_buildhost": "example.org", "debug_package": "%{nil}",
                "_build_id_links": "none", "__os_install_post": "%{nil}", "__check_files": "%{nil}",
                # The files are there already: nothing may empty the folder first.
                "__spec_install_pre": "%{___build_pre}", "use_source_date_epoch_as_buildtime": "1"}
    command = ["rpmbuild", "-bb", "--quiet", "--nodeps", "--noclean", "--buildroot", root, "--target", "x86_64"]
    for key, value in settings.items():
        command += ["--define", f"{key} {value}"]
    environment = dict(os.environ, SOURCE_DATE_EPOCH="1700000000", LC_ALL="C.UTF-8", HOME=work)
    done = subprocess.run([*command, path], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env=environment, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"rpmbuild failed for {spec[0]}:\n{done.stdout}")


def head(name, version, arch, summary, text):
    """The first lines of a spec file."""
    epoch, upstream, revision = version_of(version)
    return [f"Name: {name}", *([f"Epoch: {epoch}"] if epoch else []), f"Version: {upstream}", f"Release: {revision}",
            f"Summary: {summary.replace('%', '%%')}", "License: Various", "AutoReqProv: no",
            *(["BuildArch: noarch"] if arch == "all" else []), *text,
            "%description", "A package of Debian.", "%install", ":"]


def convert(archive, out, essential, skip):
    """Converts one archive."""
    with tempfile.TemporaryDirectory() as work:
        root, control_folder = os.path.join(work, "root"), os.path.join(work, "control")
        subprocess.run(["dpkg-deb", "--control", archive, control_folder], check=True)
        info, text = {}, {}
        for entry in os.listdir(control_folder):
            with open(os.path.join(control_folder, entry), "rb") as file:
                data = file.read()
            info[entry] = data.decode("utf-8", "replace")
            if data.startswith(b"#!"):
                text[entry] = info[entry]
        control = fields(info["control"])
        name = control["package"]
        if name in WITHOUT_SCRIPTS:
            for script in ["preinst", "postinst", "prerm", "postrm"]:
                info.pop(script, None)
                text.pop(script, None)
        conffiles = set(map(merged, info.get("conffiles", "").split("\n")))
        files = unpack(archive, root, conffiles, skip)
        for entry in ["preinst", "postinst", "prerm", "postrm", "config", "templates"]:
            if entry in info:
                path = f"{INFO}/{name}.{entry}"
                os.makedirs(root + INFO, exist_ok=True)
                shutil.copy(os.path.join(control_folder, entry), root + path)
                files.append(f"%attr({'0644' if entry == 'templates' else '0755'},root,root) {listed(path)}")
        spec = head(name, control["version"], control["architecture"], control["description"].split("  ")[0][:120],
                    dependency_tags(control, essential))
        spec += script_lines(name, info, text)
        build(spec + ["%files", *files], root, out, work)


# Scripts change these, so that they differ in every tree.
CHANGING = "%verify(not md5 size mtime) %config(noreplace) "


def users(base_passwd, out):
    """Makes world-users: the users and groups that every Debian system has."""
    with tempfile.TemporaryDirectory() as work:
        root = os.path.join(work, "root")
        os.makedirs(root + "/etc")
        for name in ["passwd", "group"]:
            with open(f"{root}/etc/{name}", "wb") as file:
                subprocess.run(["bash", "-o", "pipefail", "-c",
                                'dpkg-deb --fsys-tarfile "$1" | tar -xO "./usr/share/base-passwd/$2.master"', "_",
                                base_passwd, name], check=True, stdout=file)
        spec = head("world-users", "1-1", "all", "Users and groups", [])
        build(spec + ["%files", *(f"{CHANGING}%attr(0644,root,root) /etc/{name}" for name in ["passwd", "group"])],
              root, out, work)


def setup(base_files, out):
    """Makes world-setup: links, top folders and settings, and beside it the list of the paths that are its own."""
    with tempfile.TemporaryDirectory() as work:
        root = os.path.join(work, "root")
        folders = {"/usr/lib64": 0o755, TOOLS: 0o755, TOOLS + "/done": 0o755, "/etc/rpm": 0o755, INFO: 0o755,
                   "/usr/lib/sysimage": 0o755, DBPATH: 0o755, "/var/lib/dpkg": 0o755}
        groups = {}
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", base_files], stdout=subprocess.PIPE) as source:
            with tarfile.open(fileobj=source.stdout, mode="r|") as tar:
                for member in tar:
                    path = merged(posixpath.normpath("/" + member.name.lstrip("./")))
                    if member.isdir() and path != "/" and path not in LINKS:
                        folders[path], groups[path] = member.mode, member.gname
        texts = {TOOLS + "/run": RUN, "/etc/rpm/macros": f"%_dbpath {DBPATH}\n", "/var/lib/dpkg/status": "",
                 "/var/lib/dpkg/available": "", **{f"{TOOLS}/{name}": "#!/bin/sh\nexit 0\n" for name in IDLE}}
        files = []
        for path in sorted(folders):
            os.makedirs(root + path, exist_ok=True)
            if path not in MOUNTED:
                files.append(f"%dir %attr({folders[path]:04o},root,{groups.get(path, 'root')}) {path}")
        for path, target in LINKS.items():
            os.makedirs(posixpath.dirname(root + path), exist_ok=True)
            os.symlink(target, root + path)
            files.append(path)
        for path, content in texts.items():
            with open(root + path, "w", encoding="utf-8") as file:
                file.write(content)
            mode = "0755" if path.startswith(TOOLS) else "0644"
            changed = CHANGING if path.startswith("/var/") else ""
            files.append(f"{changed}%attr({mode},root,root) {path}")
        spec = head("world-setup", "1-1", "all", "Folders and links that come first",
                    ["Requires(pre): world-users"])
        spec += ["%pretrans -p <lua>", *(f'posix.mkdir("{path}")' for path in MOUNTED)]
        build(spec + ["%files", *files], root, out, work)
    with open(os.path.join(out, "own"), "w", encoding="utf-8") as file:
        file.write("\n".join({*folders, *LINKS, *texts, "/"}))


def essentials(names, out):
    """Makes world-essential, which requires what Debian's packages expect without saying so."""
    with tempfile.TemporaryDirectory() as work:
        spec = head("world-essential", "1-1", "all", "What every package relies on",
                    ["Requires(pre): world-setup", *(f"Requires: {name}" for name in names)])
        build(spec + ["%files"], os.path.join(work, "root"), out, work)


def sign(out):
    """Signs all packages of a repository with a new key; returns a function that signs its metadata."""
    home = tempfile.mkdtemp()
    environment = dict(os.environ, GNUPGHOME=home)
    key = "world@example.org"
    gpg = ["gpg", "--batch", "--quiet"]
    subprocess.run([*gpg, "--passphrase", "", "--quick-generate-key", f"Kiwi test <{key}>", "rsa2048", "sign", "never"],
                   env=environment, check=True, stderr=subprocess.DEVNULL)
    with open(os.path.join(out, "world.asc"), "w", encoding="ascii") as file:
        subprocess.run([*gpg, "--armor", "--export", key], env=environment, check=True, stdout=file)
    packages = [os.path.join(out, name) for name in os.listdir(out) if name.endswith(".rpm")]
    done = subprocess.run(["rpmsign", "--define", f"_gpg_name {key}", "--define", f"__gpg {shutil.which('gpg')}",
                           "--addsign", *packages], env=environment, check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        # It warns of a missing terminal for each package.
        raise RuntimeError(f"rpmsign failed:\n{done.stdout}")

    def finish():
        """Signs repomd.xml and forgets the private key."""
        subprocess.run([*gpg, "--armor", "--detach-sign", os.path.join(out, "repodata", "repomd.xml")],
                       env=environment, check=True)
        shutil.copy(os.path.join(out, "world.asc"), os.path.join(out, "repodata", "repomd.xml.key"))
        subprocess.run(["gpgconf", "--kill", "all"], env=environment, check=False)
        shutil.rmtree(home, ignore_errors=True)

    return finish


def main():
    """Reads the command line and makes the repository."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    caches = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    parser.add_argument("--cache", default=os.path.join(caches, "kiwi-rpm-world"), help="folder of archives and packages")
    parser.add_argument("--jobs", type=int, default=2, help="conversions at the same time")
    parser.add_argument("--sign", action="store_true", help="sign packages and metadata")
    parser.add_argument("out", metavar="OUT", help="folder of the repository; emptied first")
    parser.add_argument("packages", metavar="PACKAGE", nargs="*", help="Debian packages")
    arguments = parser.parse_args()
    if os.path.isdir(arguments.out) and os.listdir(arguments.out) and not os.path.isdir(f"{arguments.out}/repodata"):
        parser.error(f"{arguments.out} has files and is no repository")
    wanted = closure([ESSENTIAL, *(arguments.packages or PACKAGES)])
    essential = {name for name, _, _ in closure([ESSENTIAL])}
    archives = download(wanted, os.path.join(arguments.cache, "deb"))
    # Another converter or another set of essential packages makes other packages.
    with open(__file__, "rb") as file:
        state = hashlib.sha256(file.read() + repr(sorted(essential)).encode()).hexdigest()[:16]
    cache = os.path.join(arguments.cache, "rpm-" + state)
    os.makedirs(cache, exist_ok=True)

    def path_of(name):
        return next(path for package, path in archives.items() if package[0] == name)

    def once(folder, action):
        """Runs an action that fills a folder, unless it is there; an interrupted one leaves none."""
        folder = os.path.join(cache, folder)
        if not os.path.exists(folder):
            with tempfile.TemporaryDirectory(dir=cache) as new:
                action(new)
                os.rename(new, folder)
                os.mkdir(new)
        return folder

    folders = [once("world-users", lambda new: users(path_of("base-passwd"), new)),
               once("world-setup", lambda new: setup(path_of("base-files"), new)),
               once("world-essential", lambda new: essentials(sorted(essential), new))]
    with open(os.path.join(cache, "world-setup", "own"), encoding="utf-8") as file:
        own = set(file.read().split("\n"))
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        # Large ones first, so that none is left alone at the end.
        work = [pool.submit(once, os.path.basename(path), lambda new, path=path: convert(path, new, essential, own))
                for path in sorted(archives.values(), key=os.path.getsize, reverse=True)]
        folders += [one.result() for one in work]
    shutil.rmtree(arguments.out, ignore_errors=True)
    os.makedirs(arguments.out)
    for folder in folders:
        for name in filter(lambda name: name.endswith(".rpm"), os.listdir(folder)):
            source, target = os.path.join(folder, name), os.path.join(arguments.out, name)
            # rpmsign changes files in place, and links cannot leave a file system.
            try:
                (shutil.copy if arguments.sign else os.link)(source, target)
            except OSError:
                shutil.copy(source, target)
    finish = sign(arguments.out) if arguments.sign else None
    subprocess.run(["createrepo_c", "--quiet", arguments.out], check=True)
    if finish:
        finish()
    print(f"{len(folders)} packages in {arguments.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
