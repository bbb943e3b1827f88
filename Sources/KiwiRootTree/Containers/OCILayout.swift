import Foundation
import KiwiToolbox

/// A folder with one image in OCI's form. Everything is compared with its digest before it is used.
public struct OCILayout: Sendable {
    /// Why it cannot be used.
    public struct Problem: Error, CustomStringConvertible {
        public var description: String
        public init(_ description: String) { self.description = description }
    }

    public let folder: String
    /// Digest of the manifest.
    public let digest: String
    public let manifest: ImageManifest
    public let configuration: ImageConfiguration

    /// - Throws: ``Problem``; `FileError` when a part is missing.
    public init(_ folder: String) throws {
        let index: ImageIndex = try Self.decode(
            try FileSystem.readBytes("\(folder)/index.json", limit: 1 << 20), "index.json")
        guard let entry = index.manifests.first, index.manifests.count == 1 else {
            throw Problem("it has \(index.manifests.count) images instead of one")
        }
        self.folder = folder
        digest = entry.digest
        manifest = try Self.decode(try Self.blob(entry, in: folder), "the manifest")
        configuration = try Self.decode(try Self.blob(manifest.config, in: folder), "the configuration")
        guard manifest.layers.count == configuration.rootfs.diffIDs.count else {
            throw Problem(
                "it has \(manifest.layers.count) layers, its configuration names \(configuration.rootfs.diffIDs.count)"
            )
        }
        for layer in manifest.layers { _ = try Self.place(layer.digest, in: folder) }
    }

    /// Writes a layout's index of one image, whose parts are there.
    ///
    /// - Parameters:
    ///   - manifest: where the manifest lies among the parts.
    ///   - name: the reference of the image; nil for none.
    public static func writeIndex(of manifest: ImageDescriptor, named name: String?, in folder: String) throws
    {
        var manifest = manifest
        manifest.annotations = name.map { [ImageDescriptor.nameAnnotation: $0] }
        try FileSystem.write(try CanonicalJSON.encode(ImageIndex([manifest])), to: "\(folder)/index.json")
        try FileSystem.write("{\"imageLayoutVersion\":\"1.0.0\"}", to: "\(folder)/oci-layout")
    }

    /// Keeps a small part under its digest.
    public static func write(_ bytes: [UInt8], _ mediaType: String, in folder: String) throws
        -> ImageDescriptor
    {
        let digest = "sha256:\(Digest(of: bytes).hex)"
        try FileSystem.write(bytes, to: try place(digest, in: folder))
        return ImageDescriptor(mediaType: mediaType, digest: digest, size: Int64(bytes.count))
    }

    /// Where a part with this digest lies.
    public func place(_ digest: String) -> String {
        "\(folder)/blobs/\(digest.replacing(":", with: "/"))"
    }

    /// Lays one layer over what a folder holds.
    ///
    /// - Parameter unpacker: knows the folder; the layers below have gone through it.
    /// - Throws: ``Problem`` when the layer is not what its digests say, or no tar archive.
    func apply(_ index: Int, with unpacker: inout LayerUnpacker, in workspace: Workspace) async throws {
        let layer = manifest.layers[index]
        let path = try Self.place(layer.digest, in: folder)
        guard FileSystem.size(of: path) == layer.size,
            try "sha256:\(Digest(ofFile: path).hex)" == layer.digest
        else { throw Problem("the layer \(layer.digest) is not what its digest says") }
        let before = unpacker
        let read: (LayerUnpacker, Digest)
        do {
            read = try await NamedPipe.read(in: workspace.folders.scratch) { pipe in
                try await workspace.runner.run(try decompression(of: layer, to: pipe))
            } reading: { descriptor in
                var unpacker = before
                let digest = try unpacker.apply(descriptor)
                return (unpacker, digest)
            }
        } catch let failure as TarFailure {
            throw Problem("the layer \(layer.digest): \(failure)")
        }
        let diffID = configuration.rootfs.diffIDs[index]
        guard "sha256:\(read.1.hex)" == diffID else {
            throw Problem("the layer \(layer.digest) unpacks to something else than \(diffID)")
        }
        unpacker = read.0
    }

    /// Unpacks one layer into an empty folder as a layer of our own stack: what it takes away from layers
    /// below is marked as overlayfs does.
    ///
    /// - Parameter space: bytes it may take.
    /// - Throws: ``Problem`` when the layer is not what its digests say, or cannot be kept.
    public func unpackForStack(_ index: Int, into root: String, space: Int64, in workspace: Workspace)
        async throws
    {
        var unpacker = LayerUnpacker(root: root, space: space, removals: .marked)
        try await apply(index, with: &unpacker, in: workspace)
        unpacker.finish()
        if let note = unpacker.notes.first { throw Problem(note) }
    }

    func decompression(of layer: ImageDescriptor, to path: String) throws -> ToolCall {
        let place = try Self.place(layer.digest, in: folder)
        let tool = try ArchiveExtraction.decompressor(of: place)
        return ToolCall(tool ?? "cat", (tool == nil ? [] : ["-dc"]) + ["--", place], output: .file(path))
    }

    // MARK: Checked reading

    /// - Throws: for a digest that is none, which could name any file.
    public static func place(_ digest: String, in folder: String) throws -> String {
        let hex = digest.dropFirst("sha256:".count)
        guard digest.hasPrefix("sha256:"), hex.utf8.count == 64,
            hex.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { throw Problem("'\(digest)' is no SHA-256 digest") }
        return "\(folder)/blobs/sha256/\(hex)"
    }

    private static func blob(_ descriptor: ImageDescriptor, in folder: String) throws -> [UInt8] {
        let bytes = try FileSystem.readBytes(try place(descriptor.digest, in: folder), limit: 16 << 20)
        guard "sha256:\(Digest(of: bytes).hex)" == descriptor.digest else {
            throw Problem("the part \(descriptor.digest) is not what its digest says")
        }
        return bytes
    }

    /// - Parameter what: named when it cannot be read.
    public static func decode<Value: Decodable>(_ bytes: [UInt8], _ what: String) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(bytes))
        } catch {
            throw Problem("\(what) cannot be read")
        }
    }
}
