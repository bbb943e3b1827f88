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
        try walk(RawPath(folder), RawPath(""), &parts, &links)
        return Digest(ofParts: parts).hex
    }

    /// A path as text; what is not UTF-8 by its digest, so that no two are alike.
    private static func digestible(_ path: RawPath) -> String {
        path.utf8 ?? "\0\(Digest(of: path.bytes).hex)"
    }

    private static func walk(
        _ folder: RawPath, _ prefix: RawPath, _ parts: inout [String], _ links: inout [HardLink: String]
    ) throws {
        for name in try folder.names() {
            let path = folder.appending(name)
            let place = prefix.appending(name)
            let facts = try path.status()
            let inside = digestible(place)
            parts += [inside, "\(facts.st_mode)"]
            switch facts.st_mode & S_IFMT {
            case S_IFREG:
                if facts.st_nlink > 1 {
                    let key = HardLink(facts)
                    if let first = links[key] { parts.append("=" + first) }
                    links[key] = links[key] ?? inside
                }
                parts.append(try Digest(ofFile: path).hex)
            case S_IFLNK: parts.append(digestible(path.linkTarget() ?? RawPath("")))
            case S_IFCHR, S_IFBLK: parts.append("\(facts.st_rdev)")
            case S_IFDIR: break
            default: break
            }
            for (name, value) in ExtendedAttributes.read(path.c) { parts += [name, Digest(of: value).hex] }
            if facts.st_mode & S_IFMT == S_IFDIR { try walk(path, place, &parts, &links) }
        }
    }
}
