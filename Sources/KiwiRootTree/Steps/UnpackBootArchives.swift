import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

extension Artifact {
    /// A folder with the content of the archives that are for the initrd.
    public static let bootArchives = Artifact.file("boot-archives")
}

/// Unpacks the archives that a description marks with `bootinclude` into a folder, for an initrd that dracut makes.
public struct UnpackBootArchives: BuildStep {
    public let id = "boot-archives"
    /// Its tar unpacks them; it is not changed.
    public var tree: Artifact
    public var archives: [PackageSet.Archive]
    /// The files, by their names in the description.
    public var files: [String: DescriptionContents.File]

    public init(
        tree: Artifact, archives: [PackageSet.Archive], files: [String: DescriptionContents.File]
    ) {
        self.tree = tree
        self.archives = archives
        self.files = files
    }

    public var summary: String { "unpack \(archives.count) archives for the initrd" }
    public var reads: [Artifact] { [tree] }
    public var writes: [Artifact] { [.bootArchives] }
    public var tools: [ToolRequirement] { ArchiveTools.requirements(files.values.map(\.path)) }

    public func run(in workspace: Workspace) async throws {
        let folder = try await workspace.newFile(.bootArchives)
        try FileSystem.makeFolder(folder)
        let place = "/run/kiwi/archives"
        try await workspace.withScratchTree(of: tree) { tree in
            try await tree.withBindMounts([BindMount(folder, at: place, readOnly: false)]) {
                for archive in archives {
                    guard let file = files[archive.name.value] else { continue }
                    let nodes = try await ArchiveExtraction(
                        tree: tree, archive: file.path, target: place + "/" + (archive.targetDirectory ?? ""),
                        position: archive.name.position
                    ).run()
                    for node in nodes {
                        workspace.log.warning(
                            "\(archive.name.value): the initrd does not get the device node \(node.path)")
                    }
                }
            }
        }
    }
}
