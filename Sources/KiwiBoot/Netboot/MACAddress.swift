/// The address of a network card.
public struct MACAddress: Hashable, Sendable, CustomStringConvertible {
    public let bytes: [UInt8]

    /// Six bytes in hex between colons, dots or dashes, in either case. A leading `01-` (pxelinux: the kind
    /// of the network) is dropped.
    public init?(_ text: String) {
        var parts = text.split(omittingEmptySubsequences: false) { ":.-".contains($0) }
        if parts.count == 7, parts[0] == "01" { parts.removeFirst() }
        guard parts.count == 6 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard part.utf8.count == 2, let byte = UInt8(part, radix: 16), part.allSatisfy(\.isHexDigit)
            else { return nil }
            bytes.append(byte)
        }
        self.bytes = bytes
    }

    /// In names of configurations: upper case, colons.
    public var description: String { text(separator: ":") }

    /// All ways to write it in a file name, in the order in which clients ask.
    public var spellings: [String] {
        [":", "."].flatMap { [text(separator: $0), text(separator: $0).lowercased()] }
    }

    private func text(separator: String) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined(separator: separator)
    }
}
