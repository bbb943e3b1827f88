import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// What create changes in a tree for one image type: its variables in `/.profile`, then `images.sh`.
public struct MakeTypeLayer: BuildStep {
    public var type: String
    /// The text of `/.profile`; nil when the tree has it already.
    public var profile: String?
    public var script: DescriptionContents.File?
    /// `kiwi_*` variables of the type.
    public var environment: [String: String]
    public var selinuxPolicy: String
    /// Whether the system can label its files itself: follows from the type and its variables.
    public var labelsMayWait: Bool
    public var reusesScripts: Bool

    private enum CodingKeys: CodingKey { case type, profile, script, environment, selinuxPolicy }

    /// 2: all files of stacked layers get labels.
    public static var version: Int { 2 }

    public var id: String { "layer.image-type.\(type)" }
    public var summary: String {
        script == nil ? "set the variables of type \(type)" : "run images.sh for type \(type)"
    }
    public var reads: [Artifact] { [.configurationLayer] }
    public var writes: [Artifact] { [.imageTypeLayer(type)] }
    public var reusable: Bool { script == nil || reusesScripts }
    public var reuseNotice: String? {
        script == nil ? nil : "images.sh was not run again: --no-cache runs it"
    }

    public func run(in workspace: Workspace) async throws {
        let clock = try? await workspace.value(.clock, as: Int64.self)
        try await workspace.buildLayer(.imageTypeLayer(type), over: .configurationLayer) { tree in
            if let profile { try FileSystem.write(profile, to: "\(tree.path)/.profile") }
            if let script {
                try await ScriptRun(tree: tree, script: script, variables: environment, clock: clock).run()
            }
            try await SecurityLabels(tree: tree, policy: selinuxPolicy, mayWait: labelsMayWait).set()
        }
    }
}
