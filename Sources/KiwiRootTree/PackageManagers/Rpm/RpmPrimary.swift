import KiwiDiagnostics
import KiwiToolbox

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The list of packages of an rpm-md repository (`primary.xml`): zypper names what it installs, and
/// this says where it is and what its checksum is.
struct RpmPrimary: Sendable {
    struct Package: Sendable, Hashable {
        var checksum: String
        var size: Int64
        var installedSize: Int64
        /// Below the repository's address.
        var location: String
    }

    struct Key: Sendable, Hashable {
        var name: String
        var architecture: String
        /// `EPOCH:VERSION-RELEASE`, without an epoch of 0.
        var edition: String
    }

    var packages: [Key: Package] = [:]

    /// - Parameter names: only packages with these names are kept.
    init(xml: String, names: Set<String>) {
        for part in xml.components(separatedBy: "</package>") {
            guard let name = Self.content("name", part), names.contains(name),
                let version = Self.element("version", part), let checksum = Self.content("checksum", part),
                let location = Self.element("location", part), let architecture = Self.content("arch", part)
            else { continue }
            let size = Self.element("size", part) ?? ""
            let epoch = Self.attribute("epoch", version)
            let edition =
                (["", "0"].contains(epoch) ? "" : "\(epoch):") + Self.attribute("ver", version) + "-"
                + Self.attribute("rel", version)
            packages[Key(name: name, architecture: architecture, edition: edition)] = Package(
                checksum: checksum, size: Int64(Self.attribute("package", size)) ?? 0,
                installedSize: Int64(Self.attribute("installed", size)) ?? 0,
                location: ZypperAnswer.unescaped(Self.attribute("href", location)))
        }
    }

    /// Reads the index of one repository.
    /// - Parameter folder: the one that has `repodata`.
    static func read(_ folder: String, names: Set<String>, in workspace: Workspace) async throws -> RpmPrimary
    {
        let files = LocalFile.list("\(folder)/repodata").filter { $0.contains("primary.xml") }
        guard let file = files.first else { return RpmPrimary(xml: "", names: []) }
        let path = "\(folder)/repodata/\(file)"
        let unpackers = [".gz": "gzip", ".zst": "zstd", ".xz": "xz", ".bz2": "bzip2"]
        guard let tool = unpackers.first(where: { file.hasSuffix($0.key) })?.value else {
            return RpmPrimary(xml: try FileSystem.readText(path, limit: 1 << 31), names: names)
        }
        let call = ToolCall(tool, ["-dc", path], output: .capture(limit: 1 << 31))
        return RpmPrimary(xml: try await workspace.runner.run(call).output, names: names)
    }

    private static func content(_ tag: String, _ text: String) -> String? {
        guard let open = text.range(of: "<\(tag)>") ?? text.range(of: "<\(tag) "),
            let end = text[open.lowerBound...].firstIndex(of: ">")
        else { return nil }
        return ZypperAnswer.unescaped(String(text[text.index(after: end)...].prefix { $0 != "<" }))
    }

    private static func element(_ tag: String, _ text: String) -> String? {
        guard let open = text.range(of: "<\(tag) ") else { return nil }
        return String(text[open.lowerBound...].prefix { $0 != ">" })
    }

    private static func attribute(_ name: String, _ element: String) -> String {
        ZypperAnswer.value(name, element[...])
    }
}
