import KiwiDescription
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// The empty tree dpkg starts from, and what dpkg leaves behind.
enum DpkgSkeleton {
    /// Left out with `rpm-excludedocs`; copyright files stay.
    static let documentation = ["/usr/share/man", "/usr/share/doc", "/usr/share/info"]

    /// Files that only tell of the installation itself.
    static let traces = [
        "/var/log/alternatives.log", "/var/log/dpkg.log", "/var/log/bootstrap.log",
        "/var/log/apt/history.log",
        "/var/log/apt/term.log", "/var/log/apt/eipp.log.xz",
        "/var/lib/dpkg/status-old", "/var/lib/dpkg/diversions-old", "/var/lib/dpkg/statoverride-old",
        "/var/lib/dpkg/available-old", "/var/lib/dpkg/lock", "/var/lib/dpkg/lock-frontend",
        "/var/lib/dpkg/triggers/Lock", "/var/cache/ldconfig/aux-cache",
    ]

    /// Folders of / that are links into /usr, by architecture.
    static func mergedFolders(_ architecture: Architecture) -> [String] {
        switch architecture.debianName {
        case "amd64": ["bin", "sbin", "lib", "lib32", "lib64", "libx32"]
        case "i386": ["bin", "sbin", "lib", "lib64", "libx32"]
        case "ppc64el", "ppc64", "loong64", "s390x", "mips64el": ["bin", "sbin", "lib", "lib32", "lib64"]
        default: ["bin", "sbin", "lib"]
        }
    }

    /// The links of a merged /usr must exist before anything is unpacked.
    static func make(at root: String, architecture: Architecture) throws {
        guard chmod(root, 0o755) == 0 else { throw FileError.current("chmod", root) }
        for name in mergedFolders(architecture) {
            try FileSystem.makeFolder("\(root)/usr/\(name)")
            guard symlink("usr/\(name)", "\(root)/\(name)") == 0 || errno == EEXIST else {
                throw FileError.current("symlink", "\(root)/\(name)")
            }
        }
        for name in ["info", "updates", "triggers", "alternatives", "parts"] {
            try FileSystem.makeFolder("\(root)/var/lib/dpkg/\(name)")
        }
        for name in ["status", "available"] where !FileSystem.exists("\(root)/var/lib/dpkg/\(name)") {
            try LocalFile.write("", to: "\(root)/var/lib/dpkg/\(name)")
        }
        try FileSystem.makeFolder("\(root)/tmp")
        guard chmod("\(root)/tmp", 0o1777) == 0 else { throw FileError.current("chmod", "\(root)/tmp") }
    }
}
