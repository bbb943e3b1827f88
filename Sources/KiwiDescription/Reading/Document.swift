import KiwiDiagnostics

/// A description file as a tree, in whatever markup it was written.
///
/// The tree keeps everything of an XML file, also comments, layout and quotes, so that
/// ``XMLWriter`` gives the file back byte for byte where nothing was changed. Every name,
/// value and text knows its place in the user's file, through includes and upgrades.
public struct Document: Hashable, Sendable {
    /// The file as the user named it; the `file` of all positions of its own elements.
    public var file: String
    public var encoding: TextEncoding
    /// What stands before the root: declaration, comments, document type, white space.
    public var prolog: [Node]
    public var root: Element
    /// What stands after the root.
    public var epilog: [Node]

    public init(
        file: String, encoding: TextEncoding = .utf8(mark: false), prolog: [Node] = [], root: Element,
        epilog: [Node] = []
    ) {
        self.file = file
        self.encoding = encoding
        self.prolog = prolog
        self.root = root
        self.epilog = epilog
    }
}

/// How the bytes of a text file are to be read.
public enum TextEncoding: Hashable, Sendable {
    /// `mark`: the file starts with a byte order mark.
    case utf8(mark: Bool)
    /// Always with a byte order mark.
    case utf16(bigEndian: Bool)
}

/// One item of an element's content.
public enum Node: Hashable, Sendable {
    case element(Element)
    case text(Text)
    /// Comment, processing instruction, declaration or document type: kept, without meaning.
    case markup(String)
}

/// Character data: text, a CDATA section, or both side by side.
public struct Text: Hashable, Sendable {
    /// What the text means, references resolved, line ends as `\n`.
    public var value: String
    /// How it is written in the file; nil for text made by a rewrite.
    public var source: String?
    public var position: Position?

    public init(_ value: String, source: String? = nil, position: Position? = nil) {
        self.value = value
        self.source = source
        self.position = position
    }

    /// Nothing but XML white space.
    public var isBlank: Bool { value.utf8.allSatisfy(isXMLSpace) }
}

/// Space, tab, carriage return or line feed.
func isXMLSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }
