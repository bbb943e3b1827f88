/// One thing the boot code takes from the root tree: a line of `requirements.tsv`.
public struct BootRequirement: Sendable, Codable, Hashable {
    public enum Kind: String, Sendable, Codable {
        case file
        case dracutModule = "dracut-module"
        case kernelModule = "kernel-module"
        case tool
    }

    public var kind: Kind
    /// Names of which one is enough.
    public var names: [String]
    public var isRequired: Bool
    /// Debian's package that brings it.
    public var package: String
    public var purpose: String

    public init(_ kind: Kind, _ names: [String], required: Bool = true, package: String, for purpose: String)
    {
        self.kind = kind
        self.names = names
        isRequired = required
        self.package = package
        self.purpose = purpose
    }

    /// Reads lines of `kind<TAB>name|name<TAB>required|optional<TAB>package<TAB>what for`.
    /// Lines of another form, and kinds that are not known, are left out.
    /// - Parameter layout: what the image has (`ext4`, `lvm`...): lines for it (`if-ext4`) are required too.
    public static func parse(_ text: String, layout: Set<String> = []) -> [BootRequirement] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard !line.hasPrefix("#"), fields.count >= 5, let kind = Kind(rawValue: fields[0]) else {
                return nil
            }
            return BootRequirement(
                kind, fields[1].split(separator: "|").map(String.init),
                required: fields[2] == "required"
                    || fields[2].hasPrefix("if-") && layout.contains(String(fields[2].dropFirst(3))),
                package: fields[3], for: fields[4])
        }
    }
}
