/// The head of an HTTP request. Pure.
struct HTTPRequest: Sendable, Equatable {
    var method: String
    /// Decoded, without query.
    var path: String
    var version: String
    /// Names in lower case; of several with one name the last.
    var fields: [String: String]

    /// Longer heads are refused.
    static let maximumBytes = 16 << 10

    /// nil when it is none.
    init?(parsing head: [UInt8]) {
        var lines = head.split(separator: 10, omittingEmptySubsequences: false).map { line in
            line.last == 13 ? line.dropLast() : line
        }
        guard let first = lines.first else { return nil }
        lines.removeFirst()
        let words = first.split(separator: 32, omittingEmptySubsequences: false)
        guard words.count == 3, let version = String(validating: words[2], as: UTF8.self),
            version == "HTTP/1.1" || version == "HTTP/1.0",
            let method = String(validating: words[0], as: UTF8.self), let path = Self.path(words[1])
        else { return nil }
        self.method = method
        self.path = path
        self.version = version
        fields = [:]
        for line in lines where !line.isEmpty {
            guard let colon = line.firstIndex(of: 58), colon > line.startIndex,
                let name = String(validating: line[..<colon], as: UTF8.self),
                let value = String(validating: line[line.index(after: colon)...], as: UTF8.self)
            else { return nil }
            fields[name.lowercased()] = String(
                value.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
    }

    /// `/a%20b?x` gives `/a b`; the form with a server in front is taken too.
    private static func path(_ target: ArraySlice<UInt8>) -> String? {
        var rest = target
        if rest.starts(with: "http://".utf8) {
            guard let slash = rest.dropFirst(7).firstIndex(of: 47) else { return "/" }
            rest = rest[slash...]
        }
        guard rest.first == 47 else { return nil }
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == 63 || byte == 35 { break }
            guard byte == 37 else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    /// Whether the connection may serve another request.
    var keepsConnection: Bool {
        let wish = fields["connection"]?.lowercased() ?? ""
        return version == "HTTP/1.1" ? !wish.contains("close") : wish.contains("keep-alive")
    }

    /// Nothing that is served needs one.
    var hasBody: Bool {
        fields["transfer-encoding"] != nil || (fields["content-length"].map { $0 != "0" } ?? false)
    }

    /// The part of a file that is asked for.
    enum Part: Equatable {
        case all
        case range(Range<Int64>)
        /// Beyond the end.
        case none
    }

    /// Several ranges, and what is no range, count as all of the file, as the standard allows.
    func part(size: Int64, tag: String) -> Part {
        guard method == "GET", let text = fields["range"], text.hasPrefix("bytes="), !text.contains(",")
        else { return .all }
        if let condition = fields["if-range"], condition != tag { return .all }
        let ends = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else {
            return .all
        }
        if ends[0].isEmpty {
            guard let count = Int64(ends[1]) else { return .all }
            return count == 0 || size == 0 ? .none : .range(max(0, size - count)..<size)
        }
        guard let start = Int64(ends[0]) else { return .all }
        guard start < size else { return .none }
        if ends[1].isEmpty { return .range(start..<size) }
        guard let last = Int64(ends[1]), last >= start else { return .all }
        return .range(start..<min(size, last == .max ? last : last + 1))
    }
}
