import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

/// Plans the root tree of a boot image beside the one of its system. Pure.
public enum BootImagePlanner {
    /// What the names of its artifacts begin with.
    public static let scope = "boot-image"

    /// - Parameters:
    ///   - options: those of the boot image; its description's text is its own.
    ///   - position: `boot=` of the system.
    /// - Throws: what its package manager or this version cannot do.
    public static func plan(
        _ boot: BootImage, options: PrepareOptions, because position: Position?
    ) throws -> (steps: [any BuildStep], tree: BootTree) {
        let prepare = try RootTreePlanner.steps(for: boot.image, contents: boot.contents, options: options)
        let create = CreateTreePlanner(
            image: boot.image, contents: boot.contents, options: options, oldProfile: nil)
        let tree = BootTree(
            of: boot.image, tree: create.layer.scoped(scope), deviceNodes: Artifact.deviceNodes.scoped(scope),
            position: position)
        let steps: [any BuildStep] =
            [CheckSpace(makesImage: true, writesTree: false)] + prepare + create.steps
        return (steps.map { $0.scoped(scope) }, tree)
    }
}
