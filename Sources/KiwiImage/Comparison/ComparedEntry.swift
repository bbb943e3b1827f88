import KiwiRootTree
import KiwiToolbox

/// One file, folder or other thing of a tree, as far as two trees are compared.
public struct ComparedEntry: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, Codable {
        case file, folder, link, characterDevice, blockDevice, fifo, socket

        /// From the file type bits of `st_mode`; nil for others.
        init?(mode: UInt32) {
            switch mode & 0o170000 {
            case 0o100000: self = .file
            case 0o040000: self = .folder
            case 0o120000: self = .link
            case 0o020000: self = .characterDevice
            case 0o060000: self = .blockDevice
            case 0o010000: self = .fifo
            case 0o140000: self = .socket
            default: return nil
            }
        }
    }

    public var kind: Kind
    /// Permission bits; those of links mean nothing and are 0.
    public var mode: UInt32
    public var user: Int
    public var group: Int
    /// Bytes of a regular file, else 0.
    public var size: Int64 = 0
    /// SHA-256 of a regular file, target of a link, `major:minor` of a device.
    public var content = ""
    /// Values in hex, or shortened to their digest, by name.
    public var attributes: [String: String] = [:]
    /// Seconds since 1970; nil where it is not known.
    public var time: Int64?

    public init(kind: Kind, mode: UInt32, user: Int, group: Int) {
        self.kind = kind
        self.mode = kind == .link ? 0 : mode & 0o7777
        self.user = user
        self.group = group
    }

    /// Stores a value so that it can be compared and shown.
    mutating func setAttribute(_ name: String, _ value: some Collection<UInt8>) {
        guard !ExtendedAttributes.isForeign(name) else { return }
        attributes[name] = value.count <= 64 ? Hex.text(value) : "sha256:\(Digest(of: value).hex)"
    }
}

/// Everything in a tree by its path from `/`.
public struct TreeIndex: Sendable, Hashable {
    public var entries: [String: ComparedEntry] = [:]
    /// The content of the few files that say more about the tree.
    public var kept: [String: [UInt8]] = [:]
    /// Whether extended attributes are known; some formats have none, some tools do not restore them.
    public var hasAttributes = true

    /// Files whose content is kept.
    static let keptPaths: Set<String> = ["/var/lib/dpkg/status"]

    public init() {}

    /// A path as text: bytes that are no UTF-8, control characters and backslashes are escaped.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let bytes = Array(bytes)
        let isText = String(validating: bytes, as: UTF8.self) != nil
        var result: [UInt8] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\\") {
                result += "\\\\".utf8
            } else if byte < 32 || byte == 127 || (byte > 127 && !isText) {
                result += "\\x\(Hex.text([byte]))".utf8
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// `a/b`, `./a/b/` and `/a/b` are `/a/b`.
    static func path(_ bytes: some Collection<UInt8>) -> String {
        let parts = bytes.split(separator: UInt8(ascii: "/")).filter { Array($0) != [UInt8(ascii: ".")] }
        return "/" + parts.map { text($0) }.joined(separator: "/")
    }
}

/// Bytes in lower-case hex.
enum Hex {
    static func text(_ bytes: some Collection<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
