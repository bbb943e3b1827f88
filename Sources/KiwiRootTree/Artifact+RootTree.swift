import KiwiToolbox

extension Artifact {
    /// Everything that will be installed (`PackageList`), both phases, with versions and checksums.
    public static let packages = Artifact.value("packages")
    /// The part of `packages` that forms the bootstrap layer.
    public static let bootstrapPackages = Artifact.value("packages.bootstrap")
    /// The part of `packages` that forms the packages layer.
    public static let systemPackages = Artifact.value("packages.system")
    /// Where each package is downloaded from (`PackageOrigins`). Never part of a key.
    public static let packageOrigins = Artifact.value("package-origins")
    /// Repositories as they were used, for the manifest (`[UsedRepository]`), without credentials.
    public static let usedRepositories = Artifact.value("used-repositories")
    /// Device nodes the sandbox could not make (`[DeviceNode]`); the packer writes them.
    public static let deviceNodes = Artifact.value("device-nodes")
    /// Device nodes of the optional layer between bootstrap and packages.
    static let bootstrapDeviceNodes = Artifact.value("device-nodes.bootstrap")

    /// Essential packages, the package manager and `<packages type="bootstrap">`.
    public static let bootstrapLayer = Artifact.layer("bootstrap")
    /// Bootstrap archives, `post_bootstrap.sh` and certificates; made only when there are any.
    public static let bootstrapExtrasLayer = Artifact.layer("bootstrap-extras")
    /// All other packages.
    public static let packagesLayer = Artifact.layer("packages")
    /// Overlay, archives, users, scripts: the finished root tree of `system prepare`.
    public static let configurationLayer = Artifact.layer("configuration")
    /// The root tree after `images.sh` of one image type.
    public static func imageTypeLayer(_ type: String) -> Artifact { .layer("image-type.\(type)") }
}
