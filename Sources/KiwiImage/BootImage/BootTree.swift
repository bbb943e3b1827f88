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
    /// The tree has a Xen hypervisor, which starts kernel and initrd.
    public var startsXen: Bool
    /// `boot=`, or `<type>` of a boot description that is built by itself.
    public var position: Position?

    /// - Parameters:
    ///   - image: the boot image.
    ///   - tree: the topmost layer of its root tree.
    public init(of image: ResolvedImage, tree: Artifact, deviceNodes: Artifact, position: Position?) {
        self.tree = tree
        self.deviceNodes = deviceNodes
        strip = image.strip
        drivers = image.drivers
        dracut = image.initrd == ResolvedImage.InitrdOptions() ? nil : image.initrd
        startsXen = image.type.flag("xen_server")
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
    /// - Parameters:
    ///   - system: the topmost layer of the system's root tree; that of the boot image when it is the system.
    ///   - compression: when the name of the result says it; nil: what suits best.
    func initrdSteps(system: Artifact, compression: InitrdCompression? = nil) -> [any BuildStep] {
        if let dracut {
            let own = KISImagePlanner.ownModules(dracut)
            var step = MakeInitrd(
                tree: tree,
                modules: InitrdModules(required: own.filter(dracut.addModules.contains), own: own),
                options: dracut, because: position)
            if system != tree { step.kernelModules = system }
            step.compressor = compression.map { "\($0.tool) \(Self.dracutOptions)" }
            return [step]
        }
        return [
            StripBootTree(tree: tree, strip: strip, because: position),
            CompleteBootTree(system: system, drivers: drivers, because: position),
            PackInitrd(deviceNodes: deviceNodes, compression: compression ?? .xz, because: position),
        ]
    }

    /// dracut's own level, 9, takes three times as long for one percent of the size. `-n`: no name and time.
    private static let dracutOptions = "-n -6"
}
