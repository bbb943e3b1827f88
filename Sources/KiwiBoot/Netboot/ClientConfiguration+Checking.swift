import KiwiDiagnostics

extension ClientConfiguration {
    /// One piece of a value between separators, without blanks around it.
    struct Piece: Equatable {
        var text: String
        /// Scalars before it in the value.
        var offset: Int
    }

    /// Divides a text; `offset` counts from the start of the whole value.
    static func pieces(_ text: some StringProtocol, _ separator: Unicode.Scalar, offset: Int = 0) -> [Piece] {
        var result: [Piece] = []
        var start = offset
        let parts = text.unicodeScalars.split(separator: separator, omittingEmptySubsequences: false)
        for part in parts {
            let leading = part.prefix { $0 == " " || $0 == "\t" }.count
            result.append(
                Piece(
                    text: String(String.UnicodeScalarView(part)).trimming { $0 == " " || $0 == "\t" },
                    offset: start + leading))
            start += part.count + 1
        }
        return result
    }

    /// The items of a key, each divided into fields; empty when it is not set.
    public func items(_ key: String) -> [[String]] {
        guard let entry = entries.last(where: { $0.key == key }) else { return [] }
        return Self.pieces(entry.value, ",").filter { !$0.text.isEmpty }
            .map { Self.pieces($0.text, ";").map(\.text) }
    }

    /// What is wrong or strange, in the order of the file.
    public func findings(_ table: ClientKeyTable) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        for (index, entry) in entries.enumerated() {
            if let earlier = entries[..<index].last(where: { $0.key == entry.key }) {
                findings.append(
                    Diagnostic(
                        "config-twice", .warning, at: entry.position,
                        "'\(entry.key)' is set twice: this one counts", remedy: "remove one of them",
                        notes: earlier.position.map { ["\($0): the other one"] } ?? []))
            }
            guard let key = table.key(entry.key) else {
                findings.append(unknown(entry, table))
                continue
            }
            findings += Self.check(entry, key, table)
        }
        if !findings.contains(where: { $0.severity == .error }) { findings += ClientRules.findings(self) }
        return findings
    }

    private func unknown(_ entry: Entry, _ table: ClientKeyTable) -> Diagnostic {
        let known = table.keys.map(\.name).filter { !$0.hasPrefix("*") }
        let nearest = nearestName(to: entry.key, among: known)
        return Diagnostic(
            "config-key", at: entry.position, "there is no key '\(entry.key)'",
            remedy: nearest.map { "write '\($0)'" } ?? "remove it; 'kiwi netboot client keys' lists all")
    }

    private static func check(_ entry: Entry, _ key: ClientKeyTable.Key, _ table: ClientKeyTable)
        -> [Diagnostic]
    {
        switch key.form {
        case .flag: return []
        case .value: return check([Piece(text: entry.value, offset: 0)], entry, key, table)
        case .list: return check(pieces(entry.value, ","), entry, key, table)
        case .item: return check(pieces(entry.value, ";"), entry, key, table)
        case .items:
            // A comma at the end, as KIWI's manual has it before the end of a line, adds nothing.
            var items = pieces(entry.value, ",")
            if items.count > 1, items.last?.text.isEmpty == true { items.removeLast() }
            return items.flatMap {
                check(pieces($0.text, ";", offset: $0.offset), entry, key, table)
            }
        }
    }

    private static func check(
        _ pieces: [Piece], _ entry: Entry, _ key: ClientKeyTable.Key, _ table: ClientKeyTable
    ) -> [Diagnostic] {
        var pieces = pieces
        // KIWI 1 wrote the server and the path of a root over NFS with a colon.
        if key.name == "NFSROOT", pieces.count == 1, let colon = pieces[0].text.firstRange(of: ":/") {
            let text = pieces[0].text
            let server = String(text[..<colon.lowerBound])
            pieces = [
                Piece(text: server, offset: pieces[0].offset),
                Piece(
                    text: String(text[text.index(after: colon.lowerBound)...]),
                    offset: pieces[0].offset + server.unicodeScalars.count + 1),
            ]
        }
        var findings: [Diagnostic] = []
        func wrong(_ piece: Piece, _ message: String, _ remedy: String) {
            findings.append(
                Diagnostic(
                    "config-value",
                    at: entry.position(piece.offset, length: max(1, piece.text.unicodeScalars.count)),
                    message,
                    remedy: remedy))
        }
        for (index, slot) in key.slots.enumerated() {
            guard index < pieces.count, !(pieces[index].text.isEmpty) else {
                if !slot.isOptional, slot.field != "text", slot.field != "options" {
                    wrong(
                        index < pieces.count ? pieces[index] : pieces.last ?? Piece(text: "", offset: 0),
                        "\(entry.key) lacks its \(slot.field)", "write \(entry.key)=\(key.usage)")
                }
                continue
            }
            let group = slot.repeats ? pieces[index...] : pieces[index...index]
            for piece in group where !(table.fields[slot.field]?.expression.fits(piece.text) ?? false) {
                wrong(
                    piece, "'\(piece.text)' is no \(slot.field) of \(entry.key)",
                    "write \(key.usage); \(slot.field): \(table.fields[slot.field]?.meaning ?? "")")
            }
        }
        if pieces.count > key.slots.count, !(key.slots.last?.repeats ?? false) {
            wrong(
                pieces[key.slots.count], "\(entry.key) has a field too many",
                "write \(entry.key)=\(key.usage)")
        }
        return findings
    }
}
