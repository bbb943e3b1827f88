import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// The per-machine files of a tree as packages left them. What the overlay or config.sh put there or
/// changed afterwards is meant and stays.
struct IdentitySnapshot: Sendable {
    private let digests: [String: String]

    init(of tree: String) {
        var digests: [String: String] = [:]
        for entry in IdentityTable.entries {
            for path in PathPattern.matches(entry.path, in: tree) {
                digests[path] = Self.digest(path, in: tree)
            }
        }
        self.digests = digests
    }

    /// - Returns: what was done, one line each.
    func remove(from tree: String, keeping kept: Set<String>) throws -> [String] {
        var done: [String] = []
        for entry in IdentityTable.entries {
            for path in PathPattern.matches(entry.path, in: tree) where !kept.contains(path) {
                guard let before = digests[path], before == Self.digest(path, in: tree) else { continue }
                let real = try TreePath.resolve(path, below: tree)
                switch entry.treatment {
                case .remove:
                    LocalFile.remove(real)
                    done.append("removed \(path)")
                case .empty:
                    guard try FileSystem.readText(real).trimming("\n") != "uninitialized",
                        LocalFile.size(real) > 0
                    else {
                        continue
                    }
                    try LocalFile.write("", to: real, mode: 0o444)
                    done.append("emptied \(path)")
                case .link(let target):
                    guard LocalFile.isFile(real) else { continue }
                    LocalFile.remove(real)
                    guard symlink(target, real) == 0 else { throw FileError.current("link", real) }
                    done.append("linked \(path) to \(target)")
                }
            }
        }
        return try done + dropDeadCertificateLinks(tree) + makeMachineID(tree)
    }

    /// The hashed name of the removed snake-oil certificate.
    private func dropDeadCertificateLinks(_ tree: String) throws -> [String] {
        let folder = try TreePath.resolve("/etc/ssl/certs", below: tree, followLast: true)
        guard !FileSystem.exists("\(folder)/ssl-cert-snakeoil.pem") else { return [] }
        return LocalFile.list(folder).filter {
            TreePath.readLink("\(folder)/\($0)") == "ssl-cert-snakeoil.pem"
        }.map {
            LocalFile.remove("\(folder)/\($0)")
            return "removed /etc/ssl/certs/\($0)"
        }
    }

    /// Without the file, systemd takes every boot of a read-only root for the first one and asks questions.
    private func makeMachineID(_ tree: String) throws -> [String] {
        let path = try TreePath.resolve("/etc/machine-id", below: tree)
        let systemd = try TreePath.resolve("/usr/lib/systemd/systemd", below: tree)
        guard !FileSystem.exists(path), FileSystem.exists(systemd) else { return [] }
        try LocalFile.write("", to: path, mode: 0o444)
        return ["made an empty /etc/machine-id"]
    }

    private static func digest(_ path: String, in tree: String) -> String? {
        guard let real = try? TreePath.resolve(path, below: tree) else { return nil }
        if let target = TreePath.readLink(real) { return "-> \(target)" }
        return try? Digest(ofFile: real).hex
    }
}

/// Removes what `LeftoverTable` lists.
enum LeftoverFiles {
    static func remove(from tree: String, keeping kept: Set<String>) throws -> [String] {
        var done: [String] = []
        for pattern in LeftoverTable.paths {
            for path in PathPattern.matches(pattern, in: tree) where !kept.contains(path) {
                LocalFile.remove(try TreePath.resolve(path, below: tree))
                done.append("removed \(path)")
            }
        }
        return done
    }
}
