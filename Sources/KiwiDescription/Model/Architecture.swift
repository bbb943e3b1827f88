/// A machine name as `uname -m` prints it, for example `x86_64`.
public struct Architecture: Hashable, Sendable, Codable, RawRepresentable {
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    // swift-format-ignore: AlwaysUseLowerCamelCase
    public static let x86_64 = Architecture(rawValue: "x86_64")

    /// The name used in result files and below `boot/` on media: 32-bit x86 is `ix86`.
    public var resultName: String {
        ["i386", "i486", "i586", "i686"].contains(rawValue) ? "ix86" : rawValue
    }

    /// Debian's name of the architecture, for example `amd64`.
    public var debianName: String {
        switch rawValue {
        case "x86_64": "amd64"
        case "i386", "i486", "i586", "i686", "ix86": "i386"
        case "aarch64": "arm64"
        case "armv7l", "armv7hl": "armhf"
        case "armv5el", "armv5tel", "armv6l", "armv6hl": "armel"
        case "ppc64le": "ppc64el"
        default: rawValue
        }
    }

    /// The architecture this program runs on.
    public static let host: Architecture = {
        #if arch(x86_64)
            Architecture(rawValue: "x86_64")
        #elseif arch(arm64)
            Architecture(rawValue: "aarch64")
        #else
            Architecture(rawValue: "unknown")
        #endif
    }()
}
