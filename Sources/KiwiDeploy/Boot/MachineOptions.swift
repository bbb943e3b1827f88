/// What to boot and as what kind of machine: everything that decides QEMU's arguments.
public struct MachineOptions: Sendable, Equatable {
    public enum Firmware: String, Sendable, CaseIterable { case bios, uefi }

    /// How the image is attached.
    public enum Medium: String, Sendable, CaseIterable { case cdrom, disk, usb }

    public enum Acceleration: String, Sendable { case kvm, tcg }

    public enum Console: Sendable, Equatable {
        /// Serial console and QEMU's monitor share the terminal (Ctrl-A X ends the machine).
        case interactive
        /// Serial console to standard output; nothing reads the standard input.
        case headless
    }

    public enum Network: String, Sendable, CaseIterable { case user, none }

    /// A file that is attached as a disk or medium.
    public struct Drive: Sendable, Equatable {
        public var file: String
        public var format: DriveFormat
        /// Whether what the machine writes stays, also when ``MachineOptions/write`` is false.
        public var isKept: Bool
        public init(file: String, format: DriveFormat = .raw, isKept: Bool = false) {
            self.file = file
            self.format = format
            self.isKept = isKept
        }
    }

    /// A kernel that QEMU starts itself, without the image's boot loader.
    public struct DirectKernel: Sendable, Equatable {
        public var kernel: String
        public var initrd: String?
        public var append: String
        public init(kernel: String, initrd: String? = nil, append: String = "") {
            self.kernel = kernel
            self.initrd = initrd
            self.append = append
        }
    }

    /// A folder that the machine can mount, by 9P.
    public struct Share: Sendable, Hashable {
        public var tag: String
        public var folder: String
        public var isReadOnly: Bool
        public init(tag: String, folder: String, isReadOnly: Bool) {
            self.tag = tag
            self.folder = folder
            self.isReadOnly = isReadOnly
        }
    }

    public var kind: MachineKind = .x86
    /// QEMU's words for the board and the processor; nil: those of the kind.
    public var board: String?
    public var processor: String?
    public var image: Drive?
    public var medium: Medium = .disk
    /// Firmware files; nil boots with the PC BIOS that QEMU brings.
    public var uefi: FirmwareFiles?
    /// The firmware's variables can only be changed in system management mode: Secure Boot needs that.
    public var isSecure = false
    /// Bytes of a logical sector of all disks.
    public var sectorBytes = 512
    public var memoryMiB = 2048
    public var processors = 2
    public var acceleration: Acceleration = .tcg
    /// Further disks, in order, behind the image.
    public var disks: [Drive] = []
    /// Let the machine change the files; otherwise all writes go to overlays that vanish.
    public var write = false
    public var direct: DirectKernel?
    public var shares: [Share] = []
    public var console: Console = .headless
    public var network: Network = .none

    public init() {}
}
