import KiwiDiagnostics

/// The file `KIWI/config.<MAC>` that says what a network client is to do (boot.md §4.4).
public struct ClientConfiguration: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        public var key: String
        /// Without quotes, lines joined.
        public var value: String
        /// Of the key; nil when it was not read from a file.
        public var position: Position?
        /// Where each scalar of the value stands; empty when it was not read from a file.
        var places: [Position] = []

        public init(_ key: String, _ value: String, at position: Position? = nil) {
            self.key = key
            self.value = value
            self.position = position
        }

        public static func == (left: Entry, right: Entry) -> Bool {
            left.key == right.key && left.value == right.value
        }

        /// Where a part of the value stands.
        func position(_ offset: Int, length: Int) -> Position? {
            guard var place = places.indices.contains(offset) ? places[offset] : places.last ?? position
            else { return nil }
            place.length = length
            return place
        }
    }

    public var entries: [Entry]

    public init(_ entries: [Entry] = []) { self.entries = entries }

    /// The value of a key; of several the last one counts.
    public func value(_ key: String) -> String? { entries.last { $0.key == key }?.value }

    /// Sets a key; nil removes it.
    public mutating func set(_ key: String, _ value: String?) {
        let index = entries.firstIndex { $0.key == key }
        entries.removeAll { $0.key == key }
        guard let value else { return }
        entries.insert(Entry(key, value), at: index ?? entries.count)
    }

    /// As a file: one line for each key. Values with characters that a shell would take for its own are in
    /// quotes, so that clients that read the file as KIWI's did understand it too.
    public var text: String {
        entries.map { "\($0.key)=\(Self.quoted($0.value))\n" }.joined()
    }

    private static func quoted(_ value: String) -> String {
        let plain = value.unicodeScalars.allSatisfy {
            $0.isASCII
                && ($0.properties.isAlphabetic || $0.properties.numericType != nil
                    || "/._:,=+%@~-".unicodeScalars.contains($0))
        }
        if plain { return value }
        guard value.contains("'") else { return "'\(value)'" }
        let escaped = value.flatMap { "\"\\$`".contains($0) ? "\\\($0)" : "\($0)" }
        return "\"\(String(escaped))\""
    }
}

// MARK: - Reading

extension ClientConfiguration {
    /// Larger files are refused: a client would have to keep them in memory.
    public static let maximumBytes = 1 << 16

    /// Reads a file; nothing in it is ever executed.
    /// - Throws: all lines that cannot be understood.
    public init(parsing text: String, file: String) throws(Failure) {
        var reader = Reader(text, file)
        reader.run()
        if !reader.findings.isEmpty { throw Failure(.descriptionWrong, reader.findings) }
        entries = reader.entries
    }

    /// Reads `KEY=value` with quotes of both kinds, comments and lines that a backslash joins.
    private struct Reader {
        private var rest: ArraySlice<Unicode.Scalar>
        private var place: Position
        var entries: [Entry] = []
        var findings: [Diagnostic] = []

        init(_ text: String, _ file: String) {
            rest = Array(text.unicodeScalars)[...]
            place = Position(file: file, line: 1, column: 1)
        }

        mutating func run() {
            while let scalar = rest.first {
                if scalar == "#" {
                    skipLine()
                } else if isBlank(scalar) || isEnd(scalar) {
                    take()
                } else {
                    entry()
                }
            }
        }

        private mutating func entry() {
            let start = place
            var key = ""
            while let scalar = rest.first, scalar == "_" || scalar == "*" || isWord(scalar) {
                key.unicodeScalars.append(take())
            }
            guard rest.first == "=", !key.isEmpty else {
                findings.append(
                    Diagnostic(
                        "config-line", at: start, "this line is no KEY=value",
                        remedy: "write KEY=value without blanks before '=', or '#' before a comment"))
                return skipLine()
            }
            take()
            var entry = Entry(key, "", at: start)
            entry.position?.length = key.count
            value(of: &entry)
            entries.append(entry)
        }

        private mutating func value(of entry: inout Entry) {
            var quote: (mark: Unicode.Scalar, place: Position)?
            var value = String.UnicodeScalarView()
            var kept = 0
            var afterBlank = false
            while let scalar = rest.first {
                if scalar == "\\", quote?.mark != "'" {
                    take()
                    guard let next = rest.first else { break }
                    if isEnd(next) {
                        newLine()
                        continue
                    }
                    entry.places.append(place)
                    value.append(take())
                    kept = value.count
                    continue
                }
                if isEnd(scalar) { break }
                if let open = quote {
                    if scalar == open.mark {
                        quote = nil
                        take()
                        kept = value.count
                        continue
                    }
                } else if scalar == "\"" || scalar == "'" {
                    quote = (scalar, place)
                    take()
                    afterBlank = false
                    continue
                } else if scalar == "#", afterBlank || value.isEmpty {
                    break
                }
                afterBlank = isBlank(scalar)
                if scalar.value < 32 && !isBlank(scalar) || scalar.value == 127 {
                    findings.append(
                        Diagnostic(
                            "config-line", at: place, "a control character has no place in a value",
                            remedy: "remove it"))
                }
                entry.places.append(place)
                value.append(take())
                if !afterBlank || quote != nil { kept = value.count }
            }
            if let quote {
                findings.append(
                    Diagnostic(
                        "config-quote", at: quote.place, "the quotation mark \(quote.mark) is not closed",
                        remedy: "close it in the same line"))
            }
            // Blanks at the end of a line, or before a comment.
            entry.value = String(String.UnicodeScalarView(value.prefix(kept)))
            entry.places = Array(entry.places.prefix(kept))
            let leading = entry.value.unicodeScalars.prefix { isBlank($0) }.count
            entry.value = String(entry.value.unicodeScalars.dropFirst(leading))
            entry.places = Array(entry.places.dropFirst(leading))
            skipLine()
        }

        @discardableResult private mutating func take() -> Unicode.Scalar {
            let scalar = rest.removeFirst()
            if scalar == "\n" {
                place.line += 1
                place.column = 1
            } else {
                place.column += 1
            }
            return scalar
        }

        /// Takes an end of line, also one of two characters.
        private mutating func newLine() {
            if rest.first == "\r" { take() }
            if rest.first == "\n" { take() }
        }

        private mutating func skipLine() {
            while let scalar = rest.first, scalar != "\n" { take() }
        }

        private func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
        private func isEnd(_ scalar: Unicode.Scalar) -> Bool { scalar == "\n" || scalar == "\r" }
        private func isWord(_ scalar: Unicode.Scalar) -> Bool {
            ("A"..."Z").contains(scalar) || ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
        }
    }
}
