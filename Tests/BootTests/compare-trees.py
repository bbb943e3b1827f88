#!/usr/bin/python3
"""compare-trees.py FIRST SECOND [--without PATTERN]... [--ignore FIELD]... [--only-first PATH]...

Compares two folders entry by entry: kind, mode, owner, hard links, size, content, link target,
device number, extended attributes, time. Prints what differs; ends with 1 when anything does.
--clock S: times later than S count as S in the first folder.
"""
import argparse
import fnmatch
import hashlib
import os
import stat
import sys


def content(path):
    """A digest of what a file holds; holes are not read and count as zeros."""
    digest = hashlib.sha256()
    with open(path, 'rb', buffering=0) as file:
        size, offset = os.fstat(file.fileno()).st_size, 0
        while offset < size:
            try:
                offset = os.lseek(file.fileno(), offset, os.SEEK_DATA) & -(1 << 20)
            except OSError:
                break
            block = os.pread(file.fileno(), 1 << 20, offset)
            if block.strip(b'\0'):
                digest.update(b'%d ' % offset + block)
            offset += 1 << 20
    return digest.hexdigest()


def entries(root, without, clock, ignore):
    found, names = {}, {}
    for folder, folders, files in os.walk(os.fsencode(root)):
        for name in folders + files:
            place = os.path.join(folder, name)
            path = os.path.relpath(place, os.fsencode(root))
            parts = path.split(b'/')
            if any(fnmatch.fnmatchcase(path, p) or any(
                    fnmatch.fnmatchcase(b'/'.join(parts[:n]), p) and p.count(b'/') == n - 1
                    for n in range(1, len(parts))) for p in without):
                continue
            facts = os.lstat(place)
            kind = stat.S_IFMT(facts.st_mode)
            if kind == stat.S_IFSOCK:
                continue
            entry = {
                'kind': oct(kind), 'mode': oct(stat.S_IMODE(facts.st_mode)),
                'owner': (facts.st_uid, facts.st_gid),
                'time': min(int(facts.st_mtime), clock),
                'attributes': {
                    a: os.getxattr(place, a, follow_symlinks=False)
                    for a in sorted(os.listxattr(place, follow_symlinks=False))
                    if not a.startswith(('user.overlay.', 'trusted.', 'security.selinux'))},
            }
            if kind == stat.S_IFREG:
                entry['size'] = facts.st_size
                entry['content'] = content(place)
                names.setdefault((facts.st_dev, facts.st_ino), []).append(path)
            elif kind == stat.S_IFLNK:
                entry['target'] = os.readlink(place)
            elif kind in (stat.S_IFCHR, stat.S_IFBLK):
                entry['device'] = (os.major(facts.st_rdev), os.minor(facts.st_rdev))
            found[path] = entry
    for paths in names.values():
        for path in paths:
            found[path]['links'] = sorted(paths)
    for entry in found.values():
        for field in ignore:
            entry.pop(field, None)
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('first')
    parser.add_argument('second')
    parser.add_argument('--without', action='append', default=[], type=os.fsencode)
    parser.add_argument('--ignore', action='append', default=[])
    parser.add_argument('--extra', action='append', default=[], type=os.fsencode)
    parser.add_argument('--clock', type=int, default=1 << 62)
    given = parser.parse_args()
    first = entries(given.first, given.without, given.clock, given.ignore)
    second = entries(given.second, given.without, 1 << 62, given.ignore)
    wrong = 0
    for path in sorted(set(first) | set(second)):
        if path in given.extra and path not in first:
            continue
        if first.get(path) != second.get(path):
            wrong += 1
            if path not in second or path not in first:
                print(f'{path!r}: only in the {"first" if path in first else "second"}')
            else:
                for field in first[path]:
                    if first[path][field] != second[path].get(field):
                        print(f'{path!r}: {field}: {first[path][field]} / {second[path].get(field)}')
    print(f'{len(first)} entries compared, {wrong} differ')
    sys.exit(1 if wrong or not first else 0)


main()
