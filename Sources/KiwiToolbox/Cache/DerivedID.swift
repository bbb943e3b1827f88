/// Identifiers derived from content: SHA-256 of (key, type, role), shaped as needed.
///
/// Equal trees give equal ids, a changed tree other ones (DESIGN §9). Never used
/// for secrets.
public struct DerivedID: Sendable {
    private let hex: [Character]

    /// - Parameters:
    ///   - key: key of the root tree.
    ///   - type: image type, for example `iso`.
    ///   - role: what the id names, for example `rootfs-uuid`.
    public init(key: String, type: String, role: String) {
        hex = Array(Digest(ofParts: [key, type, role]).hex)
    }

    /// A random-form (version 4) UUID in lower case.
    public var uuid: String {
        var digits = Array(hex[0..<32])
        digits[12] = "4"
        digits[16] = Array("89ab")[Int(String(digits[16]), radix: 16)! & 3]
        let text = String(digits)
        let cuts = [0, 8, 12, 16, 20, 32]
        return zip(cuts, cuts.dropFirst()).map { from, to in
            String(text.dropFirst(from).prefix(to - from))
        }.joined(separator: "-")
    }

    /// Eight hex digits, for FAT serials and disk signatures.
    public var hex32: String { String(hex[32..<40]) }

    /// KIWI's mbrid: `0x` and four bytes, each 0x01 to 0xfd.
    public var mbrID: String {
        let bytes = stride(from: 40, to: 48, by: 2).map { index -> String in
            let value = Int(String(hex[index...index + 1]), radix: 16)! % 0xfd + 1
            let text = String(value, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        return "0x" + bytes.joined()
    }

    /// The form of LVM: 32 letters and digits in groups of 6, 4, 4, 4, 4, 4 and 6.
    public var lvm: String {
        let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        let letters = stride(from: 0, to: 64, by: 2).map { index in
            alphabet[Int(String(hex[index...index + 1]), radix: 16)! % alphabet.count]
        }
        let cuts = [0, 6, 10, 14, 18, 22, 26, 32]
        return zip(cuts, cuts.dropFirst()).map { String(letters[$0..<$1]) }.joined(separator: "-")
    }

    /// 32 bytes as hex digits, for salts that need not be secret.
    public var salt: String { String(hex) }
}
