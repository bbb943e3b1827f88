/// What debugfs prints about folders and attributes. Pure.
enum ExtListing {
    struct Item: Hashable {
        var inode: Int
        var name: String
        /// Nil for deleted names.
        var entry: ComparedEntry?
    }

    /// The answers to several `ls -p`: lines `/INODE/MODE/UID/GID/NAME/SIZE/`.
    static func folders(in text: String) -> [[Item]] {
        answers(to: "ls -p", in: text).map { lines in
            // A name may hold line ends: what does not start like an item belongs to the one before.
            var items: [String] = []
            for line in lines {
                if item(line) == nil, !items.isEmpty, !items[items.count - 1].hasSuffix("/") {
                    items[items.count - 1] += "\n\(line)"
                } else {
                    items.append(line)
                }
            }
            return items.compactMap(item)
        }
    }

    private static func item(_ line: String) -> Item? {
        guard line.hasPrefix("/") else { return nil }
        let fields = line.dropFirst().split(separator: "/", maxSplits: 4, omittingEmptySubsequences: false)
        guard fields.count == 5, let inode = Int(fields[0]), let mode = UInt32(fields[1], radix: 8),
            let user = Int(fields[2]), let group = Int(fields[3]), fields[4].hasSuffix("/")
        else { return nil }
        // NAME/SIZE/ or NAME//
        let rest = fields[4].dropLast()
        guard let cut = rest.lastIndex(of: "/") else { return nil }
        let kind = inode == 0 ? nil : ComparedEntry.Kind(mode: mode)
        let name = rest[..<cut]
        return Item(
            inode: inode,
            name: name == "." || name == ".." ? String(name) : TreeIndex.text(name.utf8),
            entry: kind.map { ComparedEntry(kind: $0, mode: mode, user: user, group: group) })
    }

    /// The answers to several `ea_list`: lines `  NAME (LENGTH) = "TEXT"` or `= 01 02 ff`.
    static func attributes(in text: String) -> [[(String, [UInt8])]] {
        answers(to: "ea_list", in: text).map { lines in
            lines.compactMap { line -> (String, [UInt8])? in
                guard line.hasPrefix("  "), let open = line.range(of: " ("),
                    let equal = line.range(of: ") = ", range: open.upperBound..<line.endIndex)
                else { return nil }
                return (
                    String(line[line.index(line.startIndex, offsetBy: 2)..<open.lowerBound]),
                    value(line[equal.upperBound...])
                )
            }
        }
    }

    private static func value(_ text: Substring) -> [UInt8] {
        let bytes = text.split(separator: " ").map { UInt8($0, radix: 16) }
        if !bytes.isEmpty, bytes.allSatisfy({ $0 != nil }),
            text.split(separator: " ").allSatisfy({ $0.count == 2 })
        {
            return bytes.compactMap { $0 }
        }
        guard text.count > 1, text.hasPrefix("\""), text.hasSuffix("\"") else { return Array(text.utf8) }
        var value: [UInt8] = []
        var isEscaped = false
        for byte in text.utf8.dropFirst().dropLast() {
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            if !isEscaped { value.append(byte) }
        }
        return value
    }

    /// The answers to several `stat`: a line `Device major/minor number: 01:03 (hex 01:03)`, decimal first.
    static func devices(in text: String) -> [String] {
        answers(to: "stat", in: text).map { lines in
            let label = "Device major/minor number: "
            guard let line = lines.first(where: { $0.hasPrefix(label) }) else { return "" }
            let numbers = line.dropFirst(label.count).prefix { $0 != " " }.split(separator: ":").compactMap {
                Int($0)
            }
            return numbers.map(String.init).joined(separator: ":")
        }
    }

    /// Lines after each echoed question.
    private static func answers(to question: String, in text: String) -> [[String]] {
        var answers: [[String]] = []
        for line in text.split(separator: "\n").map(String.init) {
            if line.hasPrefix("debugfs: \(question) <") {
                answers.append([])
            } else if !answers.isEmpty {
                answers[answers.count - 1].append(line)
            }
        }
        return answers
    }
}
