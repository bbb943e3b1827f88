import KiwiToolbox

/// Names of kernel and initrd in `/boot`, as the tools of each distribution expect them.
public struct KernelFiles: Sendable, Hashable {
    public var kernel: String
    public var initrd: String

    /// - Parameter packageManager: tells the distribution's family.
    public init(_ facts: TreeFacts, packageManager: String) {
        let version = facts.kernelVersion
        let name = FileSystem.name(of: facts.kernelFile)
        kernel = name.contains(version) ? name : "vmlinuz-\(version)"
        initrd =
            switch packageManager {
            case "apt": "initrd.img-\(version)"
            case "zypper": "initrd-\(version)"
            default: "initramfs-\(version).img"
            }
    }
}
