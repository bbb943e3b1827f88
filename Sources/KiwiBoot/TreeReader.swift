import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Questions about files inside a tree; symlinks never lead out of it.
public struct TreeReader: Sendable {
    public var root: String

    public init(_ root: String) { self.root = root }

    /// The path on the build machine behind a path inside the tree, all symlinks followed.
    public func place(_ inside: String) -> String? {
        try? TreePath.resolve(inside, below: root, followLast: true)
    }

    public func isFile(_ inside: String) -> Bool { place(inside).map(FileSystem.isFile) ?? false }

    public func isFolder(_ inside: String) -> Bool { place(inside).map(FileSystem.isFolder) ?? false }

    /// Sorted; empty when there is no such folder.
    public func names(in inside: String) -> [String] {
        place(inside).flatMap { try? FileSystem.names(in: $0) } ?? []
    }

    public func text(_ inside: String) -> String? {
        guard let path = place(inside), FileSystem.isFile(path) else { return nil }
        return try? FileSystem.readText(path)
    }

    /// Which distribution it is; nil when its family is not known.
    public var distribution: Distribution? {
        ["/etc/os-release", "/usr/lib/os-release"].lazy.compactMap { text($0) }.first
            .flatMap(OSRelease.init(parsing:)).flatMap { Distribution(families: $0.families) }
    }

    /// Whether a program is found in the tree's search path.
    public func hasTool(_ name: String) -> Bool { toolPath(name) != nil }

    public func toolPath(_ name: String) -> String? {
        if name.hasPrefix("/") { return isFile(name) ? name : nil }
        for folder in ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"] {
            if let path = place("\(folder)/\(name)"), FileSystem.isExecutable(path) {
                return "\(folder)/\(name)"
            }
        }
        return nil
    }

    /// Paths inside the tree that fit a pattern with `*` and `?` in its names, sorted.
    public func matches(_ pattern: String) -> [String] {
        var found = [""]
        for part in pattern.split(separator: "/").map(String.init) {
            found = found.flatMap { folder -> [String] in
                guard part.contains(where: { $0 == "*" || $0 == "?" || $0 == "[" }) else {
                    return ["\(folder)/\(part)"]
                }
                return names(in: folder.isEmpty ? "/" : folder).filter { fnmatch(part, $0, 0) == 0 }
                    .map { "\(folder)/\($0)" }
            }
        }
        return found.filter { place($0).map(FileSystem.exists) ?? false }
    }
}
