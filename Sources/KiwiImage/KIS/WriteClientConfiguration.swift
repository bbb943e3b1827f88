import KiwiBoot
import KiwiDescription
import KiwiToolbox

extension Artifact {
    /// What network clients without a configuration of their own do.
    static let clientConfiguration = Artifact.file("config.default")
}

/// Writes what a `<deploy>` section says as `config.default`, for the folder KIWI of a boot server.
struct WriteClientConfiguration: BuildStep {
    var deploy: LegacyFacts.Deploy
    /// `NAME.ARCH`.
    var name: String
    var version: String
    var compression: String?
    /// `NAME.ARCH` of the read-only part of a split image.
    var readOnlyName: String?

    var id: String { "client-configuration" }
    var summary: String { "write the configuration of network clients" }
    var reads: [Artifact] { [.rootFileSystem] }
    var writes: [Artifact] { [.clientConfiguration] }

    func run(in workspace: Workspace) async throws {
        let bytes = FileSystem.size(of: try await workspace.file(.rootFileSystem)) ?? 0
        let configuration = ClientConfiguration(
            deploy, name: name, version: version, imageMiB: (bytes + (1 << 20) - 1) >> 20,
            compression: compression, readOnlyName: readOnlyName)
        try FileSystem.write(configuration.text, to: try await workspace.newFile(.clientConfiguration))
    }
}
