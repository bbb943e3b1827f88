/// One change of a text file that mends a finding.
public struct Fix: Hashable, Sendable, Codable {
    /// Where the old text begins.
    public var position: Position
    public var old: String
    /// Empty: the old text is removed together with the white space before it.
    public var new: String

    public init(at position: Position, replace old: String, with new: String) {
        self.position = position
        self.old = old
        self.new = new
    }
}

extension Fix {
    /// Applies the changes of one file to its text.
    ///
    /// A change is left out when its old text is not at its place or was changed already.
    /// - Returns: the new text and how many changes were made.
    public static func apply(_ fixes: [Fix], to text: String) -> (text: String, count: Int) {
        let scalars = Array(text.unicodeScalars)
        var starts = [0]
        for (index, scalar) in scalars.enumerated() where scalar == "\n" { starts.append(index + 1) }
        var result = scalars[...].map { $0 }
        var count = 0
        var changed = scalars.count
        for fix in Set(fixes).sorted(by: { $1.position < $0.position }) {
            let old = Array(fix.old.unicodeScalars)
            guard fix.position.line >= 1, fix.position.line <= starts.count else { continue }
            var start = starts[fix.position.line - 1] + fix.position.column - 1
            let end = start + old.count
            guard start >= 0, !old.isEmpty, end <= changed, Array(scalars[start..<end]) == old else {
                continue
            }
            if fix.new.isEmpty {
                while start > 0, [" ", "\t", "\n", "\r"].contains(scalars[start - 1]) { start -= 1 }
            }
            result.replaceSubrange(start..<end, with: fix.new.unicodeScalars)
            changed = start
            count += 1
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: result)
        return (String(text), count)
    }
}
