import Foundation
import KiwiDiagnostics

#if canImport(Glibc)
    import Glibc
#endif

/// Outputs of finished steps, by key: layers, files and values.
///
///     CACHE/steps/KEY/entry.json     what is in it, written last
///     CACHE/steps/KEY/files/NAME     file artifacts
///     CACHE/steps/KEY/fs/            the layer's folder
///
/// An entry appears by one rename, so that a killed build leaves none half done.
public struct StepCache: Sendable {
    /// What `kiwi cache list` shows of an entry.
    public struct Entry: Codable, Sendable {
        public var key: String
        /// Id of the step that made it, for example `layer.packages`.
        public var step: String
        public var bytes: Int64
        public var files: [String: StoredFile]
        var values: [String: String]
        /// Name of the layer artifact, when the step made one.
        public var layer: String?
        /// Digest of the layer's names, kinds, modes and sizes (``TreeListing``).
        public var layerListing: String?
        /// What the step warned of, said again with each use; absent in entries of older versions.
        var warnings: [String]?
    }

    /// A file artifact of an entry.
    public struct StoredFile: Codable, Sendable {
        /// SHA-256.
        public var digest: String
        public var bytes: Int64
    }

    private let folder: String

    public init(cache: String) { folder = "\(cache)/steps" }

    private func path(_ key: String) -> String { "\(folder)/\(key)" }

    /// The folder of an entry that is complete; nil when there is none.
    func place(of key: String) -> String? {
        FileSystem.exists("\(path(key))/entry.json") ? path(key) : nil
    }

    /// Fills the folder of a new entry out of sight; it appears when it is complete.
    ///
    /// - Parameter fill: gets an empty folder; false: there is nothing to keep.
    /// - Returns: whether the entry is there afterwards.
    func add(_ key: String, _ fill: (String) async throws -> Bool) async throws -> Bool {
        let place = path(key)
        if FileSystem.exists(place) { return true }
        try FileSystem.makeFolder(folder)
        let temporary = "\(folder)/.new-\(key.prefix(16))-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        do {
            try FileSystem.makeFolder("\(temporary)/files")
            guard try await fill(temporary) else {
                try FileSystem.removeTree(temporary)
                return false
            }
            if rename(temporary, place) != 0 {
                // Another build was faster: the same key means the same content.
                guard errno == EEXIST || errno == ENOTEMPTY else {
                    throw FileError.current("rename to", place)
                }
                try FileSystem.removeTree(temporary)
            }
            return true
        } catch {
            try? FileSystem.removeTree(temporary)
            throw error
        }
    }

    /// The entry of a key when it is there and undamaged. A damaged one is removed.
    func lookup(_ key: String, log: BuildLog) -> Entry? {
        let place = path(key)
        guard FileSystem.exists("\(place)/entry.json") else { return nil }
        do {
            let entry = try JSONDecoder().decode(
                Entry.self, from: Data(FileSystem.readBytes("\(place)/entry.json")))
            for (name, stored) in entry.files {
                let file = "\(place)/files/\(name)"
                guard FileSystem.size(of: file) == stored.bytes, try Digest(ofFile: file).hex == stored.digest
                else { throw FileError("verify", file, code: EIO) }
            }
            if let listing = entry.layerListing, try TreeListing(of: "\(place)/fs").digest != listing {
                throw FileError("verify", "\(place)/fs", code: EIO)
            }
            utimes(place, nil)
            return entry
        } catch {
            log.warning("the cache entry \(key.prefix(12)) is damaged and is made again: \(error)")
            try? FileSystem.removeTree(place)
            return nil
        }
    }

    /// Makes the outputs of an entry available to this build.
    func restore(_ entry: Entry, of step: any BuildStep, in workspace: Workspace) async throws {
        let place = path(entry.key)
        for artifact in step.writes {
            switch artifact {
            case .value(let name):
                guard let text = entry.values[name] else {
                    throw FileError("find \(name) in", place, code: ENOENT)
                }
                await workspace.artifacts.setBytes(Array(text.utf8), of: artifact)
            case .file(let name):
                await workspace.artifacts.setFile(artifact, "\(place)/files/\(name)")
            case .layer:
                try workspace.layers.adopt(artifact, cached: "\(place)/fs", over: step.parentLayer)
            }
        }
    }

    /// Keeps the outputs of a step that has just run.
    func store(
        _ step: any BuildStep, _ result: ArtifactStore.NewResult, in workspace: Workspace
    ) async throws {
        let key = result.key
        _ = try await add(key) { temporary in
            var entry = Entry(key: key, step: step.id, bytes: 0, files: [:], values: [:])
            entry.warnings = result.warnings.isEmpty ? nil : result.warnings
            for artifact in step.writes {
                switch artifact {
                case .value(let name):
                    entry.values[name] = await workspace.artifacts.bytes(of: artifact)
                        .map { String(decoding: $0, as: UTF8.self) }
                case .file(let name):
                    let source = try await workspace.file(artifact)
                    let target = "\(temporary)/files/\(name)"
                    if link(source, target) != 0 {
                        try await workspace.runner.run(
                            ToolCall("cp", ["--reflink=auto", "--sparse=auto", "--", source, target]))
                    }
                    let bytes = FileSystem.size(of: target) ?? 0
                    entry.files[name] = StoredFile(
                        digest: try await workspace.artifacts.digest(of: artifact), bytes: bytes)
                    entry.bytes += bytes
                case .layer(let name):
                    let fs = "\(temporary)/fs"
                    try FileSystem.makeFolder(fs)
                    try await TreeCopy.copy(
                        try workspace.layers.ownFolder(of: artifact), to: fs, with: workspace.runner)
                    let listing = try TreeListing(of: fs)
                    entry.layer = name
                    entry.layerListing = listing.digest
                    entry.bytes += listing.bytes
                }
            }
            try FileSystem.write(try CanonicalJSON.encode(entry), to: "\(temporary)/entry.json")
            return true
        }
    }

    /// All entries, newest use first, and the folders that killed builds left.
    public func entries() -> (entries: [(entry: Entry, lastUse: Int64)], leftovers: [String]) {
        guard let names = try? FileSystem.names(in: folder) else { return ([], []) }
        var entries: [(entry: Entry, lastUse: Int64)] = []
        var leftovers: [String] = []
        for name in names {
            let place = "\(folder)/\(name)"
            guard !name.hasPrefix("."),
                let bytes = try? FileSystem.readBytes("\(place)/entry.json"),
                let entry = try? JSONDecoder().decode(Entry.self, from: Data(bytes))
            else {
                leftovers.append(place)
                continue
            }
            var info = stat()
            stat(place, &info)
            entries.append((entry, Int64(info.st_mtim.tv_sec)))
        }
        return (entries.sorted { $0.lastUse > $1.lastUse }, leftovers)
    }

    /// Removes one entry. Must run in the sandbox: layers hold files of mapped owners.
    public func remove(_ entry: Entry) throws { try FileSystem.removeTree(path(entry.key)) }
}

extension BuildStep {
    /// The layer that a layer-making step builds on: the first layer it reads.
    var parentLayer: Artifact? {
        reads.first { if case .layer = $0 { true } else { false } }
    }
}
