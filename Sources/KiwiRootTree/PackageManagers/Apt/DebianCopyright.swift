/// The license names in a package's machine-readable copyright file. Pure.
enum DebianCopyright {
    /// Names in order of the file, each once; empty when the file is free text.
    static func licenses(in bytes: [UInt8]) -> [String] {
        guard bytes.starts(with: "Format".utf8) else { return [] }
        var names: [String] = []
        let field = Array("License:".utf8)
        var line = bytes[...]
        while !line.isEmpty {
            let end = line.firstIndex(of: 10) ?? line.endIndex
            if line[..<end].starts(with: field) {
                let text = String(decoding: line[..<end].dropFirst(field.count), as: UTF8.self)
                let name = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                if !name.isEmpty, name.utf8.count < 200, !names.contains(name) { names.append(name) }
            }
            line = end < line.endIndex ? line[(end + 1)...] : []
        }
        return names
    }
}
