import ArgumentParser
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

/// `--tools-tree`, for everything that calls package managers or packers.
struct ToolsTreeOptions: ParsableArguments {
    @Option(
        help: .init(
            "Take the package manager from a root tree instead of this machine.",
            discussion: """
                A folder made by 'kiwi system prepare', or a tar archive or squashfs of one. Other programs come from \
                it where this machine lacks them.
                """, valueName: "folder|file"), completion: .file())
    var toolsTree: String?

    /// nil when none is given.
    var tree: ToolsTree? {
        toolsTree.map { ToolsTree(Paths.absolute($0), own: PackageManagerRegistry.programs) }
    }
}
