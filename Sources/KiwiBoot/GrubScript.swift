/// Writing values into GRUB's script language.
public enum GrubScript {
    /// A word in single quotes.
    public static func quoted(_ text: String) -> String {
        let line = text.map { $0.isNewline ? " " : String($0) }.joined()
        return "'" + line.replacing("'", with: "'\\''") + "'"
    }

    /// Kernel options as they stand in a description: quotes group as usual, every other
    /// sign that means something to GRUB is taken literally.
    public static func options(_ text: String) -> String {
        var result = ""
        var quote: Character?
        for sign in text.map({ $0.isNewline ? Character(" ") : $0 }) {
            if let open = quote {
                if sign == open {
                    quote = nil
                } else if open == "\"", sign == "$" || sign == "\\" {
                    result.append("\\")
                }
            } else if sign == "'" || sign == "\"" {
                quote = sign
            } else if "$;&|<>{}#\\".contains(sign) {
                result.append("\\")
            }
            result.append(sign)
        }
        // An open quote would swallow the rest of the menu.
        if let quote { result.append(quote) }
        return result
    }
}
