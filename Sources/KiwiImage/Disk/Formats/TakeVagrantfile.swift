import KiwiDiagnostics
import KiwiToolbox

extension Artifact {
    /// The user's own Vagrantfile.
    static let vagrantfile = Artifact.file("Vagrantfile")
}

/// Takes the user's own Vagrantfile for a box.
struct TakeVagrantfile: BuildStep {
    enum Source: Sendable, Hashable, Encodable {
        /// As written in the description, which lies in the folder.
        case description(String, folder: String)
        /// From a box that was made of it.
        case box(String)
    }

    let id = "vagrantfile"
    @Unkeyed var because: Position?
    @Unkeyed var source: Source

    var summary: String { "take the Vagrantfile" }
    var reads: [Artifact] { [] }
    var writes: [Artifact] { [.vagrantfile] }
    var tools: [ToolRequirement] {
        if case .box = source { [FlatTar.requirement] } else { [] }
    }

    func run(in workspace: Workspace) async throws {
        let target = try await workspace.newFile(.vagrantfile)
        switch source {
        case .description(let written, let folder):
            let path = written.hasPrefix("/") ? written : "\(folder)/\(written)"
            guard FileSystem.isFile(path) else {
                throw Failure(
                    .descriptionWrong,
                    Diagnostic(
                        "missing-file", at: because, "the file \(path) does not exist",
                        remedy: "put it into the description's folder, or remove embedded_vagrantfile"))
            }
            try FileSystem.write(try FileSystem.readBytes(path, limit: 1 << 20), to: target)
        case .box(let path):
            try await workspace.runner.run(
                ToolCall(
                    "tar", ["--extract", "--gzip", "--to-stdout", "--file=\(path)", "Vagrantfile"],
                    output: .file(target)))
        }
    }
}
