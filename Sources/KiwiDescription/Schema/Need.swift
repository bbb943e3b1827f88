/// Something that must be written so that another entry changes anything.
///
/// As text: `luks` (written, and not as false), or `format=vmdk` (with this value).
public struct Need: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// An attribute of the element itself or of the `<type>` around it, or one of ``computed``.
    public var name: String
    /// nil: any value but false.
    public var value: String?

    public init(stringLiteral text: String) {
        let parts = text.split(separator: "=", maxSplits: 1)
        name = String(parts[0])
        value = parts.count > 1 ? String(parts[1]) : nil
    }

    public var description: String { value.map { "\(name)=\"\($0)\"" } ?? "'\(name)'" }

    /// Names that stand for what several entries decide together: `volumes` is `lvm` or `btrfs`.
    static let computed = ["volumes"]
}
