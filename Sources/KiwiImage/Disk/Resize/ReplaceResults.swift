import KiwiDescription
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

extension Artifact {
    /// Names of the files that were replaced (`[String]`).
    static let replaced = Artifact.value("replaced")
}

/// Puts files in the place of earlier results: all are complete and on the disk before the first is renamed.
struct ReplaceResults: BuildStep {
    let id = "results"
    var files: [ResultFile]
    /// Absolute path of the manifest that tells their sizes and checksums; nil when there is none.
    var manifest: String?
    /// New size of the disk.
    var bytes: Int64
    var owner: CreateOptions.Owner?

    var summary: String { "replace \(files.map(\.name).joined(separator: ", "))" }
    var reads: [Artifact] { files.map(\.artifact) }
    var writes: [Artifact] { [.replaced] }

    func run(in workspace: Workspace) async throws {
        let target = workspace.folders.target
        var renames: [(from: String, to: String)] = []
        do {
            var facts = manifest.flatMap(ManifestUpdate.init(file:))
            for file in files {
                let source = try await workspace.file(file.artifact)
                let digest = try await workspace.artifacts.digest(of: file.artifact)
                facts?.set(file.name, bytes: FileSystem.size(of: source) ?? 0, sha256: digest)
                // The work folder lies in the target folder.
                let temporary = "\(target)/.\(file.name).new"
                try FileSystem.rename(source, to: temporary)
                renames.append((temporary, "\(target)/\(file.name)"))
            }
            facts?.setDiskSize(bytes)
            if let manifest, let facts {
                let temporary = "\(target)/.\(FileSystem.name(of: manifest)).new"
                try FileSystem.write(facts.text, to: temporary)
                renames.append((temporary, manifest))
            }
            for (temporary, _) in renames { try FinishedFile.finish(temporary, owner: owner) }
        } catch {
            for (temporary, _) in renames { unlink(temporary) }
            throw error
        }
        for (temporary, name) in renames { try FileSystem.rename(temporary, to: name) }
        FinishedFile.sync(target)
        try await workspace.set(.replaced, files.map(\.name))
    }
}
