import KiwiToolbox

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the index files of rpm-md repositories say, where a tool keeps them.
struct RpmMetadata: Sendable {
    /// Identifies the state of all repositories.
    var digest: Digest
    /// Newest time of any of them, seconds since 1970.
    var newest: Int64?

    /// - Parameter folder: below it, at any depth of two, lie `repodata/repomd.xml` files.
    init(cache folder: String) throws {
        var parts: [String] = []
        var times: [Int64] = []
        for name in LocalFile.list(folder) {
            let path = "\(folder)/\(name)/repodata/repomd.xml"
            guard LocalFile.isFile(path) else { continue }
            let text = try FileSystem.readText(path)
            parts += [name, try Digest(ofFile: path).hex]
            times += Self.times(in: text)
        }
        digest = Digest(ofParts: parts)
        newest = times.max()
    }

    /// The values of `<timestamp>` and, where there is none, a `<revision>` that is a time.
    static func times(in text: String) -> [Int64] {
        func values(_ tag: String) -> [Int64] {
            text.components(separatedBy: "<\(tag)>").dropFirst().compactMap {
                Int64($0.prefix { $0 != "<" && $0 != "." })
            }
        }
        let stamps = values("timestamp").filter { $0 > 0 }
        return stamps.isEmpty ? values("revision").filter { $0 > 100_000_000 } : stamps
    }
}
