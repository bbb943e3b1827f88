import KiwiToolbox

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What dnf is going to install, told by a small plugin: dnf's own table is cut to the width of a
/// terminal and has no checksums.
struct DnfReport: Decodable, Sendable {
    struct Package: Decodable, Sendable, Hashable {
        var name: String
        var epoch: String
        var version: String
        var release: String
        var arch: String
        /// Lower-case hex.
        var checksum: String
        var size: Int64
        var installed: Int64
        /// Where it is fetched from: `file:` and a path, or an address.
        var location: String
        /// Whether somebody asked for it by name or group.
        var requested: Bool

        /// `EPOCH:VERSION-RELEASE`, without an epoch of 0.
        var fullVersion: String { (epoch == "0" ? "" : "\(epoch):") + "\(version)-\(release)" }
        /// As dnf and its users write it exactly.
        var word: String { "\(name)-\(fullVersion).\(arch)" }

        /// What dnf 5 shows, and what the index of the repository says.
        init(_ row: DnfTable.Row, _ fact: RpmPrimary.Package, in repository: RpmRepository?) {
            name = row.name
            arch = row.architecture
            let parts = row.edition.split(separator: ":", maxSplits: 1)
            epoch = parts.count == 2 ? String(parts[0]) : "0"
            let rest = parts.last ?? ""
            let cut = rest.lastIndex(of: "-") ?? rest.endIndex
            version = String(rest[..<cut])
            release = String(rest[cut...].dropFirst())
            checksum = fact.checksum
            size = fact.size
            installed = fact.installedSize
            // What a mirror list names is dnf's own choice.
            location = ""
            if let repository, repository.addressKind == "baseurl" {
                location =
                    repository.address + (repository.address.hasSuffix("/") ? "" : "/") + fact.location
            }
            requested = row.isRequested
        }
    }

    var packages: [Package]

    /// Names the file that the plugin writes.
    static let variable = "KIWI_DNF_REPORT"

    static let plugin = """
        import hashlib
        import json
        import os

        import dnf


        class Report(dnf.Plugin):
            name = "kiwi-report"

            def resolved(self):
                place = os.environ.get("\(variable)")
                if not place:
                    return
                found = []
                for item in self.base.transaction:
                    if item.action not in dnf.transaction.FORWARD_ACTIONS:
                        continue
                    package = item.pkg
                    checksum = package.returnIdSum()
                    if package.repoid == "@commandline":
                        location = "file:" + package.localPkg()
                    else:
                        location = package.remote_location() or ""
                    if not checksum:
                        with open(package.localPkg(), "rb") as file:
                            checksum = ("sha256", hashlib.sha256(file.read()).hexdigest())
                    found.append({
                        "name": package.name, "epoch": str(package.epoch), "version": package.version,
                        "release": package.release, "arch": package.arch, "checksum": checksum[1],
                        "size": package.downloadsize, "installed": package.installsize,
                        "location": location,
                        "requested": item.reason in (dnf.transaction.libdnf.transaction.TransactionItemReason_USER,
                                                     dnf.transaction.libdnf.transaction.TransactionItemReason_GROUP),
                    })
                found.sort(key=lambda one: (one["name"], one["arch"], one["version"], one["release"]))
                with open(place, "w", encoding="utf-8") as file:
                    json.dump({"packages": found}, file)

        """

    static func read(_ path: String) throws -> DnfReport {
        try JSONDecoder().decode(DnfReport.self, from: Data(FileSystem.readBytes(path, limit: 256 << 20)))
    }
}
