import KiwiDiagnostics

/// Reads XML without loss, and goes on after mistakes so that one run shows all of them.
///
/// External entities and document types are never loaded. Entities with markup in them are
/// refused: a description stands in its files, not in its document type.
public struct XMLReader {
    var cursor: XMLCursor
    let limits: ReadingLimits
    var entities: [String: Entity] = [:]
    /// Characters that references added so far.
    var expanded = 0
    var diagnostics: [Diagnostic] = []
    /// Elements whose end tag is still to come; the first is the document itself.
    var open: [Open] = [Open(element: Element(""))]
    var hasRoot = false
    var hasDocumentType = false
    var gaveUp = false

    struct Open {
        var element: Element
        /// Name space prefixes declared on this element.
        var prefixes: [String] = []
    }

    /// What `<!ENTITY name "...">` declares.
    enum Entity {
        case text([UInt8])
        case external(position: Position)
    }

    /// What reading gives: the tree as far as it could be read, and every mistake found.
    public struct Result: Sendable {
        public var document: Document?
        public var diagnostics: [Diagnostic]
    }

    private init(_ cursor: XMLCursor, limits: ReadingLimits) {
        self.cursor = cursor
        self.limits = limits
    }

    /// Reads the bytes of a file.
    ///
    /// `file` is the name used in positions. The document is nil when not even a root element
    /// could be found.
    public static func read(_ data: [UInt8], file: String, limits: ReadingLimits = ReadingLimits()) -> Result
    {
        let start = Position(file: file, line: 1, column: 1)
        guard data.count <= limits.fileSize else {
            let message = "the file is larger than \(limits.fileSize) bytes, which no description is"
            return Result(document: nil, diagnostics: [Diagnostic("file-too-large", at: start, message)])
        }
        let decoded: DecodedText
        do { decoded = try DecodedText(data, file: file) } catch {
            return Result(document: nil, diagnostics: [error])
        }
        var reader = XMLReader(XMLCursor(decoded.bytes, file: file), limits: limits)
        reader.readDocument()
        return Result(
            document: reader.document(file: file, encoding: decoded.encoding),
            diagnostics: reader.diagnostics)
    }

    private mutating func readDocument() {
        if cursor.starts(with: "<?xml"), let next = cursor.byte(ahead: 5), isXMLSpace(next) {
            readDeclaration()
        }
        while !cursor.isAtEnd && !gaveUp {
            if cursor.byte == UInt8(ascii: "<") { readMarkup() } else { readText() }
        }
        if !gaveUp { closeAll() }
    }

    private mutating func readMarkup() {
        if cursor.starts(with: "</") {
            readEndTag()
        } else if cursor.starts(with: "<!--") {
            readComment()
        } else if cursor.starts(with: "<![CDATA[") {
            readCDATA()
        } else if cursor.starts(with: "<!DOCTYPE") {
            readDocumentType()
        } else if cursor.starts(with: "<?") {
            readInstruction()
        } else if cursor.byte(ahead: 1).map({ $0 >= 0x80 || isNameStart(Unicode.Scalar($0)) }) == true {
            readStartTag()
        } else {
            report(
                "stray-markup", at: cursor.position, "'<' begins no tag here",
                remedy: "write '&lt;' for a literal '<'")
            cursor.advance()
        }
    }

    private func document(file: String, encoding: TextEncoding) -> Document? {
        let nodes = open[0].element.nodes
        let index = nodes.firstIndex { if case .element = $0 { true } else { false } }
        guard let index, case .element(let root) = nodes[index] else { return nil }
        return Document(
            file: file, encoding: encoding, prolog: Array(nodes[..<index]), root: root,
            epilog: Array(nodes[(index + 1)...]))
    }

    // MARK: - Shared by the parts

    /// The element that is being read, or the document itself.
    var current: Element {
        get { open[open.count - 1].element }
        set { open[open.count - 1].element = newValue }
    }

    mutating func append(_ node: Node) { open[open.count - 1].element.nodes.append(node) }

    mutating func report(
        _ code: String, at position: Position?, _ message: String, remedy: String? = nil, fix: Fix? = nil
    ) {
        diagnostics.append(Diagnostic(code, at: position, message, remedy: remedy, fix: fix))
        if diagnostics.count >= limits.errors { giveUp() }
    }

    /// Ends reading: the rest of the file would only give follow-up mistakes.
    mutating func giveUp() { gaveUp = true }
}
