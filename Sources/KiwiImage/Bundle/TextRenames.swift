/// Replaces names of results inside a text, in one pass: what was replaced is not looked at again. Pure.
struct TextRenames: Sendable {
    /// Longest first, so that `a.raw.md5` is not taken for `a.raw`.
    private let pairs: [(old: [UInt8], new: [UInt8])]

    init(_ renames: [String: String]) {
        pairs = renames.sorted { ($0.key.utf8.count, $1.key) > ($1.key.utf8.count, $0.key) }
            .map { (Array($0.key.utf8), Array($0.value.utf8)) }
    }

    /// The changed text; nil when it is no text (it has NUL bytes) or mentions no name.
    func apply(to bytes: [UInt8]) -> [UInt8]? {
        guard let first = pairs.first?.old.first, !bytes.contains(0) else { return nil }
        let starts = Set(pairs.compactMap(\.old.first))
        var result: [UInt8] = []
        var copied = 0
        var index = 0
        while index < bytes.count {
            guard bytes[index] == first || starts.contains(bytes[index]),
                let pair = pairs.first(where: { bytes[index...].starts(with: $0.old) })
            else {
                index += 1
                continue
            }
            result += bytes[copied..<index]
            result += pair.new
            index += pair.old.count
            copied = index
        }
        return copied == 0 ? nil : result + bytes[copied...]
    }
}
