/// Turns the bytes of a serial console into lines of plain text.
///
/// Escape sequences, carriage returns and other control characters are dropped. The
/// unfinished last line is kept apart, since prompts never end theirs.
public struct ConsoleText: Sendable {
    private enum Mode { case text, escape, sequence, command }

    private var mode = Mode.text
    private var bytes: [UInt8] = []
    private static let longestLine = 8192

    public init() {}

    /// The unfinished line.
    public var partial: String { String(decoding: bytes, as: UTF8.self) }

    /// Takes bytes and returns the lines they complete.
    public mutating func take(_ chunk: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in chunk {
            switch mode {
            case .text:
                switch byte {
                case 0x1b: mode = .escape
                case 0x0a: lines.append(endLine())
                case 0x09: bytes.append(0x20)
                case 0..<0x20, 0x7f: break
                default: bytes.append(byte)
                }
                if bytes.count >= Self.longestLine { lines.append(endLine()) }
            case .escape:
                switch byte {
                case UInt8(ascii: "["): mode = .sequence
                case UInt8(ascii: "]"), UInt8(ascii: "P"): mode = .command
                case 0x20..<0x30: break
                default: mode = .text
                }
            case .sequence: if (0x40...0x7e).contains(byte) || byte < 0x20 { mode = .text }
            case .command: if byte == 0x07 || byte == 0x5c || byte == 0x0a { mode = .text }
            }
        }
        return lines
    }

    private mutating func endLine() -> String {
        defer { bytes = [] }
        return partial
    }
}
