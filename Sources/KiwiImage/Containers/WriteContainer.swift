import KiwiBoot
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

extension Artifact {
    /// The archive of a container.
    static let container = Artifact.file("container")
}

/// How a container is archived: the value of `<type image=...>`.
enum ContainerFormat: String, Sendable, Codable {
    case oci, docker
}

/// Puts layers and configuration together as an archive.
struct WriteContainer: BuildStep {
    let id = "container"
    @Unkeyed var because: Position?
    var format: ContainerFormat
    var description: ContainerDescription
    /// How many layers are ours.
    var layerCount: Int
    /// Whether it lies over a base image.
    var hasBase: Bool
    /// Options of xz; nil: the archive is not compressed.
    var compression: [String]?

    var summary: String { "write the container \(description.reference) as \(format.rawValue) archive" }
    var reads: [Artifact] {
        (0..<layerCount).flatMap { [Artifact.layerFile($0), .layerInfo($0)] }
            + (hasBase ? [.baseImage, .baseImageDigest] : []) + [.clock]
    }
    var writes: [Artifact] { [.container] }
    var reusable: Bool { true }
    var tools: [ToolRequirement] {
        [TarCall.requirement]
            + (compression == nil
                ? [] : [ToolRequirement("xz", package: "xz-utils", to: "compress the container")])
    }

    func keyMaterial(in workspace: Workspace) async throws -> [String] {
        compression == nil ? [] : [await ToolVersion.of("xz", in: workspace)]
    }

    func run(in workspace: Workspace) async throws {
        let clock: Int64 = try await workspace.value(.clock)
        var layers: [(info: LayerInfo, file: String)] = []
        for index in 0..<layerCount {
            layers.append(
                (try await workspace.value(.layerInfo(index)), try await workspace.file(.layerFile(index))))
        }
        let output = try await workspace.newFile(.container)
        let folder = try ScratchFolder(in: workspace.folders.bulk)
        defer { folder.remove() }
        let base = hasBase ? try await BaseImage(archive: workspace.file(.baseImage), in: workspace) : nil
        defer { base?.remove() }
        let configuration = description.configuration(
            over: base?.configuration, layers: layers.map(\.info.diffID), clock: clock)
        switch format {
        case .oci: try await writeOCI(configuration, layers, base, to: folder.path, workspace)
        case .docker: try await writeDocker(configuration, layers, base, to: folder.path, workspace)
        }
        try await archive(folder.path, to: output, clock: clock, workspace)
    }

    // MARK: OCI

    private func writeOCI(
        _ configuration: ImageConfiguration, _ layers: [(info: LayerInfo, file: String)], _ base: BaseImage?,
        to folder: String, _ workspace: Workspace
    ) async throws {
        try FileSystem.makeFolder("\(folder)/blobs/sha256")
        func place(_ digest: String) -> String { "\(folder)/blobs/\(digest.replacing(":", with: "/"))" }
        func blob(_ bytes: [UInt8], _ mediaType: String) throws -> ImageDescriptor {
            let digest = "sha256:\(Digest(of: bytes).hex)"
            try FileSystem.write(bytes, to: place(digest))
            return ImageDescriptor(mediaType: mediaType, digest: digest, size: Int64(bytes.count))
        }
        for descriptor in base?.manifest.layers ?? [] {
            try await bring(base!.place(descriptor.digest), to: place(descriptor.digest), workspace)
        }
        for layer in layers { try await bring(layer.file, to: place(layer.info.digest), workspace) }
        let manifest = ImageManifest(
            config: try blob(try CanonicalJSON.encode(configuration), ImageDescriptor.configurationType),
            layers: (base?.manifest.layers ?? [])
                + layers.map {
                    ImageDescriptor(
                        mediaType: ImageDescriptor.gzipLayerType, digest: $0.info.digest, size: $0.info.bytes)
                })
        var entry = try blob(try CanonicalJSON.encode(manifest), ImageDescriptor.manifestType)
        entry.annotations = [ImageDescriptor.nameAnnotation: description.reference]
        try FileSystem.write(try CanonicalJSON.encode(ImageIndex([entry])), to: "\(folder)/index.json")
        try FileSystem.write("{\"imageLayoutVersion\":\"1.0.0\"}", to: "\(folder)/oci-layout")
    }

    // MARK: Docker

    /// One entry of `manifest.json`.
    private struct DockerImage: Encodable {
        var config: String
        var names: [String]
        var layers: [String]

        private enum CodingKeys: String, CodingKey {
            case config = "Config"
            case names = "RepoTags"
            case layers = "Layers"
        }
    }

    private func writeDocker(
        _ configuration: ImageConfiguration, _ layers: [(info: LayerInfo, file: String)], _ base: BaseImage?,
        to folder: String, _ workspace: Workspace
    ) async throws {
        func name(_ digest: String) -> String { "\(digest.split(separator: ":").last ?? "").tar" }
        var names: [String] = []
        if let base {
            for (descriptor, diffID) in zip(base.manifest.layers, base.configuration.rootfs.diffIDs) {
                names.append(name(diffID))
                try await base.unpackBlob(descriptor, to: "\(folder)/\(name(diffID))")
            }
        }
        for layer in layers {
            names.append(name(layer.info.diffID))
            try await bring(layer.file, to: "\(folder)/\(name(layer.info.diffID))", workspace)
        }
        let bytes = try CanonicalJSON.encode(configuration)
        let config = "\(Digest(of: bytes).hex).json"
        try FileSystem.write(bytes, to: "\(folder)/\(config)")
        let image = DockerImage(config: config, names: description.references, layers: names)
        try FileSystem.write(try CanonicalJSON.encode([image]), to: "\(folder)/manifest.json")
    }

    // MARK: Archive

    /// A second name where the file system allows, else a copy.
    private func bring(_ source: String, to target: String, _ workspace: Workspace) async throws {
        if link(source, target) == 0 || errno == EEXIST { return }
        try await workspace.runner.run(ToolCall("cp", ["--reflink=auto", "--", source, target]))
    }

    private func archive(_ folder: String, to output: String, clock: Int64, _ workspace: Workspace)
        async throws
    {
        // Files of 8 GiB need pax headers.
        let words = [
            "--create", "--file=-", "--directory=\(folder)", "--format=pax",
            "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime,delete=mtime", "--sort=name",
            "--numeric-owner", "--owner=0", "--group=0", "--mode=u=rwX,go=rX", "--mtime=@\(clock)",
            "--hard-dereference", "--",
        ]
        var tar = ToolCall(
            "tar", words + (try FileSystem.names(in: folder)), environment: ["LC_ALL": "C"],
            output: .file(output))
        if let compression {
            tar.output = .pipe(to: ToolCall("xz", ["--stdout"] + compression, output: .file(output)))
        }
        try await workspace.runner.run(tar)
    }
}
