import Foundation
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Fetches the image that a container is derived from. Several become one, the last on top.
public struct ImportBaseImage: BuildStep {
    public var sources: [BaseImageSource]
    public var architecture: Architecture
    private var position: Position?
    private var access: RegistryAccess

    public init(
        _ sources: [BaseImageSource], architecture: Architecture, access: RegistryAccess, because: Position?
    ) {
        self.sources = sources
        self.access = access
        self.architecture = architecture
        position = because
    }

    private enum CodingKeys: CodingKey { case sources, architecture }

    public var id: String { "base-image.import" }
    public var summary: String { "fetch the base image \(sources.map(\.text).joined(separator: ", "))" }
    public var because: Position? { position }
    public var reads: [Artifact] { [] }
    public var writes: [Artifact] { [.baseImage, .baseImageDigest] }
    public var tools: [ToolRequirement] {
        [
            ToolRequirement("skopeo", package: "skopeo", to: "fetch base images of containers"),
            ToolRequirement("tar", package: "tar", to: "read archives of containers"),
        ]
    }

    public func run(in workspace: Workspace) async throws {
        var images: [BaseImage] = []
        defer { for image in images { image.remove() } }
        for source in sources { images.append(try await fetch(source, workspace)) }
        let output = try await workspace.newFile(.baseImage)
        let folder = try ScratchFolder(in: workspace.folders.bulk)
        defer { folder.remove() }
        let digest = try Self.write(images, to: folder.path)
        try await workspace.runner.run(
            ToolCall(
                "tar",
                [
                    "--create", "--file=\(output)", "--directory=\(folder.path)", "--sort=name",
                    "--format=gnu", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0",
                    "--mode=u=rwX,go=rX", "blobs", "index.json", "oci-layout",
                ]))
        try await workspace.set(.baseImageDigest, digest)
    }

    // MARK: Fetching

    private func fetch(_ source: BaseImageSource, _ workspace: Workspace) async throws -> BaseImage {
        let work = try ScratchFolder(in: workspace.folders.bulk)
        defer { work.remove() }
        let name: String
        switch source.place {
        case .skopeo(let text): name = text
        case .archive(let path, let image):
            guard FileSystem.isFile(path) else {
                throw problem(source, "there is no file '\(path)'", remedy: "correct the path")
            }
            name = try await transport(of: path, image, work.path, source, workspace)
        }
        let layout = try ScratchFolder(in: workspace.folders.bulk)
        do {
            let isRemote = name.hasPrefix("docker://")
            if isRemote, workspace.settings.offline {
                throw problem(
                    source, "--offline: a base image of a registry has to be fetched",
                    remedy: "keep it as an archive (skopeo copy) and name that in derived_from")
            }
            try await workspace.runner.run(
                ToolCall(
                    "skopeo",
                    RegistryAccess.policy + [
                        "--tmpdir", work.path, "--override-os", "linux", "--override-arch",
                        architecture.containerName.name, "copy",
                    ] + (isRemote ? access.options(side: "src") : []) + [
                        "--", name, "oci:\(layout.path):base_layer",
                    ],
                    environment: RegistryAccess.callersEnvironment, logPrefix: "skopeo: "))
            return try BaseImage(layout, workspace)
        } catch let failure as ToolFailure {
            layout.remove()
            if let known = RegistryProblem(of: failure.lastLines) {
                throw problem(source, known.text, remedy: known.remedy)
            }
            throw problem(
                source, "it cannot be fetched", remedy: "look at the last lines",
                notes: failure.lastLines.suffix(5))
        } catch {
            layout.remove()
            throw error
        }
    }

    /// How skopeo names the archive; a compressed one is unpacked first.
    private func transport(
        of path: String, _ image: String?, _ folder: String, _ source: BaseImageSource, _ workspace: Workspace
    ) async throws -> String {
        var plain = path
        if let tool = try ArchiveExtraction.decompressor(of: path) {
            plain = "\(folder)/archive.tar"
            try await workspace.runner.run(ToolCall(tool, ["-dc", "--", path], output: .file(plain)))
        }
        // A colon would begin the name of an image.
        let link = "\(folder)/image.tar"
        if plain.contains(":") { try LocalFile.linkOrCopy(plain, to: link) }
        let list = try? await workspace.runner.run(
            ToolCall("tar", ["--list", "--file=\(plain)", "--force-local"], output: .capture()))
        let names = Set(list?.output.split(separator: "\n").map(String.init) ?? [])
        let kind: String
        if names.contains("oci-layout") || names.contains("./oci-layout") {
            kind = "oci-archive"
        } else if names.contains("manifest.json") {
            kind = "docker-archive"
        } else {
            throw problem(
                source, "'\(path)' is neither an oci nor a docker archive",
                remedy: "save one with 'skopeo copy SOURCE oci-archive:FILE'")
        }
        return "\(kind):\(plain.contains(":") ? link : plain)" + (image.map { ":\($0)" } ?? "")
    }

    // MARK: Joining

    /// Writes one image with the layers of all.
    /// - Returns: the digest of its manifest.
    private static func write(_ images: [BaseImage], to folder: String) throws -> String {
        let blobs = "\(folder)/blobs/sha256"
        try FileSystem.makeFolder(blobs)
        let layers = images.flatMap(\.manifest.layers)
        for image in images {
            for layer in image.manifest.layers {
                let source = image.place(layer.digest)
                guard FileSystem.size(of: source) == layer.size,
                    try "sha256:\(Digest(ofFile: source).hex)" == layer.digest
                else { throw BaseImage.problem("the layer \(layer.digest) is not what its digest says") }
                try LocalFile.linkOrCopy(
                    source, to: "\(blobs)/\(layer.digest.dropFirst("sha256:".count))")
            }
        }
        var configuration = images[images.count - 1].configuration
        configuration.rootfs.diffIDs = images.flatMap(\.configuration.rootfs.diffIDs)
        configuration.history = images.flatMap { $0.configuration.history ?? [] }
        let config = try OCILayout.write(
            try CanonicalJSON.encode(configuration), ImageDescriptor.configurationType, in: folder)
        let manifest = try OCILayout.write(
            try CanonicalJSON.encode(ImageManifest(config: config, layers: layers)),
            ImageDescriptor.manifestType, in: folder)
        try OCILayout.writeIndex(of: manifest, named: "base_layer", in: folder)
        return manifest.digest
    }

    private func problem(
        _ source: BaseImageSource, _ text: String, remedy: String, notes: some Sequence<String> = []
    ) -> Failure {
        Failure(
            .buildFailed,
            Diagnostic(
                "base-image-source", at: position, "the base image '\(source.text)': \(text)", remedy: remedy,
                notes: Array(notes)))
    }
}
