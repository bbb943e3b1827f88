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

    /// The end of the name of Debian's usual kernel package, for example `amd64` of `linux-image-amd64`.
    public var debianKernel: String {
        switch debianName {
        case "i386": "686"
        case "armhf": "armmp"
        case "ppc64el": "powerpc64le"
        default: debianName
        }
    }

    /// As KIWI writes architectures in the names of results.
    public static let resultNames = [
        "x86_64", "ix86", "i386", "i586", "i686", "aarch64", "armv6l", "armv7l", "arm", "ppc64le", "ppc64",
        "ppc", "s390x", "s390", "riscv64", "loongarch64", "ia64",
    ]

    /// The architecture in the name of a result, `NAME.ARCH-VERSION...`; nil when it has none.
    public init?(resultFile path: String) {
        let name = path.split(separator: "/").last ?? ""
        let found = name.split(separator: ".").dropFirst().lazy.compactMap { part in
            Self.resultNames.first { part == $0 || part.hasPrefix("\($0)-") }
        }.first
        guard let found else { return nil }
        self.init(rawValue: found)
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
