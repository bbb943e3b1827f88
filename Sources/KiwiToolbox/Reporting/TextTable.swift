/// Columns of text, aligned.
public enum TextTable {
    /// Rows of equal length as lines without their ends; the last column is not padded.
    public static func lines(_ rows: [[String]]) -> [String] {
        guard let first = rows.first else { return [] }
        let widths = first.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, text in
                column == row.count - 1
                    ? text : text + String(repeating: " ", count: widths[column] - text.count)
            }.joined(separator: "  ")
        }
    }

    /// The same as one text, each line with its end.
    public static func render(_ rows: [[String]]) -> String { lines(rows).map { $0 + "\n" }.joined() }
}
