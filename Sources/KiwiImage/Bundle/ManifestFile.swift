import Foundation
import KiwiDescription
import KiwiToolbox

/// The parts of a `NAME.manifest.json` that other commands use.
public struct ManifestFile: Sendable {
    public var image: BundleImage
    /// Every setting as text by its path, for example `options.type`.
    public var settings: [String: String]

    /// The manifest in a folder that describes one of these files.
    public static func find(in folder: String, naming names: [String]) -> ManifestFile? {
        for name in (try? FileSystem.names(in: folder)) ?? [] where name.hasSuffix(".manifest.json") {
            guard let bytes = try? FileSystem.readBytes("\(folder)/\(name)", limit: 4 << 20),
                let (manifest, results) = parse(bytes)
            else { continue }
            if names.contains(where: { results[$0] != nil }) { return manifest }
        }
        return nil
    }

    static func parse(_ bytes: [UInt8]) -> (ManifestFile, results: [String: Any])? {
        guard let table = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
            let image = table["image"] as? [String: Any], let name = image["name"] as? String,
            let version = image["version"] as? String, let architecture = image["architecture"] as? String,
            let results = table["results"] as? [String: Any]
        else { return nil }
        let facts = BundleImage(
            name: name, version: version, architecture: Architecture(rawValue: architecture).resultName,
            type: image["type"] as? String, profiles: image["profiles"] as? [String])
        var settings: [String: String] = [:]
        flatten(table.filter { !["results", "layers"].contains($0.key) }, "", into: &settings)
        return (ManifestFile(image: facts, settings: settings), results)
    }

    private static func flatten(_ value: Any, _ path: String, into settings: inout [String: String]) {
        switch value {
        case let table as [String: Any]:
            for (key, value) in table {
                flatten(value, path.isEmpty ? key : "\(path).\(key)", into: &settings)
            }
        case let list as [Any]:
            if list.allSatisfy({ $0 is String }) {
                settings[path] = list.compactMap { $0 as? String }.joined(separator: " ")
            } else {
                for (index, value) in list.enumerated() {
                    flatten(value, "\(path).\(index)", into: &settings)
                }
            }
        default: settings[path] = "\(value)"
        }
    }
}
