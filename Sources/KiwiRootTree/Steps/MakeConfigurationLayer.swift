import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox
import Synchronization

/// Configures the tree: overlay, archives, users, scripts, in the order of the description's era.
/// Its layer is the finished root tree of `system prepare`.
public struct MakeConfigurationLayer: BuildStep {
    public var input: ConfigurationInput
    public var contents: DescriptionContents
    public var order: PrepareOrder
    public var functions: DescriptionContents.File?
    /// Whether device nodes may come from a layer between the package phases.
    public var hasBootstrapExtras: Bool
    /// Whether the tree keeps the image it is derived from.
    public var hasBaseImage = false
    /// Only the difference from the base image is wanted.
    public var delta: DeltaRoot?
    /// The list of what packages own is wanted.
    public var systemFiles: SystemFiles?
    public var reusesScripts: Bool

    private enum CodingKeys: CodingKey { case input, contents, order, functions, delta, systemFiles }

    /// 2: all files of stacked layers get labels.
    /// 3: the tree's own package manager removes packages.
    public static var version: Int { 3 }

    public var id: String { "layer.configuration" }
    public var summary: String {
        let scripts = contents.has(.config) ? " and run config.sh" : ""
        return "configure the tree: overlay, users, settings\(scripts)"
    }
    public var reads: [Artifact] {
        [.packagesLayer, .clock] + (hasBootstrapExtras ? [.bootstrapDeviceNodes] : [])
            + (hasBaseImage ? [.baseImage] : []) + (delta == nil ? [] : [.baseTree])
    }
    public var writes: [Artifact] { [.configurationLayer, .deviceNodes] }
    public var tools: [ToolRequirement] {
        let hashes = input.users.contains { $0.passwordFormat == .plain && $0.password != nil }
        return (hashes ? [ToolRequirement("openssl", package: "openssl", to: "hash plain passwords")] : [])
            + ArchiveTools.requirements(
                contents.archives.values.map(\.path) + contents.overlays.filter(\.isArchive).map(\.path))
    }
    private var runsScripts: Bool {
        contents.has(.config)
            || (delta != nil && (contents.has(.configOverlay) || contents.has(.configHostOverlay)))
            || (order.actions.contains(.packageScripts) && !contents.packageScripts.isEmpty)
    }
    public var reusable: Bool { reusesScripts || !runsScripts }
    public var reuseNotice: String? {
        runsScripts
            ? "config.sh was not run again, nothing it was given has changed: --no-cache runs it" : nil
    }

    public func keyMaterial(in workspace: Workspace) async throws -> [String] {
        try input.secretMaterial + input.imageRepositories.repositories.scriptDigests
    }

    public func run(in workspace: Workspace) async throws {
        let clock: Int64 = try await workspace.value(.clock)
        let earlier: [DeviceNode] =
            hasBootstrapExtras ? try await workspace.value(.bootstrapDeviceNodes) : []
        let nodes = DeviceNodeBox()
        let baseImage = hasBaseImage ? try await workspace.file(.baseImage) : nil
        try await workspace.buildLayer(.configurationLayer, over: .packagesLayer) { tree in
            var configuration = try TreeConfiguration(
                tree: tree, input: input, contents: contents, functions: functions,
                sortsArchives: order.sortsArchives, clock: clock, deviceNodes: earlier)
            var files: DeltaFiles?
            for action in order.actions {
                if action == .uninstallPackages, delta != nil {
                    files = try await workspace.withTree(of: .baseTree) { base in
                        try DeltaFiles(of: tree.path, over: base.path)
                    }
                }
                try await configuration.perform(action)
                if action == .deletePackages, let delta, let files {
                    try await configuration.finish(delta, files)
                }
            }
            if let systemFiles { try await configuration.provide(systemFiles) }
            if let baseImage { try KeptBaseImage.keep(baseImage, in: tree, clock: clock) }
            nodes.set(configuration.deviceNodes)
        }
        try await workspace.set(.deviceNodes, nodes.nodes)
    }
}

/// Carries device nodes out of a closure that may run on any thread.
final class DeviceNodeBox: Sendable {
    private let content = Mutex<[DeviceNode]>([])
    var nodes: [DeviceNode] { content.withLock { $0 } }
    func set(_ nodes: [DeviceNode]) { content.withLock { $0 = nodes } }
}
