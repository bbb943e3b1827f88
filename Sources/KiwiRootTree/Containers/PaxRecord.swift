/// One record of an extended header of a pax archive: `LENGTH NAME=VALUE\n`, where the length counts itself (POSIX).
public struct PaxRecord: Sendable {
    /// Its bytes as they stand in the header.
    public var all: ArraySlice<UInt8>
    var key: ArraySlice<UInt8>
    public var value: ArraySlice<UInt8>

    public var name: String { String(decoding: key, as: UTF8.self) }

    /// The name of the extended attribute that it holds.
    public var attribute: String? {
        let prefix = "SCHILY.xattr."
        return key.starts(with: prefix.utf8) ? String(name.dropFirst(prefix.count)) : nil
    }

    /// All records of a header, in their order; nil when one is damaged.
    public static func read(_ content: ArraySlice<UInt8>) -> [PaxRecord]? {
        var records: [PaxRecord] = []
        var rest = content
        while !rest.isEmpty {
            let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
            guard digits.count < 10, let length = Int(String(decoding: digits, as: UTF8.self)),
                length <= rest.count, length > digits.count + 2
            else { return nil }
            let all = rest.prefix(length)
            let text = all.dropLast().dropFirst(digits.count + 1)
            guard all.last == 0x0a, let cut = text.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            records.append(PaxRecord(all: all, key: text[..<cut], value: text[(cut + 1)...]))
            rest = rest.dropFirst(length)
        }
        return records
    }
}
