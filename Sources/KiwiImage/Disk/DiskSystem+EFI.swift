import KiwiBoot
import KiwiToolbox

/// The EFI partition in the root tree.
extension DiskSystem {
    /// Where it is mounted.
    static let efiFolder = "/boot/efi"
    /// Kernel and initrd for systemd-boot, on the partition.
    static let kernelFolder = "/os"
    /// The unified kernel image, on the partition.
    static let unifiedKernel = "/EFI/Linux/kiwi.efi"

    /// Whether the firmware's own drivers reach the kernel: no loader has to open the root.
    var hasKernelOnEFI: Bool { loader == .systemdBoot || hasUnifiedKernel }

    /// Puts kernel and initrd, which stand in `/boot`, where the loader looks for them.
    func placeKernel(_ names: KernelFiles, initrd: Bool, _ files: TreeFiles) throws {
        guard loader == .systemdBoot, !hasUnifiedKernel else { return }
        for name in [names.kernel] + (initrd ? [names.initrd] : []) {
            try files.copy(
                try files.tree.resolve("/boot/\(name)", followLast: true),
                to: "\(Self.efiFolder)\(Self.kernelFolder)/\(name)")
        }
    }
}

extension MediaFolder {
    /// What a FAT file system of a disk holds; nil for one that is made empty.
    init?(of fileSystem: DiskFileSystem, in tree: RootTree) throws {
        guard let mount = fileSystem.mountPoint, !fileSystem.isEmpty else { return nil }
        self.init(try tree.resolve(mount, followLast: true))
    }
}
