import KiwiBoot
import KiwiDiagnostics
import KiwiToolbox
import Yams

#if canImport(Glibc)
    import Glibc
#endif

/// What stays out of every image: KIWI's fixed list and `exclude:` of `/image/exclude_files.yaml`.
public struct Exclusions: Sendable, Hashable {
    /// Patterns with `*`, `?` and `[...]` in their names, relative to the tree's root.
    public var patterns: [String]

    public static let standard = [
        "image", ".kconfig", "run/*", "tmp/*", ".buildenv", "var/cache/kiwi",
        // Mounted over in the running system; packages may leave something below.
        "proc/*", "sys/*",
    ]

    public init(_ patterns: [String] = standard) { self.patterns = patterns }

    /// These patterns and the tree's own.
    public init(of tree: TreeReader, and own: [String] = standard) throws {
        self.init(own)
        guard let text = tree.text("/image/exclude_files.yaml") else { return }
        let node: Any?
        do { node = try Yams.load(yaml: text) } catch {
            throw Diagnostic(
                "exclude-files", "exclude_files.yaml cannot be read: \(error)",
                remedy: "write a list under the key 'exclude:'")
        }
        for entry in (node as? [String: Any])?["exclude"] as? [Any] ?? [] {
            guard let pattern = entry as? String else { continue }
            let clean = pattern.split(separator: "/").filter { $0 != "." && $0 != ".." }.joined(
                separator: "/")
            if !clean.isEmpty { patterns.append(clean) }
        }
    }

    /// The paths in a tree that fit, sorted, without what lies below another of them.
    /// Packers get these, so that all of them leave out the same.
    public func paths(in root: String) throws -> [String] {
        var found: Set<String> = []
        for pattern in patterns {
            find(pattern.split(separator: "/").map(String.init)[...], at: root, inside: "", &found)
        }
        let sorted = found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return sorted.filter { path in
            var parts = path.split(separator: "/")
            while parts.count > 1 {
                parts.removeLast()
                if found.contains(parts.joined(separator: "/")) { return false }
            }
            return true
        }
    }

    private func find(
        _ parts: ArraySlice<String>, at folder: String, inside: String, _ found: inout Set<String>
    ) {
        guard let part = parts.first else { return }
        let isPattern = part.contains { $0 == "*" || $0 == "?" || $0 == "[" }
        let names = isPattern ? (try? FileSystem.names(in: folder)) ?? [] : [part]
        for name in names where !isPattern || fnmatch(part, name, 0) == 0 {
            let path = "\(folder)/\(name)"
            guard FileSystem.exists(path) else { continue }
            let below = inside.isEmpty ? name : "\(inside)/\(name)"
            if parts.count == 1 {
                found.insert(below)
            } else if FileSystem.isRealFolder(path) {
                find(parts.dropFirst(), at: path, inside: below, &found)
            }
        }
    }
}
