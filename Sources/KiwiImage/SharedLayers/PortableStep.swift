import Foundation
import KiwiRootTree
import KiwiToolbox

/// An entry of the cache as an image of containers: its layer and its files are two layers, what else belongs to
/// it stands in a label. So any registry can keep it, and every byte is bound by a digest.
struct PortableStep: Sendable {
    let workspace: Workspace

    /// The label that holds the entry's own description.
    static let label = "kiwi.cache.entry"
    /// The name in the index of a layout.
    static let name = "entry"

    static let requirements = [
        TarCall.requirement, ToolRequirement("zstd", package: "zstd", to: "share layers between machines"),
    ]

    // MARK: Going

    /// Writes a layout.
    ///
    /// - Parameters:
    ///   - folder: the entry in the cache.
    ///   - layout: an empty folder.
    /// - Throws: ``OCILayout/Problem`` for a layer that cannot travel.
    func pack(_ folder: String, into layout: String) async throws {
        let entry = try FileSystem.readText("\(folder)/entry.json")
        try FileSystem.makeFolder("\(layout)/blobs/sha256")
        let layers = [FileSystem.isFolder("\(folder)/fs") ? "\(folder)/fs" : nil, "\(folder)/files"]
        var descriptors: [ImageDescriptor] = []
        var diffIDs: [String] = []
        for layer in layers.compactMap({ $0 }) {
            let (descriptor, diffID) = try await packLayer(layer, layout)
            descriptors.append(descriptor)
            diffIDs.append(diffID)
        }
        var settings = ImageConfiguration.Settings()
        settings.labels = [Self.label: entry]
        // The architecture says nothing here: it is part of the key.
        let configuration = ImageConfiguration(
            created: nil, author: nil, architecture: "unknown", variant: nil, config: settings,
            layers: diffIDs, history: [])
        let config = try OCILayout.write(
            try CanonicalJSON.encode(configuration), ImageDescriptor.configurationType, in: layout)
        let manifest = try OCILayout.write(
            try CanonicalJSON.encode(ImageManifest(config: config, layers: descriptors)),
            ImageDescriptor.manifestType, in: layout)
        try OCILayout.writeIndex(of: manifest, named: Self.name, in: layout)
    }

    private func packLayer(_ folder: String, _ layout: String) async throws -> (ImageDescriptor, String) {
        let content = try LayerFolder(folder)
        let scratch = try ScratchFolder(in: workspace.folders.scratch)
        defer { scratch.remove() }
        let stream = try TarStream(
            of: folder, only: content.members, headers: content.whiteouts, clock: nil, scratch: scratch.path)
        let output = "\(layout)/layer.new"
        let diffID = try await NamedPipe.read(in: workspace.folders.scratch) { pipe in
            // Speed matters more than size: who builds faster than this comes needs no cache.
            let compress = ToolCall("zstd", ["-q", "-T0", "-3"], output: .file(output))
            try await workspace.runner.run(
                stream.call(into: ToolCall("tee", [pipe], output: .pipe(to: compress))))
        } reading: { descriptor in
            try Digest(readingFrom: descriptor, named: "the layer")
        }
        let digest = "sha256:\(try Digest(ofFile: output).hex)"
        let bytes = FileSystem.size(of: output) ?? 0
        try FileSystem.rename(output, to: try OCILayout.place(digest, in: layout))
        return (
            ImageDescriptor(mediaType: ImageDescriptor.zstdLayerType, digest: digest, size: bytes),
            "sha256:\(diffID.hex)"
        )
    }

    // MARK: Coming

    /// Fills the folder of an entry.
    ///
    /// - Parameters:
    ///   - key: of the entry that was asked for.
    ///   - folder: holds an empty folder `files`.
    /// - Returns: bytes that were unpacked.
    /// - Throws: ``OCILayout/Problem`` for anything that is not what it says to be.
    func unpack(_ layout: OCILayout, _ key: String, into folder: String) async throws -> Int64 {
        guard let text = layout.configuration.config?.labels?[Self.label] else {
            throw OCILayout.Problem("it is no entry of a cache")
        }
        let entry: StepCache.Entry = try OCILayout.decode(Array(text.utf8), "its description")
        guard entry.key == key else { throw OCILayout.Problem("it is the entry \(entry.key.prefix(12))") }
        let hasLayer = entry.layer != nil
        guard layout.manifest.layers.count == (hasLayer ? 2 : 1), (entry.layerListing != nil) == hasLayer
        else { throw OCILayout.Problem("it has \(layout.manifest.layers.count) layers") }
        let free = (FileSystem.freeBytes(at: folder) ?? .max) - Self.reserve
        guard entry.bytes >= 0, entry.bytes <= free else {
            throw OCILayout.Problem(
                "it needs \(SpaceCheck.binarySize(entry.bytes)), \(SpaceCheck.binarySize(max(0, free))) are free"
            )
        }
        if hasLayer {
            let fs = "\(folder)/fs"
            try FileSystem.makeFolder(fs)
            try await layout.unpackForStack(0, into: fs, space: entry.bytes, in: workspace)
            guard try TreeListing(of: fs).digest == entry.layerListing else {
                throw OCILayout.Problem("its layer is another one than it says")
            }
        }
        try await layout.unpackForStack(
            layout.manifest.layers.count - 1, into: "\(folder)/files", space: entry.bytes, in: workspace)
        guard Set(try FileSystem.names(in: "\(folder)/files")) == Set(entry.files.keys),
            entry.files.keys.allSatisfy({ FileSystem.isRegularFile("\(folder)/files/\($0)") })
        else { throw OCILayout.Problem("its files are others than it says") }
        // The cache compares their digests before it uses them.
        try FileSystem.write(try CanonicalJSON.encode(entry), to: "\(folder)/entry.json")
        return entry.bytes
    }

    /// Bytes that stay free for everything else.
    private static let reserve: Int64 = 256 << 20
}
