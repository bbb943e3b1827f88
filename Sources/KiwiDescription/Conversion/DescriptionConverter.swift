import KiwiDiagnostics

/// The markups a description can be written in.
public enum MarkupFormat: String, CaseIterable, Sendable { case xml, yaml, toml, json }

/// Writes a description in another markup, as KIWI maps them, without loss of meaning.
public enum DescriptionConverter {
    public struct Output: Sendable {
        public var text: String
        /// What the new markup cannot say.
        public var notes: [Diagnostic]
    }

    /// Converts one description file as it is: nothing is upgraded, includes stay includes.
    public static func convert(file: String, to format: MarkupFormat) throws(Failure) -> Output {
        let data: [UInt8]
        do { data = try FileAccess.read(file, limit: ReadingLimits().fileSize) } catch {
            throw Failure(.descriptionWrong, error)
        }
        let markup = Markup.guess(data, file: file) ?? .xml
        let result = markup.read(data, file: file, limits: ReadingLimits())
        guard var document = result.document, !result.diagnostics.contains(where: { $0.severity == .error })
        else { throw Failure(.descriptionWrong, result.diagnostics) }
        if markup == .yaml || markup == .toml {
            MarkupComments.attach(to: &document, text: String(decoding: data, as: UTF8.self))
        }
        return Output(
            text: text(of: document, as: format, isXML: markup == .xml),
            notes: result.diagnostics + (format == .xml ? [] : losses(in: document, format)))
    }

    /// A document in a markup. XML that was read as XML comes out as it was written.
    static func text(of document: Document, as format: MarkupFormat, isXML: Bool, sorted: Bool = false)
        -> String
    {
        if format == .xml {
            if isXML { return XMLWriter.text(of: document) }
            return pretty(document)
        }
        let tree = sorted ? MarkupTree(document).sorted : MarkupTree(document)
        return switch format {
        case .yaml: YAMLWriter.text(of: tree)
        case .toml: TOMLWriter.text(of: tree)
        default: JSONWriter.text(of: tree)
        }
    }

    /// XML with four blanks per level.
    static func pretty(_ document: Document) -> String {
        var pretty = document
        pretty.root = document.root.indented()
        let comments = document.prolog.filter {
            if case .markup(let text) = $0 { text.hasPrefix("<!--") } else { false }
        }
        pretty.prolog =
            [.markup("<?xml version=\"1.0\" encoding=\"utf-8\"?>"), .text(Text("\n"))]
            + comments.flatMap { [$0, .text(Text("\n"))] }
        pretty.epilog =
            document.epilog.filter { if case .markup = $0 { true } else { false } }
            .flatMap { [.text(Text("\n")), $0] } + [.text(Text("\n"))]
        return XMLWriter.text(of: pretty)
    }

    private static func losses(in document: Document, _ format: MarkupFormat) -> [Diagnostic] {
        var comments = 0
        var instructions = 0
        var notes: [Diagnostic] = []
        func count(_ nodes: [Node]) {
            for case .markup(let source) in nodes {
                if source.hasPrefix("<!--") { comments += 1 }
                if source.hasPrefix("<?"), !source.hasPrefix("<?xml ") { instructions += 1 }
            }
        }
        func visit(_ element: Element) {
            count(element.nodes)
            if !element.children.isEmpty, let text = element.nodes.first(where: \.isMeaningfulText),
                case .text(let part) = text
            {
                notes.append(
                    Diagnostic(
                        "conversion-loss", .warning, at: part.position,
                        "text between elements loses its place",
                        remedy: "check <\(element.name)> in the result"))
            }
            for child in element.children { visit(child) }
        }
        count(document.prolog)
        visit(document.root)
        count(document.epilog)
        if format == .json, comments > 0 { notes.append(lost(comments, "comments", format)) }
        if instructions > 0 { notes.append(lost(instructions, "processing instructions", format)) }
        return notes
    }

    private static func lost(_ number: Int, _ what: String, _ format: MarkupFormat) -> Diagnostic {
        Diagnostic(
            "conversion-loss", .warning, at: nil,
            "\(format.rawValue.uppercased()) has no \(what): \(number) of the file are left out",
            remedy: "keep the file that was converted")
    }
}

extension Node {
    fileprivate var isMeaningfulText: Bool { if case .text(let text) = self { !text.isBlank } else { false } }
}

extension LoadedDescription {
    /// The description in the current schema with includes replaced, before profiles and
    /// overrides: what `image info --print-xml` and its siblings show. Keys are sorted, XML has
    /// four blanks per level.
    public func printed(as format: MarkupFormat) -> String {
        DescriptionConverter.text(of: document, as: format, isXML: false, sorted: true)
    }
}
