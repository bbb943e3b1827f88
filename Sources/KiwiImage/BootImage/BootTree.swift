import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// The root tree of a boot image, from which an image planner makes the initrd.
public struct BootTree: Sendable, Hashable {
    /// After its scripts, with all tools and libraries.
    public var tree: Artifact
    /// Device nodes that it should have and cannot.
    public var deviceNodes: Artifact
    /// What the descriptions of the boot image and of the system strip or keep.
    public var strip: ResolvedImage.Strip
    /// Kernel modules that it has; empty: all.
    public var drivers: [Located<String>]
    /// `boot=`.
    public var position: Position?

    public init(
        tree: Artifact, deviceNodes: Artifact, strip: ResolvedImage.Strip, drivers: [Located<String>],
        position: Position?
    ) {
        self.tree = tree
        self.deviceNodes = deviceNodes
        self.strip = strip
        self.drivers = drivers
        self.position = position
    }
}

extension Artifact {
    /// A boot tree without the tools and libraries that an initrd does not need.
    static let strippedBootTree = Artifact.layer("boot-image.stripped")
    /// A boot tree with kernel modules and `/init`: what the initrd holds.
    static let completeBootTree = Artifact.layer("boot-image.complete")
}

extension BootTree {
    /// The steps that make the initrd of a finished system.
    ///
    /// - Parameter system: the topmost layer of the system's root tree.
    func initrdSteps(system: Artifact) -> [any BuildStep] {
        [
            StripBootTree(tree: tree, strip: strip, because: position),
            CompleteBootTree(system: system, drivers: drivers, because: position),
            PackInitrd(deviceNodes: deviceNodes, because: position),
        ]
    }
}
