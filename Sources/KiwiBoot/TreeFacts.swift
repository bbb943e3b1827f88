import KiwiToolbox

/// What the steps that make a boot medium need to know about a finished root tree.
public struct TreeFacts: Sendable, Codable, Hashable {
    /// The newest kernel that has modules, in the package manager's order; empty when there is none and
    /// none is needed.
    public var kernelVersion: String
    /// Its file, as a path inside the tree.
    public var kernelFile: String
    /// What `dracut --version` would print; empty when not found out.
    public var dracutVersion = ""
    /// The program dracut should compress the initrd with; nil leaves it to dracut.
    public var initrdCompressor: String?
    /// Whether the kernel reads squashfs with zstd.
    public var squashfsZstd = false
    /// Optional dracut modules that are there.
    public var dracutModules: [String] = []
    /// Folders of dracut modules that our own ones stand in for, as names below `modules.d`.
    public var foreignModuleFolders: [String] = []
    /// `/.profile` is there for the initrd.
    public var hasProfile = false
    /// `grub2` when the tree calls it so, else `grub`.
    public var grubName = "grub"
    public var loaders: [LoaderChoice] = []
    /// The tree's tools make boot menus of one file per entry.
    public var usesEntryFiles = false
    /// GRUB reads entries of its menu from files (`blscfg`).
    public var readsEntryFiles = false
    /// What starts BIOS machines from a medium in GRUB's place.
    public var isolinux: IsolinuxChoice?
    /// The Xen hypervisor, a path inside the tree, when the medium starts one.
    public var hypervisor: String?
    public var systemdBoot: SystemdBoot?
    /// Signed loaders of the distribution, chosen for this image.
    public var signed: SignedLoader?
    /// The theme's folder inside the tree.
    public var theme: String?
    /// `unicode.pf2` inside the tree or, with the prefix `host:`, on the build machine.
    public var font: String?
    public var memtest: String?
    /// All GRUBs of the image can read btrfs paths from the default subvolume on, as SUSE's does when told.
    public var readsDefaultSubvolume = false

    public init(kernelVersion: String, kernelFile: String) {
        self.kernelVersion = kernelVersion
        self.kernelFile = kernelFile
    }
}

extension TreeFacts {
    /// zstd is the fastest to make and to read; what the tree's own dracut configuration says goes first.
    mutating func chooseCompressor(for configuration: KernelConfiguration, in tree: TreeReader) {
        let files =
            ["/etc/dracut.conf"] + tree.matches("/etc/dracut.conf.d/*.conf")
            + tree.matches("/usr/lib/dracut/dracut.conf.d/*.conf")
        let isChosen = files.contains { file in
            (tree.text(file) ?? "").split(separator: "\n").contains {
                $0.drop(while: \.isWhitespace).hasPrefix("compress=")
            }
        }
        guard tree.hasTool("zstd"), configuration.has("CONFIG_RD_ZSTD") == true, !isChosen else { return }
        initrdCompressor = "zstd"
    }
}

extension Artifact {
    /// `TreeFacts` of the finished tree.
    public static let treeFacts = Artifact.value("tree-facts")
    /// `ImageIDs` of the image being made.
    public static let imageIDs = Artifact.value("image-ids")
}

/// The identifiers of one image, all derived from its tree and type.
public struct ImageIDs: Sendable, Codable, Hashable {
    /// KIWI's mbrid, `0x` and eight hex digits.
    public var mbrID: String
    public var rootUUID: String
    public var gptDisk: String
    /// Serial number of the FAT file system, eight hex digits.
    public var fatSerial: String
    /// Of an encrypted volume.
    public var luksUUID: String
    /// Identifiers of further roles come from these two.
    public private(set) var treeKey: String
    public private(set) var type: String

    /// An identifier of this image for something that has no name above.
    public func id(_ role: String) -> DerivedID { DerivedID(key: treeKey, type: type, role: role) }

    public init(treeKey: String, type: String) {
        self.treeKey = treeKey
        self.type = type
        func id(_ role: String) -> DerivedID { DerivedID(key: treeKey, type: type, role: role) }
        mbrID = id("mbrid").mbrID
        rootUUID = id("root-uuid").uuid
        gptDisk = id("gpt-disk").uuid
        fatSerial = id("fat-serial").hex32
        luksUUID = id("luks-uuid").uuid
    }
}
