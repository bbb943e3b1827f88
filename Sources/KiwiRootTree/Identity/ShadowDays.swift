import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// The day of the last password change in /etc/shadow follows the build's clock.
enum ShadowDays {
    static func set(in tree: String, clock: Int64) throws {
        let path = try TreePath.resolve("/etc/shadow", below: tree, followLast: true)
        var facts = stat()
        guard lstat(path, &facts) == 0, let text = LocalFile.readIfPresent(path) else { return }
        let changed = rewritten(text, day: clock / 86400)
        guard changed != text else { return }
        try LocalFile.write(changed, to: path, mode: facts.st_mode & 0o7777)
        guard lchown(path, facts.st_uid, facts.st_gid) == 0 else {
            throw FileError.current("change owner of", path)
        }
        guard chmod(path, facts.st_mode & 0o7777) == 0 else {
            throw FileError.current("change mode of", path)
        }
    }

    /// 0 and empty mean something else and stay.
    static func rewritten(_ text: String, day: Int64) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            var fields = line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 3, let old = Int64(fields[2]), old > 0 else { return String(line) }
            fields[2] = "\(day)"
            return fields.joined(separator: ":")
        }.joined(separator: "\n")
    }
}
