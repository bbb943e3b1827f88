import KiwiRootTree
import KiwiToolbox

/// What the command line and the runtime configuration say about making an image.
public struct CreateOptions: Sendable, Encodable, Hashable {
    /// Layers right after the packages, before scripts: looked at early when there is one.
    public var packagesLayer: Artifact?
    /// The tree of the boot image that the initrd is made from; nil for other initrds. It has steps of its
    /// own, so that it is no part of these options where they are printed.
    public var bootTree: BootTree?
    /// `build_constraints: max_size` in bytes.
    public var maximumBytes: Int64?
    /// `bundle: compress`; nil leaves it to the type of each file.
    public var compressInBundle: Bool?
    /// `bundle: has_package_changes`.
    public var writeChanges = true
    /// Whether the tree has a package database that lists can be made from.
    public var writeLists = true
    /// `xz: options`.
    public var xzOptions = ["--threads=0"]
    /// `container: compress`.
    public var compressContainers = true
    /// Packages are a container layer of their own: `--container-layers`, `container: layers`.
    public var separatesPackages = false
    /// How base images are fetched that a result alone needs.
    public var registries = RegistryAccess()
    /// `credentials: verification_metadata_signing_key_file`.
    public var signingKey: String?
    /// Where the build service keeps the sources, on one of its workers.
    public var sourceAddress: String?
    /// `--bundle-format` wins over the attribute.
    public var bundleFormat: String?
    /// SUDO_UID and SUDO_GID: whom results belong to.
    public var owner: Owner?
    /// Facts for the manifest: options as given, secrets left out.
    public var manifest: [String: String] = [:]
    /// Digest of the description's files, for the manifest.
    public var descriptionDigest = ""

    /// The description's scripts that belong to images, by KIWI's name.
    public var scripts: [String: DescriptionContents.File] = [:]
    /// Version of this program, for documents that name their maker.
    public var program = ""

    public struct Owner: Sendable, Codable, Hashable {
        public var user: Int
        public var group: Int
        public init(user: Int, group: Int) {
            self.user = user
            self.group = group
        }
    }

    public init() {}

    private enum CodingKeys: CodingKey {
        case packagesLayer, maximumBytes, compressInBundle, writeChanges, writeLists, xzOptions
        case compressContainers, sourceAddress, bundleFormat, owner, manifest, descriptionDigest, program
    }
}
