import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// What an overlay folder will put into a tree: names, modes, content, link targets, hard links
/// and extended attributes. Owners and times do not count: they are not copied.
enum OverlayDigest {
    static func of(_ folder: String) throws -> String {
        var parts: [String] = []
        var links: [HardLink: String] = [:]
        try walk(folder, "", &parts, &links)
        return Digest(ofParts: parts).hex
    }

    private static func walk(
        _ folder: String, _ prefix: String, _ parts: inout [String], _ links: inout [HardLink: String]
    ) throws {
        for name in try FileSystem.names(in: folder) {
            let path = "\(folder)/\(name)"
            let inside = "\(prefix)/\(name)"
            var facts = stat()
            guard lstat(path, &facts) == 0 else { throw FileError.current("look at", path) }
            parts += [inside, "\(facts.st_mode)"]
            switch facts.st_mode & S_IFMT {
            case S_IFREG:
                if facts.st_nlink > 1 {
                    let key = HardLink(facts)
                    if let first = links[key] { parts.append("=" + first) }
                    links[key] = links[key] ?? inside
                }
                parts.append(try Digest(ofFile: path).hex)
            case S_IFLNK: parts.append(TreePath.readLink(path) ?? "")
            case S_IFCHR, S_IFBLK: parts.append("\(facts.st_rdev)")
            case S_IFDIR: break
            default: break
            }
            for (name, value) in ExtendedAttributes.read(path) { parts += [name, Digest(of: value).hex] }
            if facts.st_mode & S_IFMT == S_IFDIR { try walk(path, inside, &parts, &links) }
        }
    }
}

/// Identifies a file with several names.
struct HardLink: Hashable {
    var device: UInt64
    var inode: UInt64

    init(_ facts: stat) {
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
    }
}
