import Foundation
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// What a folder of `--cache-to` holds, and how it is made smaller. Builds may go on meanwhile: who misses a part
/// makes it again.
public struct SharedFolder: Sendable {
    private let folder: String

    /// - Throws: `Failure` when the folder is none that layers are shared in.
    public init(_ folder: String) throws {
        guard FileSystem.isFolder("\(folder)/entries"), FileSystem.isFolder("\(folder)/blobs/sha256") else {
            throw Failure(
                .usage,
                Diagnostic(
                    "no-shared-cache", "no layers are shared in \(folder)",
                    remedy: "name a folder that --cache-to has written to"))
        }
        self.folder = folder
    }

    /// An entry that others can take.
    public struct Entry: Sendable {
        public var key: String
        /// Id of the step; `damaged` when that cannot be read.
        public var step: String
        public var isLayer: Bool
        /// Of its parts as they lie there.
        public var bytes: Int64
        /// Seconds since 1970.
        public var lastUse: Int64
        fileprivate var parts: [String]
    }

    /// Most recently used first.
    public func entries() throws -> [Entry] {
        try FileSystem.names(in: "\(folder)/entries").map(entry).sorted {
            ($0.lastUse, $0.key) > ($1.lastUse, $1.key)
        }
    }

    private func entry(_ key: String) -> Entry {
        let path = "\(folder)/entries/\(key)"
        var result = Entry(
            key: key, step: "damaged", isLayer: false, bytes: 0,
            lastUse: FileSystem.changeTime(of: path) ?? 0,
            parts: [])
        guard let bytes = try? FileSystem.readBytes(path, limit: 1 << 20),
            let manifest = try? OCILayout.decode(bytes, "the manifest") as ImageManifest
        else { return result }
        for part in [manifest.config] + manifest.layers {
            guard let place = try? OCILayout.place(part.digest, in: folder) else { continue }
            result.parts.append(FileSystem.name(of: place))
            result.bytes += FileSystem.size(of: place) ?? 0
        }
        if let place = try? OCILayout.place(manifest.config.digest, in: folder),
            let text = try? FileSystem.readBytes(place, limit: 16 << 20),
            let configuration = try? OCILayout.decode(text, "the configuration") as ImageConfiguration,
            let label = configuration.config?.labels?[PortableStep.label],
            let known = try? OCILayout.decode(Array(label.utf8), "the entry") as StepCache.Entry
        {
            result.step = known.step
            result.isLayer = known.layer != nil
        }
        return result
    }

    /// Removes entries until the rest fits, least recently used first, and parts that no entry has.
    ///
    /// - Parameter limit: bytes that may stay.
    /// - Returns: the entries that were removed.
    public func prune(limit: Int64) throws -> [Entry] {
        let all = try entries()
        var uses: [String: Int] = [:]
        for part in all.flatMap(\.parts) { uses[part, default: 0] += 1 }
        func size(_ part: String) -> Int64 { FileSystem.size(of: "\(folder)/blobs/sha256/\(part)") ?? 0 }
        var total = uses.keys.reduce(0) { $0 + size($1) }
        var removed: [Entry] = []
        for entry in all.reversed() {
            guard total > limit || entry.step == "damaged" else { continue }
            try remove("\(folder)/entries/\(entry.key)")
            for part in entry.parts {
                uses[part, default: 1] -= 1
                if uses[part] == 0 { total -= size(part) }
            }
            removed.append(entry)
        }
        let now = Int64(time(nil))
        for part in try FileSystem.names(in: "\(folder)/blobs/sha256") where uses[part, default: 0] == 0 {
            let path = "\(folder)/blobs/sha256/\(part)"
            // Somebody may be about to write the entry that has it.
            let isFresh = uses[part] == nil && now - (FileSystem.changeTime(of: path) ?? 0) < Self.patience
            if !isFresh { try remove(path) }
        }
        return removed
    }

    /// Seconds within which an entry follows its parts.
    private static let patience: Int64 = 3600

    private func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw FileError.current("remove", path) }
    }
}
