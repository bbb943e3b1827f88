/// A result of a build that a boot server is to offer: its files by KIWI's names of results.
public struct NetbootSource: Sendable {
    /// Shown to people.
    public var place: String
    /// Paths by key: `live_image`, `kis_kernel`, `installation_pxe_archive`, ...
    public var files: [String: String]
    /// The image type, when it is known.
    public var type: String?

    public init(place: String, files: [String: String], type: String? = nil) {
        self.place = place
        self.files = files
        self.type = type
    }

    /// How kernel and initrd of a `kis` or `pxe` image find their root.
    public enum Start: String, Sendable, CaseIterable {
        /// pxe by our client, squashfs over HTTP, everything else as the image says itself.
        case auto
        /// The netboot client asks for `config.<MAC>`.
        case client
        /// The server's file is the root.
        case http
        /// The command line of the image alone.
        case append
    }

    /// Gives the files of an unpacked archive their keys.
    public static func keys(ofArchiveFiles names: [String]) -> [String: String] {
        var result: [String: String] = [:]
        let prefix = "pxeboot."
        let isInstaller = names.contains { $0.hasPrefix(prefix) }
        for name in names {
            let key: String? =
                if isInstaller {
                    if name.hasPrefix(prefix) {
                        name.hasSuffix(".kernel")
                            ? "install_kernel" : name.hasSuffix(".initrd") ? "install_initrd" : nil
                    } else {
                        name.hasSuffix(".append") ? "install_append" : "install:\(name)"
                    }
                } else if name.hasSuffix(".kernel") {
                    "kis_kernel"
                } else if name.hasSuffix(".initrd") || name.hasSuffix(".initrd.xz") {
                    "kis_initrd"
                } else if name.hasSuffix(".append") {
                    "kis_append"
                } else if name.contains("-read-only.") {
                    // The second image of a split one.
                    name.hasSuffix(".sha256")
                        ? "kis_read_only_sha256"
                        : name.hasSuffix(".md5") ? "kis_read_only_md5" : "kis_read_only"
                } else if name.hasSuffix(".sha256") {
                    "kis_sha256"
                } else if name.hasSuffix(".md5") {
                    "kis_md5"
                } else if name == "config.default" {
                    "kis_config"
                } else if name.hasSuffix("-xen.gz") {
                    "kis_hypervisor"
                } else { "kis_rootfs" }
            if let key { result[key] = name }
        }
        return result
    }
}
