/// A place in a file the user owns.
///
/// Lines and columns count from 1; columns count Unicode scalars, as editors do.
/// `length` is the number of scalars to underline in an excerpt (0 when unknown).
public struct Position: Hashable, Sendable, Codable, Comparable {
    public var file: String
    public var line: Int
    public var column: Int
    public var length: Int

    public init(file: String, line: Int, column: Int, length: Int = 0) {
        self.file = file
        self.line = line
        self.column = column
        self.length = length
    }

    public static func < (left: Position, right: Position) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

extension Position: CustomStringConvertible {
    /// `file:line:column`, the form editors understand.
    public var description: String { "\(file):\(line):\(column)" }
}
