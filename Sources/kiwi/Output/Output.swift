import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// The two streams: results go to standard output, everything else to standard error.
enum Output {
    static func result(_ text: String) { write(text, to: STDOUT_FILENO) }
    static func message(_ text: String) { write(text, to: STDERR_FILENO) }

    /// Writes text as whole lines.
    static func write(_ text: String, to descriptor: Int32) {
        raw(Array((text.hasSuffix("\n") || text.isEmpty ? text : text + "\n").utf8), to: descriptor)
    }

    static func raw(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Prints a value as JSON: sorted keys, readable.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        result(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}

/// What a stream can show.
struct Terminal: Sendable {
    var isTerminal: Bool
    var color: Bool
    var columns: Int

    /// - Parameter forced: `--color-output`.
    static func of(
        _ descriptor: Int32, forced: Bool = false,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> Terminal {
        let dumb = environment["TERM"] == "dumb" || environment["TERM"] == nil
        let isTerminal = isatty(descriptor) == 1
        let refused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        var size = winsize()
        let known = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return Terminal(
            isTerminal: isTerminal && !dumb, color: forced || (isTerminal && !dumb && !refused),
            columns: known ? Int(size.ws_col) : 80)
    }
}
