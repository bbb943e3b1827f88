import KiwiDiagnostics

/// The text of a file as UTF-8 without a byte order mark.
struct DecodedText {
    var bytes: [UInt8]
    var encoding: TextEncoding

    /// Fails when the bytes are not text in UTF-8 or UTF-16.
    init(_ data: [UInt8], file: String) throws(Diagnostic) {
        if data.starts(with: [0xFE, 0xFF]) || data.starts(with: [0xFF, 0xFE]) {
            let bigEndian = data[0] == 0xFE
            encoding = .utf16(bigEndian: bigEndian)
            bytes = try DecodedText.utf16(data.dropFirst(2), bigEndian: bigEndian, file: file)
        } else if data.starts(with: [0xEF, 0xBB, 0xBF]) {
            encoding = .utf8(mark: true)
            bytes = Array(data.dropFirst(3))
        } else {
            encoding = .utf8(mark: false)
            bytes = data
        }
        if let offset = DecodedText.firstInvalid(bytes) {
            throw Diagnostic(
                "bad-encoding", at: place(of: offset, in: bytes, file: file),
                "this is not UTF-8 text (byte 0x\(hex(bytes[offset])))",
                remedy: "save the file as UTF-8, or as UTF-16 with a byte order mark")
        }
    }

    private static func utf16(
        _ data: ArraySlice<UInt8>, bigEndian: Bool, file: String
    ) throws(Diagnostic) -> [UInt8] {
        var units: [UInt16] = []
        units.reserveCapacity(data.count / 2)
        var index = data.startIndex
        while index + 1 < data.endIndex {
            let (first, second) = (UInt16(data[index]), UInt16(data[index + 1]))
            units.append(bigEndian ? first << 8 | second : second << 8 | first)
            index += 2
        }
        guard index == data.endIndex, let text = String(validating: units, as: UTF16.self) else {
            throw Diagnostic(
                "bad-encoding", at: Position(file: file, line: 1, column: 1),
                "this is not UTF-16 text although its byte order mark says so",
                remedy: "save the file as UTF-8")
        }
        return Array(text.utf8)
    }

    /// The offset of the first byte that cannot be UTF-8.
    private static func firstInvalid(_ bytes: [UInt8]) -> Int? {
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        var offset = 0
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): offset += UTF8.width(scalar)
            case .emptyInput: return nil
            case .error: return min(offset, bytes.count - 1)
            }
        }
    }
}

private func place(of offset: Int, in bytes: [UInt8], file: String) -> Position {
    var line = 1
    var column = 1
    for byte in bytes[..<offset] {
        if byte == 10 {
            line += 1
            column = 1
        } else if byte & 0xC0 != 0x80 {
            column += 1
        }
    }
    return Position(file: file, line: line, column: column, length: 1)
}

private func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count < 2 ? "0" + digits : digits
}
