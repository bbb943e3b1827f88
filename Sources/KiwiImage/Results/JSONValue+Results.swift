import KiwiDescription

extension JSONValue {
    /// As KIWI writes result files: four blanks per level, ASCII only, a final newline.
    var kiwiText: String { text(indentation: 4, asciiOnly: true) + "\n" }
}
