import KiwiBoot
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

extension Artifact {
    /// The root tree as WSL imports it.
    static let wslArchive = Artifact.file("wsl")
}

/// Packs the root tree as a compressed tar archive for the Windows Subsystem for Linux.
struct PackForWindows: BuildStep {
    let id = "wsl"
    @Unkeyed var because: Position?
    var tree: Artifact
    /// Files without which WSL starts the system with defaults of its own.
    var wanted: [String]

    /// What the subsystem provides, and what it does not need.
    static let excluded = Exclusions.standard + ["boot", "dev", "sys", "proc"]

    var summary: String { "pack the root tree for the Windows Subsystem for Linux" }
    var reads: [Artifact] { [tree, .clock, .deviceNodes] }
    var writes: [Artifact] { [.wslArchive] }
    var tools: [ToolRequirement] {
        [TarCall.requirement, ToolRequirement("pigz", package: "pigz", to: "compress the archive")]
    }

    func run(in workspace: Workspace) async throws {
        let clock: Int64 = try await workspace.value(.clock)
        let nodes: [DeviceNode] = try await workspace.value(.deviceNodes)
        let output = try await workspace.newFile(.wslArchive)
        let scratch = try ScratchFolder(in: workspace.folders.scratch)
        defer { scratch.remove() }
        try await workspace.withTree(of: tree) { tree in
            let reader = TreeReader(tree.path)
            let missing = wanted.filter { !reader.isFile($0) }
            if !missing.isEmpty {
                workspace.log.warning(
                    "the image has no \(missing.joined(separator: " and no ")): put it into the overlay, "
                        + "or WSL uses its defaults")
            }
            let exclusions = try Exclusions(of: reader, and: Self.excluded)
            let stream = try TarStream(
                of: tree.path, without: exclusions,
                headers: exclusions.kept(nodes).map { $0.tarHeader(clock: clock) }, clock: clock,
                scratch: scratch.path)
            try await workspace.runner.run(stream.call(into: Pigz.call(to: output)))
        }
    }
}

/// Parallel gzip whose output depends on nothing but its input.
enum Pigz {
    static func call(to output: String) -> ToolCall {
        // One thread writes other bytes than several, whose number does not matter.
        let threads = max(2, Processors.count)
        return ToolCall(
            "pigz", ["--no-name", "--processes", "\(threads)", "--stdout"], output: .file(output))
    }
}
