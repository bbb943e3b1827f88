import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// Runs `images.sh` in a layer of its image type, at the start of create.
public struct RunImagesScript: BuildStep {
    public var type: String
    public var script: DescriptionContents.File
    /// `kiwi_*` variables of the type.
    public var environment: [String: String]
    public var selinuxPolicy: String
    public var reusesScripts: Bool

    private enum CodingKeys: CodingKey { case type, script, environment, selinuxPolicy }

    public var id: String { "layer.image-type.\(type)" }
    public var summary: String { "run images.sh for type \(type)" }
    public var reads: [Artifact] { [.configurationLayer] }
    public var writes: [Artifact] { [.imageTypeLayer(type)] }
    public var reusable: Bool { reusesScripts }
    public var reuseNotice: String? { "images.sh was not run again: --no-cache runs it" }

    public func run(in workspace: Workspace) async throws {
        let clock = try? await workspace.value(.clock, as: Int64.self)
        try await workspace.buildLayer(.imageTypeLayer(type), over: .configurationLayer) { tree in
            try await ScriptRun(tree: tree, script: script, variables: environment, clock: clock).run()
            try await SecurityLabels(tree: tree, policy: selinuxPolicy).set()
        }
    }
}
