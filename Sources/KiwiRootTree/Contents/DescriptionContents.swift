import KiwiToolbox

/// The files beside a description that a build uses, with digests: scanned once, at the edge.
///
/// Paths of the build machine are not part of its encoded form, so that equal descriptions
/// in different folders give equal keys.
public struct DescriptionContents: Sendable, Hashable {
    /// A single file.
    public struct File: Sendable, Hashable, Encodable {
        /// The name below `/image`.
        public var name: String
        /// Absolute path on the build machine.
        public var path: String
        public var digest: String
        public var executable: Bool

        public init(name: String, path: String, digest: String, executable: Bool) {
            self.name = name
            self.path = path
            self.digest = digest
            self.executable = executable
        }

        private enum CodingKeys: CodingKey { case name, digest, executable }
    }

    /// A folder or archive that is laid over the tree.
    public struct Overlay: Sendable, Hashable, Encodable {
        public var name: String
        public var path: String
        public var digest: String
        /// An archive keeps its owners; the content of a folder belongs to root.
        public var isArchive: Bool

        public init(name: String, path: String, digest: String, isArchive: Bool) {
            self.name = name
            self.path = path
            self.digest = digest
            self.isArchive = isArchive
        }

        private enum CodingKeys: CodingKey { case name, digest, isArchive }
    }

    /// By KIWI's fixed name, for example `config.sh`.
    public var scripts: [String: File] = [:]
    /// In the order in which they are laid over the tree.
    public var overlays: [Overlay] = []
    /// `<archive>` files of both phases by their name in the description.
    public var archives: [String: File] = [:]
    /// Sources of `<file>` elements by their name in the description.
    public var files: [String: File] = [:]
    /// `config-cdroot.tar*`: content for the medium of a live image.
    public var mediaRoot: File?
    /// Folders for the medium of a live image: `config-cdroot` beside the archive, `cdboot` with the menu of isolinux.
    public var mediaFolders: [Overlay] = []
    /// Scripts of `config/`, named after packages (2007 descriptions).
    public var packageScripts: [File] = []

    /// `config-yast.xml` (descriptions before schema 8).
    public var autoYaST: File?

    public init() {}

    public func has(_ script: KiwiScript) -> Bool { scripts[script.rawValue] != nil }
}

extension DescriptionContents: Encodable {}

/// The scripts that a description may bring, by their names below `/image`.
public enum KiwiScript: String, CaseIterable, Sendable, Codable {
    case postBootstrap = "post_bootstrap.sh"
    case config = "config.sh"
    case configOverlay = "config-overlay.sh"
    case configHostOverlay = "config-host-overlay.sh"
    case images = "images.sh"
    case preDiskSync = "pre_disk_sync.sh"
    case disk = "disk.sh"
    case editBootConfig = "edit_boot_config.sh"
    case editBootInstall = "edit_boot_install.sh"

    /// The attribute of `<type>` that names the file; nil: the file has the script's own name.
    var attribute: String? {
        switch self {
        case .editBootConfig: "editbootconfig"
        case .editBootInstall: "editbootinstall"
        default: nil
        }
    }
}
