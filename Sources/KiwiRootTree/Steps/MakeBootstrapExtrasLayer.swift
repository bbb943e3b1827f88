import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// What a description wants between the two package phases: bootstrap archives,
/// `post_bootstrap.sh` and certificates. Planned only when there are any.
public struct MakeBootstrapExtrasLayer: BuildStep {
    public var input: ConfigurationInput
    public var contents: DescriptionContents
    public var functions: DescriptionContents.File?
    public var sortsArchives: Bool
    public var certificates: CertificateSetup?
    public var reusesScripts: Bool

    private enum CodingKeys: CodingKey {
        case input, scripts, archives, functions, sortsArchives, certificates
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(input.environment, forKey: .input)
        try container.encode(contents.scripts, forKey: .scripts)
        try container.encode(
            input.bootstrapArchives.compactMap { contents.archives[$0.name.value] }, forKey: .archives)
        try container.encode(functions, forKey: .functions)
        try container.encode(sortsArchives, forKey: .sortsArchives)
        try container.encode(certificates, forKey: .certificates)
    }

    public var id: String { "layer.bootstrap-extras" }
    public var summary: String { "apply bootstrap archives, scripts and certificates" }
    public var reads: [Artifact] { [.bootstrapLayer, .clock] }
    public var writes: [Artifact] { [.bootstrapExtrasLayer, .bootstrapDeviceNodes] }
    public var tools: [ToolRequirement] { ArchiveTools.requirements(contents.archives.values.map(\.path)) }
    public var reusable: Bool { reusesScripts || !contents.has(.postBootstrap) }
    public var reuseNotice: String? {
        contents.has(.postBootstrap) ? "post_bootstrap.sh was not run again: --no-cache runs it" : nil
    }

    public func run(in workspace: Workspace) async throws {
        let clock: Int64 = try await workspace.value(.clock)
        let nodes = DeviceNodeBox()
        try await workspace.buildLayer(.bootstrapExtrasLayer, over: .bootstrapLayer) { tree in
            var configuration = try TreeConfiguration(
                tree: tree, input: input, contents: contents, functions: functions,
                sortsArchives: sortsArchives,
                clock: clock)
            try await configuration.unpack(input.bootstrapArchives)
            if contents.has(.postBootstrap) {
                try DescriptionImport(tree: tree, clock: clock).scripts(contents, functions)
                try await configuration.perform(.profileFile)
                try await configuration.run(.postBootstrap)
            }
            try await certificates?.install(in: tree)
            nodes.set(configuration.deviceNodes)
        }
        try await workspace.set(.bootstrapDeviceNodes, nodes.nodes)
    }
}
