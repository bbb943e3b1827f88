import Foundation
import KiwiRootTree

/// The packages of an image: versions by name and architecture. Pure.
public struct PackageVersions: Sendable, Hashable {
    public struct Key: Sendable, Hashable, Comparable {
        public var name: String
        public var architecture: String

        public static func < (left: Key, right: Key) -> Bool {
            (left.name, left.architecture) < (right.name, right.architecture)
        }
    }

    /// More than one version, as kernels may have, are joined by `, `.
    public private(set) var versions: [Key: String] = [:]

    private mutating func add(_ name: String, _ architecture: String, _ version: String) {
        let key = Key(name: name, architecture: architecture)
        let known = versions[key].map { $0.split(separator: ", ").map(String.init) } ?? []
        versions[key] = (known + [version]).sorted().joined(separator: ", ")
    }

    /// From a `.packages` file.
    public init(packageList text: String) {
        for package in InstalledPackage.list(parsing: text) {
            let epoch = package.epoch.map { "\($0):" } ?? ""
            add(package.name, package.architecture, epoch + package.version)
        }
    }

    /// From dpkg's database.
    public init(dpkgStatus text: String) {
        for paragraph in text.split(separator: "\n\n") {
            var fields: [Substring: Substring] = [:]
            for line in paragraph.split(separator: "\n") where !line.hasPrefix(" ") {
                guard let colon = line.firstIndex(of: ":") else { continue }
                fields[line[..<colon]] = line[line.index(after: colon)...].drop { $0 == " " }
            }
            guard let name = fields["Package"], fields["Status"]?.hasSuffix(" installed") == true else {
                continue
            }
            add(String(name), String(fields["Architecture"] ?? ""), String(fields["Version"] ?? ""))
        }
    }

    /// From a bill of materials in SPDX or CycloneDX JSON.
    /// - Returns: nil for other JSON.
    public init?(billOfMaterials bytes: [UInt8]) {
        guard let table = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
            return nil
        }
        if table["bomFormat"] as? String == "CycloneDX" {
            for component in table["components"] as? [[String: Any]] ?? [] {
                guard let name = component["name"] as? String, let version = component["version"] as? String
                else { continue }
                add(name, Self.architecture(component["purl"] as? String), version)
            }
        } else if table["spdxVersion"] != nil {
            for package in table["packages"] as? [[String: Any]] ?? [] {
                let references = package["externalRefs"] as? [[String: Any]] ?? []
                let address = references.first { $0["referenceType"] as? String == "purl" }?[
                    "referenceLocator"]
                guard let name = package["name"] as? String, let version = package["versionInfo"] as? String,
                    let address = address as? String
                else { continue }
                add(name, Self.architecture(address), version)
            }
        } else {
            return nil
        }
    }

    /// The `arch` of a package URL.
    private static func architecture(_ address: String?) -> String {
        guard let query = address?.split(separator: "?").dropFirst().first else { return "" }
        return query.split(separator: "&").first { $0.hasPrefix("arch=") }.map { String($0.dropFirst(5)) }
            ?? ""
    }
}
