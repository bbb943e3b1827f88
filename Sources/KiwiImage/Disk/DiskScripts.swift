import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

/// The description's scripts that belong to disks.
struct DiskScripts: Sendable, Encodable, Hashable {
    /// Run in the root tree before its content goes to the disk.
    var preDiskSync: DescriptionContents.File?
    var disk: DescriptionContents.File?
    /// Absolute paths; run on the build side in the root tree's folder.
    var editBootConfig: Located<String>?
    var editBootInstall: Located<String>?
    /// `kiwi_*` variables.
    var environment: [String: String]

    init(_ image: ResolvedImage, _ scripts: [String: DescriptionContents.File]) {
        func place(_ attribute: String) -> Located<String>? {
            image.type.attributes[attribute].map { written in
                Located(
                    written.value.hasPrefix("/") ? written.value : "\(image.folder)/\(written.value)",
                    at: written.position)
            }
        }
        preDiskSync = scripts[KiwiScript.preDiskSync.rawValue]
        disk = scripts[KiwiScript.disk.rawValue]
        editBootConfig = place("editbootconfig")
        editBootInstall = place("editbootinstall")
        environment = image.environment
    }

    var runsAnything: Bool { preDiskSync != nil || disk != nil || editBootConfig != nil }

    /// `pre_disk_sync.sh`, then `disk.sh`: both see the tree as the disk will have it.
    func run(in tree: RootTree, clock: Int64) async throws {
        for script in [preDiskSync, disk].compactMap({ $0 }) {
            try await ScriptRun(tree: tree, script: script, variables: environment, clock: clock).run()
        }
    }

    func edit(_ tree: RootTree, arguments: [String]) async throws {
        guard let editBootConfig else { return }
        try await BuildSideScript(editBootConfig, environment: environment).run(
            in: tree.path, arguments, tree.workspace)
    }

    func editInstall(_ tree: RootTree, arguments: [String]) async throws {
        guard let editBootInstall else { return }
        try await BuildSideScript(editBootInstall, environment: environment).run(
            in: tree.path, arguments, tree.workspace)
    }
}
