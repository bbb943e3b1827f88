import Foundation

/// Text that is typed on the serial console when a pattern has appeared on it.
public struct ConsoleAnswer: Sendable, Equatable {
    /// A regular expression.
    public var pattern: String
    public var text: String

    public init(pattern: String, text: String) {
        self.pattern = pattern
        self.text = text
    }

    /// From `REGEX=TEXT`; the text is what follows the last equals sign.
    public init?(_ argument: String) {
        guard let end = argument.lastIndex(of: "="), end != argument.startIndex else { return nil }
        self.init(pattern: String(argument[..<end]), text: String(argument[argument.index(after: end)...]))
    }
}

/// Decides when which answer is typed: one after the other, each once.
struct ConsoleTyping {
    private var pending: [(pattern: Regex<AnyRegexOutput>, text: String)]
    private var seen = ""

    /// Characters that are kept to find a pattern in.
    private static let memory = 4096

    init(_ answers: [ConsoleAnswer]) throws {
        pending = try answers.map { (try Regex($0.pattern), $0.text) }
    }

    /// - Returns: what is to be typed now, with the enter key; nil: nothing.
    mutating func take(_ chunk: [UInt8]) -> [UInt8]? {
        guard let next = pending.first else { return nil }
        seen = String((seen + String(decoding: chunk, as: UTF8.self)).suffix(Self.memory))
        guard seen.firstMatch(of: next.pattern) != nil else { return nil }
        pending.removeFirst()
        seen = ""
        return Array(next.text.utf8) + [UInt8(ascii: "\r")]
    }
}
