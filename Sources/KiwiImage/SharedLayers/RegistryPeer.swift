import KiwiRootTree
import KiwiToolbox

/// A repository of a container registry: each entry is an image whose tag is the key.
struct RegistryPeer: CachePeer {
    let name: String
    let access: RegistryAccess
    var location: CacheLocation { .registry(name) }

    static let requirement = ToolRequirement(
        "skopeo", package: "skopeo", to: "share layers by a container registry")

    private func reference(_ key: String) -> String { "docker://\(name):\(key)" }

    func has(_ key: String, in workspace: Workspace) async throws -> Bool {
        try await call(["inspect", "--raw"] + access.options(side: nil) + ["--", reference(key)], workspace)
    }

    func get(_ key: String, into layout: String, in workspace: Workspace) async throws -> Bool {
        try await call(
            ["copy", "--preserve-digests"] + access.options(side: "src")
                + ["--", reference(key), "oci:\(layout):\(PortableStep.name)"], workspace)
    }

    /// A registry compares parts with their digests itself: damaged ones come from people who may write there.
    func put(_ key: String, from layout: String, replacing: Bool, in workspace: Workspace) async throws {
        let isThere = try await call(
            ["copy", "--preserve-digests"] + access.options(side: "dest")
                + ["--", "oci:\(layout):\(PortableStep.name)", reference(key)], workspace)
        guard isThere else { throw PeerFailure(text: "it does not take the repository \(name)") }
    }

    /// - Returns: false when the registry has no such image.
    private func call(_ words: [String], _ workspace: Workspace) async throws -> Bool {
        let scratch = try ScratchFolder(in: workspace.folders.bulk)
        defer { scratch.remove() }
        do {
            try await workspace.runner.run(
                ToolCall(
                    "skopeo", RegistryAccess.policy + ["--tmpdir", scratch.path] + words,
                    environment: RegistryAccess.callersEnvironment, output: .capture(), logPrefix: "skopeo: ")
            )
            return true
        } catch let failure as ToolFailure {
            guard let problem = RegistryProblem(of: failure.lastLines) else {
                throw PeerFailure(text: failure.lastLines.last ?? "skopeo failed")
            }
            if problem.isMissing { return false }
            throw PeerFailure(text: problem.text, remedy: nil)
        }
    }
}
