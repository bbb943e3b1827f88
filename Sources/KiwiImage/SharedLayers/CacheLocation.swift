import KiwiToolbox

/// Where layers and step outputs are shared: a folder, or a repository of a container registry.
public enum CacheLocation: Sendable, Hashable, Codable, CustomStringConvertible {
    /// An absolute path.
    case folder(String)
    /// `HOST[:PORT]/NAME`; each entry is a tag.
    case registry(String)

    /// - Parameters:
    ///   - text: `DIR`, `dir:DIR` or `docker://HOST[:PORT]/NAME`.
    ///   - absolute: makes a path absolute.
    /// - Returns: nil when it is none of these.
    public init?(_ text: String, absolute: (String) -> String) {
        if text.hasPrefix("docker://") {
            let name = String(text.dropFirst("docker://".count))
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            let plain = parts.dropFirst().allSatisfy { part in
                // A tag or digest would be the name of one entry.
                part.utf8.allSatisfy {
                    (97...122).contains($0) || (48...57).contains($0) || "._-".utf8.contains($0)
                } && part.first.map { $0 != "." && $0 != "-" && $0 != "_" } ?? false
            }
            guard parts.count > 1, !parts[0].isEmpty, !parts[0].contains("@"), plain else { return nil }
            self = .registry(name)
            return
        }
        let path = text.hasPrefix("dir:") ? String(text.dropFirst("dir:".count)) : text
        guard !path.isEmpty, !path.contains("://") else { return nil }
        self = .folder(absolute(path))
    }

    public var description: String {
        switch self {
        case .folder(let path): path
        case .registry(let name): "docker://\(name)"
        }
    }
}
