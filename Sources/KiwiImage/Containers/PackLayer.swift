import KiwiBoot
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Packs a tree, or its difference from another one, as a layer of a container.
struct PackLayer: BuildStep {
    /// Counted from the lowest of ours.
    var index: Int
    @Unkeyed var because: Position?
    var tree: Artifact
    /// The tree below, of which only the difference is packed.
    var below: Artifact?
    /// By gzip; else the plain tar.
    var compressed: Bool
    /// What is left out besides what the tree itself says.
    var excluded: [String]
    /// Whether the device nodes that the tree cannot have belong here.
    var withNodes: Bool
    /// Without marks of what is gone from the tree below.
    var isDelta: Bool

    var id: String { "container.layer.\(index)" }
    var summary: String {
        "pack \(below == nil ? "the root tree" : "what changed") as a layer of the container"
    }
    var reads: [Artifact] {
        [tree] + [below].compactMap { $0 } + [.clock] + (withNodes ? [.deviceNodes] : [])
    }
    var writes: [Artifact] { [.layerFile(index), .layerInfo(index)] }
    var reusable: Bool { true }
    var tools: [ToolRequirement] {
        [TarCall.requirement]
            + (compressed ? [ToolRequirement("pigz", package: "pigz", to: "compress container layers")] : [])
    }

    func keyMaterial(in workspace: Workspace) async throws -> [String] {
        var versions: [String] = []
        for tool in tools { versions.append(await ToolVersion.of(tool.tool, in: workspace)) }
        return versions
    }

    func run(in workspace: Workspace) async throws {
        let clock: Int64 = try await workspace.value(.clock)
        let output = try await workspace.newFile(.layerFile(index))
        let allNodes: [DeviceNode] = withNodes ? try await workspace.value(.deviceNodes) : []
        let scratch = try ScratchFolder(in: workspace.folders.scratch)
        defer { scratch.remove() }
        let diffID = try await workspace.withTree(of: tree) { tree in
            let exclusions = try Exclusions(of: TreeReader(tree.path), and: excluded)
            let headers = exclusions.kept(allNodes).map { $0.tarHeader(clock: clock) }
            guard let below else {
                let stream = try TarStream(
                    of: tree.path, without: exclusions, headers: headers, clock: clock, scratch: scratch.path)
                return try await write(stream, to: output, workspace)
            }
            return try await workspace.withTree(of: below) { below in
                // What a layer of ours below holds and this tree leaves out must be marked as gone.
                let known =
                    index == 0 ? exclusions : try Exclusions(of: TreeReader(below.path), and: excluded)
                let change = try TreeDifference(
                    from: below.path, without: known, to: tree.path, without: exclusions, clock: clock)
                let stream = try TarStream(
                    of: tree.path, only: change.members,
                    headers: (isDelta ? [] : change.whiteouts(clock: clock)) + headers,
                    clock: clock, scratch: scratch.path)
                return try await write(stream, to: output, workspace)
            }
        }
        let digest = compressed ? try Digest(ofFile: output) : diffID
        try await workspace.set(
            .layerInfo(index),
            LayerInfo(
                diffID: "sha256:\(diffID.hex)", digest: "sha256:\(digest.hex)",
                bytes: FileSystem.size(of: output) ?? 0))
    }

    /// - Returns: the digest of the plain tar.
    private func write(_ stream: TarStream, to output: String, _ workspace: Workspace) async throws -> Digest
    {
        try await NamedPipe.read(in: workspace.folders.scratch) { pipe in
            var copy = ToolCall("tee", [pipe], output: .file(output))
            if compressed {
                copy.output = .pipe(to: Pigz.call(to: output))
            }
            try await workspace.runner.run(stream.call(into: copy))
        } reading: { descriptor in
            try Digest(readingFrom: descriptor, named: "the layer")
        }
    }
}
