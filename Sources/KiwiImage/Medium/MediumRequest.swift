/// What a person asks of `image medium`: a medium made of files that builds have left.
public struct MediumRequest: Sendable, Hashable {
    /// What the kernel finds when the medium has started it.
    public enum Purpose: Sendable, Hashable {
        /// Whatever the words say: a netboot client asks its server.
        case initrdAlone
        /// The system image in a partition of the medium.
        case system(String)
        /// The netboot client installs the system image by a configuration like the server's.
        case installation(String)
    }

    /// How the file is written.
    public enum Format: String, Sendable, CaseIterable {
        /// A hybrid ISO, for CD and stick.
        case iso
        case raw, qcow2, vmdk, vdi
    }

    /// Absolute paths.
    public var initrd: String
    /// nil: the one beside the initrd.
    public var kernel: String?
    public var purpose = Purpose.initrdAlone
    /// `config.default` for an installation; nil: the one beside the system image.
    public var configuration: String?
    /// More words for the kernel.
    public var words = ""
    public var output: String
    public var format = Format.iso
    /// Size of the whole medium in bytes; nil: what its content needs.
    public var bytes: Int64?
    /// Whom the file belongs to when it is not the caller.
    public var owner: CreateOptions.Owner?

    public init(initrd: String, output: String) {
        self.initrd = initrd
        self.output = output
    }
}
