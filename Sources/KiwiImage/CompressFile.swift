import KiwiToolbox

/// Compresses one file with xz.
struct CompressFile: BuildStep {
    var source: Artifact
    var target: Artifact
    /// Options of xz.
    var options: [String]
    /// What it is, in the words of the user.
    var what: String

    init(_ source: Artifact, to target: Artifact, options: [String], what: String) {
        self.source = source
        self.target = target
        self.options = options
        self.what = what
    }

    var id: String { "compress-\(source.name)" }
    var summary: String { "compress \(what) with xz" }
    var reads: [Artifact] { [source] }
    var writes: [Artifact] { [target] }
    var reusable: Bool { true }
    var tools: [ToolRequirement] { [ToolRequirement("xz", package: "xz-utils", to: "compress \(what)")] }

    func keyMaterial(in workspace: Workspace) async throws -> [String] {
        [await ToolVersion.of("xz", in: workspace)]
    }

    func run(in workspace: Workspace) async throws {
        try await workspace.runner.run(
            ToolCall(
                "xz", ["--stdout"] + options, input: .file(try await workspace.file(source)),
                output: .file(try await workspace.newFile(target))))
    }
}
