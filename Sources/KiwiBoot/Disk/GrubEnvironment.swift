import KiwiDescription
import KiwiDiagnostics

/// GRUB's environment block, `grubenv`. Pure.
public struct GrubEnvironment: Sendable, Hashable {
    public var variables: [ImageType.Variable]

    public init(_ variables: [ImageType.Variable]) { self.variables = variables }

    /// Bytes of the file: GRUB writes into it in place.
    private static let size = 1024

    /// - Throws: what has no place in the block.
    public func block() throws(Diagnostic) -> String {
        var text = "# GRUB Environment Block\n"
        for variable in variables {
            guard !variable.name.contains(where: { $0 == "=" || $0.isWhitespace }) else {
                throw Diagnostic(
                    "grub-environment", "'\(variable.name)' is no name of a variable of GRUB",
                    remedy: "write letters, digits and '_'")
            }
            let value = (variable.value ?? "").map { sign in
                switch sign {
                case "\\": "\\\\"
                case "\n": "\\\n"
                default: String(sign)
                }
            }.joined()
            text += "\(variable.name)=\(value)\n"
        }
        guard text.utf8.count <= Self.size else {
            throw Diagnostic(
                "grub-environment", "GRUB's variables take \(text.utf8.count) bytes, \(Self.size) fit",
                remedy: "shorten <environment> of <bootloadersettings>")
        }
        return text + String(repeating: "#", count: Self.size - text.utf8.count)
    }
}
