import Foundation
import KiwiDiagnostics
import KiwiToolbox

extension Artifact {
    /// The image a container is derived from, as an archive of OCI's form.
    public static let baseImage = Artifact.file("base-image")
    /// The digest of its manifest: equal digests mean equal images.
    public static let baseImageDigest = Artifact.value("base-image.digest")
    /// Its layers laid over each other: the lowest layer of the root tree.
    public static let baseTree = Artifact.layer("base")
}

/// The image a container is derived from, unpacked to its parts. Everything is compared with its
/// digest before it is used.
public struct BaseImage: Sendable {
    private let folder: ScratchFolder
    private let workspace: Workspace
    public let manifest: ImageManifest
    public let configuration: ImageConfiguration
    /// Of the manifest.
    let digest: String

    /// - Parameter archive: one with a single image.
    public init(archive: String, in workspace: Workspace) async throws {
        let folder = try ScratchFolder(in: workspace.folders.bulk)
        do {
            try await workspace.runner.run(
                ToolCall(
                    "tar",
                    [
                        "--extract", "--file=\(archive)", "--directory=\(folder.path)", "--no-same-owner",
                        "--no-same-permissions",
                    ]))
            try self.init(folder, workspace)
        } catch {
            folder.remove()
            throw error
        }
    }

    /// - Parameter folder: one in OCI's form; it is removed with this value.
    init(_ folder: ScratchFolder, _ workspace: Workspace) throws {
        self.folder = folder
        self.workspace = workspace
        let index: ImageIndex = try Self.decode(
            try FileSystem.readBytes("\(folder.path)/index.json", limit: 1 << 20), "index.json")
        guard let entry = index.manifests.first, index.manifests.count == 1 else {
            throw Self.problem("it has \(index.manifests.count) images instead of one")
        }
        digest = entry.digest
        manifest = try Self.decode(try Self.blob(entry, in: folder.path), "the manifest")
        configuration = try Self.decode(try Self.blob(manifest.config, in: folder.path), "the configuration")
        guard manifest.layers.count == configuration.rootfs.diffIDs.count else {
            throw Self.problem(
                "it has \(manifest.layers.count) layers, its configuration names \(configuration.rootfs.diffIDs.count)"
            )
        }
        for layer in manifest.layers { _ = try Self.place(layer.digest, in: folder.path) }
    }

    public func remove() { folder.remove() }

    /// Where a part with this digest lies.
    public func place(_ digest: String) -> String {
        "\(folder.path)/blobs/\(digest.replacing(":", with: "/"))"
    }

    /// Writes a layer as a plain tar archive.
    public func unpackBlob(_ layer: ImageDescriptor, to path: String) async throws {
        try await workspace.runner.run(try decompression(of: layer, to: path))
    }

    /// Lays all layers over each other in an empty folder.
    func unpack(into root: String) async throws {
        let space = max(0, (FileSystem.freeBytes(at: root) ?? .max) - Self.reserve)
        var unpacker = LayerUnpacker(root: root, space: space)
        for (layer, diffID) in zip(manifest.layers, configuration.rootfs.diffIDs) {
            let path = try Self.place(layer.digest, in: folder.path)
            guard FileSystem.size(of: path) == layer.size,
                try "sha256:\(Digest(ofFile: path).hex)" == layer.digest
            else { throw Self.problem("the layer \(layer.digest) is not what its digest says") }
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
                throw Self.problem("the layer \(layer.digest): \(failure)")
            }
            guard "sha256:\(read.1.hex)" == diffID else {
                throw Self.problem("the layer \(layer.digest) unpacks to something else than \(diffID)")
            }
            unpacker = read.0
        }
        unpacker.finish()
        for note in unpacker.notes { workspace.log.debug("base image: \(note)") }
    }

    /// Bytes that stay free for everything else.
    private static let reserve: Int64 = 64 << 20

    private func decompression(of layer: ImageDescriptor, to path: String) throws -> ToolCall {
        let place = try Self.place(layer.digest, in: folder.path)
        let tool = try ArchiveExtraction.decompressor(of: place)
        return ToolCall(tool ?? "cat", (tool == nil ? [] : ["-dc"]) + ["--", place], output: .file(path))
    }

    // MARK: Checked reading

    /// - Throws: for a digest that is none, which could name any file.
    private static func place(_ digest: String, in folder: String) throws -> String {
        let hex = digest.dropFirst("sha256:".count)
        guard digest.hasPrefix("sha256:"), hex.utf8.count == 64,
            hex.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { throw problem("'\(digest)' is no SHA-256 digest") }
        return "\(folder)/blobs/sha256/\(hex)"
    }

    private static func blob(_ descriptor: ImageDescriptor, in folder: String) throws -> [UInt8] {
        let bytes = try FileSystem.readBytes(try place(descriptor.digest, in: folder), limit: 16 << 20)
        guard "sha256:\(Digest(of: bytes).hex)" == descriptor.digest else {
            throw problem("the part \(descriptor.digest) is not what its digest says")
        }
        return bytes
    }

    private static func decode<Value: Decodable>(_ bytes: [UInt8], _ what: String) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(bytes))
        } catch {
            throw problem("\(what) cannot be read")
        }
    }

    static func problem(_ text: String) -> Diagnostic {
        Diagnostic(
            "bad-base-image", "the image that the container is derived from cannot be used: \(text)",
            remedy: "fetch it again from where it comes")
    }
}
