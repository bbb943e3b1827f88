import Foundation
import KiwiDescription
import KiwiToolbox

/// The manifest of a finished build, read again: what `image resize` takes from it and changes in it. Pure.
struct ManifestUpdate: Sendable {
    private var facts: [String: JSONValue]

    /// nil for what is no manifest.
    init?(_ bytes: [UInt8]) {
        guard case .object(let facts)? = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else {
            return nil
        }
        self.facts = facts
    }

    /// nil for a file that is not there or no manifest.
    init?(file path: String) {
        guard let bytes = try? FileSystem.readBytes(path, limit: 16 << 20) else { return nil }
        self.init(bytes)
    }

    /// The format of the disk; nil when the image has none, or when another program wrote the manifest.
    var diskFormat: DiskFormat? {
        guard case .object(let image)? = facts["image"] else { return nil }
        return try? image[Manifest.diskFormatKey]?.decoded()
    }

    /// The clock of the build.
    var clock: Int64? {
        guard case .number(let clock)? = facts["source_date_epoch"] else { return nil }
        return Int64(clock)
    }

    /// The text with new facts about a result.
    mutating func set(_ name: String, bytes: Int64, sha256: String) {
        guard case .object(var results)? = facts["results"], case .object(var entry)? = results[name] else {
            return
        }
        entry["bytes"] = .number(Int(bytes))
        entry["sha256"] = .string(sha256)
        results[name] = .object(entry)
        facts["results"] = .object(results)
    }

    /// Says how large the disk has been made.
    mutating func setDiskSize(_ bytes: Int64) {
        guard case .object(var image)? = facts["image"] else { return }
        image["size"] = .number(Int(bytes))
        facts["image"] = .object(image)
    }

    var text: String { JSONValue.object(facts).kiwiText }
}
