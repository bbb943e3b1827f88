import KiwiBoot
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
    /// What the boot description says about an initrd that dracut makes in this tree; nil: the tree itself
    /// becomes the initrd.
    public var dracut: ResolvedImage.InitrdOptions?
    /// `boot=`.
    public var position: Position?

    public init(
        tree: Artifact, deviceNodes: Artifact, strip: ResolvedImage.Strip, drivers: [Located<String>],
        dracut: ResolvedImage.InitrdOptions? = nil, position: Position?
    ) {
        self.tree = tree
        self.deviceNodes = deviceNodes
        self.strip = strip
        self.drivers = drivers
        self.dracut = dracut
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
        if let dracut {
            let own = KISImagePlanner.ownModules(dracut)
            var step = MakeInitrd(
                tree: tree,
                modules: InitrdModules(required: own.filter(dracut.addModules.contains), own: own),
                options: dracut, because: position)
            step.kernelModules = system
            return [step]
        }
        return [
            StripBootTree(tree: tree, strip: strip, because: position),
            CompleteBootTree(system: system, drivers: drivers, because: position),
            PackInitrd(deviceNodes: deviceNodes, because: position),
        ]
    }
}
