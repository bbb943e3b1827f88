import KiwiDiagnostics

/// A place in the bytes of a file that knows its line and column.
struct XMLCursor {
    let bytes: [UInt8]
    let file: String
    private(set) var index = 0
    private(set) var line = 1
    private(set) var column = 1

    init(_ bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    var isAtEnd: Bool { index >= bytes.count }
    var position: Position { Position(file: file, line: line, column: column, length: 1) }
    var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

    func byte(ahead count: Int) -> UInt8? {
        index + count < bytes.count ? bytes[index + count] : nil
    }

    func starts(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard index + count <= bytes.count else { return false }
        return text.withUTF8Buffer { buffer in
            for offset in 0..<count where bytes[index + offset] != buffer[offset] { return false }
            return true
        }
    }

    mutating func advance() {
        let byte = bytes[index]
        index += 1
        if byte == 10 || (byte == 13 && self.byte != 10) {
            line += 1
            column = 1
        } else if byte & 0xC0 != 0x80 && byte != 13 {
            column += 1
        }
    }

    mutating func advance(_ count: Int) {
        for _ in 0..<count where !isAtEnd { advance() }
    }

    @discardableResult
    mutating func skipSpace() -> Bool {
        let start = index
        while let byte, isXMLSpace(byte) { advance() }
        return index > start
    }

    /// Moves behind `text`; to the end of the file and false when it does not follow.
    mutating func skip(past text: StaticString) -> Bool {
        while !isAtEnd {
            if starts(with: text) {
                advance(text.utf8CodeUnitCount)
                return true
            }
            advance()
        }
        return false
    }

    /// Reads an XML name; nil, without moving, when none is here.
    mutating func name() -> (text: String, position: Position)? {
        var place = position
        let start = index
        guard let first = scalar, isNameStart(first) else { return nil }
        while let scalar, isNameCharacter(scalar) { advance(UTF8.width(scalar)) }
        let text = self.text(from: start)
        place.length = text.unicodeScalars.count
        return (text, place)
    }

    func text(from start: Int) -> String { String(decoding: bytes[start..<index], as: UTF8.self) }

    /// The Unicode scalar here.
    var scalar: Unicode.Scalar? {
        guard let byte else { return nil }
        if byte < 0x80 { return Unicode.Scalar(byte) }
        let width = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
        guard index + width <= bytes.count else { return nil }
        return String(decoding: bytes[index..<index + width], as: UTF8.self).unicodeScalars.first
    }
}

/// Productions [4] and [4a] of XML 1.0, fifth edition.
func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3A, 0x41...0x5A, 0x5F, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D,
        0x37F...0x1FFF, 0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF, 0x3001...0xD7FF,
        0xF900...0xFDCF, 0xFDF0...0xFFFD, 0x10000...0xEFFFF:
        true
    default: false
    }
}

func isNameCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x2D, 0x2E, 0x30...0x39, 0xB7, 0x300...0x36F, 0x203F...0x2040: true
    default: isNameStart(scalar)
    }
}

/// Production [2]: what may stand in an XML file at all.
func isXMLCharacter(_ value: UInt32) -> Bool {
    switch value {
    case 9, 10, 13, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
}
