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
    private let layout: OCILayout

    public var manifest: ImageManifest { layout.manifest }
    public var configuration: ImageConfiguration { layout.configuration }
    /// Of the manifest.
    var digest: String { layout.digest }

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
        layout = try Self.explaining { try OCILayout(folder.path) }
    }

    public func remove() { folder.remove() }

    /// Where a part with this digest lies.
    public func place(_ digest: String) -> String { layout.place(digest) }

    /// Writes a layer as a plain tar archive.
    public func unpackBlob(_ layer: ImageDescriptor, to path: String) async throws {
        try await workspace.runner.run(
            try Self.explaining { try layout.decompression(of: layer, to: path) })
    }

    /// Lays all layers over each other in an empty folder.
    func unpack(into root: String) async throws {
        let space = max(0, (FileSystem.freeBytes(at: root) ?? .max) - Self.reserve)
        var unpacker = LayerUnpacker(root: root, space: space)
        for index in manifest.layers.indices {
            do {
                try await layout.apply(index, with: &unpacker, in: workspace)
            } catch let problem as OCILayout.Problem {
                throw Self.problem("\(problem)")
            }
        }
        unpacker.finish()
        for note in unpacker.notes { workspace.log.debug("base image: \(note)") }
    }

    /// Bytes that stay free for everything else.
    private static let reserve: Int64 = 64 << 20

    private static func explaining<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let found as OCILayout.Problem { throw problem("\(found)") }
    }

    static func problem(_ text: String) -> Diagnostic {
        Diagnostic(
            "bad-base-image", "the image that the container is derived from cannot be used: \(text)",
            remedy: "fetch it again from where it comes")
    }
}
