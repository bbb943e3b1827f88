/// Every key of `kiwi.yml`: what it takes and what it does.
enum SettingTable {
    enum Kind { case boolean, text, number256or512, size, list, mirrors, compression, layers }

    struct Entry {
        var key: String
        var kind: Kind
        /// Stores the value; nil for keys that are known and have no effect here yet.
        var store: (@Sendable (inout RuntimeConfiguration, Stored) -> Void)?
    }

    /// A value of the right kind.
    enum Stored {
        case boolean(Bool)
        case text(String)
        case number(Int64)
        case list([String])
        case mirrors([RuntimeConfiguration.Mirror])

        var flag: Bool { if case .boolean(let value) = self { value } else { false } }
        var string: String { if case .text(let value) = self { value } else { "" } }
        var integer: Int64 { if case .number(let value) = self { value } else { 0 } }
        var strings: [String] { if case .list(let value) = self { value } else { [] } }
        var rewrites: [RuntimeConfiguration.Mirror] {
            if case .mirrors(let value) = self { value } else { [] }
        }
    }

    static let entries: [Entry] = [
        Entry(key: "build_constraints.max_size", kind: .size) { $0.maximumSize = $1.integer },
        Entry(key: "bundle.compress", kind: .boolean) { $0.bundleCompress = $1.flag },
        Entry(key: "bundle.has_package_changes", kind: .boolean) { $0.packageChanges = $1.flag },
        Entry(key: "bundle.shasum_size", kind: .number256or512) { $0.bundleChecksumSize = Int($1.integer) },
        Entry(key: "cache.limit", kind: .size) { $0.cacheLimit = $1.integer },
        Entry(key: "cache.scripts", kind: .boolean) { $0.cacheScripts = $1.flag },
        Entry(key: "container.compress", kind: .compression) { $0.containerCompress = $1.flag },
        Entry(key: "container.layers", kind: .layers) {
            $0.containerLayers = ContainerLayers(rawValue: $1.string) ?? .one
        },
        Entry(key: "credentials.verification_metadata_signing_key_file", kind: .text) {
            $0.signingKeyFile = $1.string.isEmpty ? nil : $1.string
        },
        Entry(key: "iso.media_tag_tool", kind: .text),
        Entry(key: "iso.tool_category", kind: .text),
        Entry(key: "mapper.part_mapper", kind: .text),
        Entry(key: "mirrors", kind: .mirrors) { $0.mirrors = $1.rewrites },
        Entry(key: "obs.api_url", kind: .text) { $0.obsAPIURL = $1.string },
        Entry(key: "obs.download_url", kind: .text) { $0.obsDownloadURL = $1.string },
        Entry(key: "obs.public", kind: .boolean) { $0.obsPublic = $1.flag },
        Entry(key: "oci.archive_tool", kind: .text),
        Entry(key: "runtime_checks.disable", kind: .list) { $0.disabledChecks = $1.strings },
        Entry(key: "shasum.size", kind: .number256or512) { $0.checksumSize = Int($1.integer) },
        Entry(key: "sync.sparse", kind: .boolean),
        Entry(key: "xz.options", kind: .text) {
            $0.xzOptions = $1.string.split(separator: " ").map(String.init)
        },
    ]

    static func entry(_ key: String) -> Entry? { entries.first { $0.key == key } }
}
