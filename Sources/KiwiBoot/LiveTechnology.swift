/// The value of `flags`: which boot code finds the medium and stacks the root.
public enum LiveTechnology: String, Sendable, Codable, CaseIterable {
    /// Our own module: a writable layer over the image by overlayfs.
    case overlay
    /// dracut's own `dmsquash-live`.
    case dmsquash

    /// dracut modules without which the system does not boot.
    public var requiredModules: [String] {
        switch self {
        case .overlay: ["kiwi-live", "pollcdrom"]
        case .dmsquash: ["dmsquash-live", "pollcdrom"]
        }
    }

    /// Added when the tree has them.
    public var optionalModules: [String] { self == .dmsquash ? ["livenet"] : [] }

    /// Our own modules that are shown to dracut.
    public var ownModules: [String] { self == .overlay ? ["kiwi-live", "kiwi-lib"] : [] }

    /// What the initrd of a live medium needs from the tree.
    public var needs: BootNeeds {
        BootNeeds(
            ownModules: ownModules, optionalModules: optionalModules, requirements: fixedRequirements)
    }

    /// What dmsquash-live takes from the tree; the overlay module says so itself.
    public var fixedRequirements: [BootRequirement] {
        guard self == .dmsquash else { return [] }
        func module(_ name: String, _ package: String, _ purpose: String) -> BootRequirement {
            BootRequirement(.dracutModule, [name], package: package, for: purpose)
        }
        let kernel = [
            "squashfs", "loop", "isofs", "sr_mod", "cdrom", "sd_mod", "usb_storage", "dm_snapshot", "overlay",
        ]
        return [
            BootRequirement(.tool, ["dracut"], package: "dracut", for: "builds the initrd"),
            module("dmsquash-live", "dracut-live", "flags=\"dmsquash\""),
            module("dm", "dracut-core", "snapshot of the root"),
            module("pollcdrom", "dracut-core", "CD drives that are slow to report a medium"),
            BootRequirement(.tool, ["dmsetup"], package: "dmsetup", for: "snapshot of the root"),
            BootRequirement(.tool, ["losetup"], package: "mount", for: "files as devices"),
            BootRequirement(.tool, ["cpio"], package: "cpio", for: "builds the initrd"),
        ]
            + kernel.map {
                BootRequirement(
                    .kernelModule, [$0], package: "linux-image-amd64", for: "finding and mounting the medium")
            }
    }
}
