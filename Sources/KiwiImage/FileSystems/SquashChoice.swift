import KiwiBoot
import KiwiDescription
import KiwiStorage

/// How squashfs compresses: an attribute, or our choice for the tree's kernel.
public struct SquashChoice: Sendable, Codable, Hashable {
    /// `squashfscompression`; nil when it is not written.
    public var written: SquashCompression?
    public var architecture: Architecture

    public init(written: SquashCompression?, architecture: Architecture) {
        self.written = written
        self.architecture = architecture
    }

    /// Without the attribute: zstd at a level that costs little time, where the kernel reads it, else KIWI's xz.
    func apply(to call: inout SquashfsCall, facts: TreeFacts) {
        call.compression = written ?? (facts.squashfsZstd ? .zstd : .xz)
        call.level = written == nil ? Self.quickLevel : nil
        call.xzFilter =
            switch architecture.resultName {
            case "x86_64", "ix86": "x86"
            case "ppc64", "ppc64le": "powerpc"
            default: nil
            }
    }

    /// Measured on a Debian tree of 700 MB: see `docs/decisions/live-iso.md`.
    static let quickLevel = 3
}
