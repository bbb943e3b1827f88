/// `major.minor` of a description language.
public struct SchemaVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var major: Int
    public var minor: Int

    public init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Two numbers with a dot between, white space around them ignored.
    public init?(_ text: String) {
        let parts = trimmed(text).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]), major >= 0, minor >= 0
        else { return nil }
        self.init(major, minor)
    }

    public static let current = SchemaVersion(8, 5)
    /// The oldest version that is read, of 2007.
    public static let oldest = SchemaVersion(1, 4)
    /// The oldest version KIWI 11 reads itself; what is older goes through its style sheets before.
    static let oldestOfKIWI = SchemaVersion(7, 4)

    /// Whether there was a language of this version.
    var isKnown: Bool { self == .oldest || UpgradeStep.all.contains { $0.to == self } }

    public static func < (left: SchemaVersion, right: SchemaVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    public var description: String { "\(major).\(minor)" }
}
