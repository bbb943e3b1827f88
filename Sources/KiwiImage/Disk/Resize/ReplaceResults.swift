import KiwiDescription
import KiwiToolbox

extension Artifact {
    /// Names of the files that were replaced (`[String]`).
    static let replaced = Artifact.value("replaced")
}

/// Puts files in the place of earlier results: all are complete and on the disk before the first is renamed.
struct ReplaceResults: BuildStep {
    let id = "results"
    var files: [ResultFile]
    /// Path of the manifest in the target folder that tells their sizes and checksums; nil when there is none.
    var manifest: String?
    /// New size of the disk.
    var bytes: Int64
    var owner: CreateOptions.Owner?
    /// What must be found good before.
    var after: [Artifact] = []

    var summary: String { "replace \(files.map(\.name).joined(separator: ", "))" }
    var reads: [Artifact] { files.map(\.artifact) + after }
    var writes: [Artifact] { [.replaced] }

    func run(in workspace: Workspace) async throws {
        var staged = StagedFiles(in: workspace.folders.target)
        do {
            var facts = manifest.flatMap(ManifestUpdate.init(file:))
            for file in files {
                let source = try await workspace.file(file.artifact)
                let digest = try await workspace.artifacts.digest(of: file.artifact)
                facts?.set(file.name, bytes: FileSystem.size(of: source) ?? 0, sha256: digest)
                // The work folder lies in the target folder.
                try FileSystem.rename(source, to: staged.path(for: file.name))
            }
            facts?.setDiskSize(bytes)
            if let manifest, let facts {
                try FileSystem.write(facts.text, to: staged.path(for: FileSystem.name(of: manifest)))
            }
            try staged.publish(owner: owner)
        } catch {
            staged.discard()
            throw error
        }
        try await workspace.set(.replaced, files.map(\.name))
    }
}
