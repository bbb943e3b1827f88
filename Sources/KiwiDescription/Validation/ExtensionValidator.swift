import KiwiDiagnostics

/// `<extension>` holds elements of other programs, each in a name space of its own.
enum ExtensionValidator {
    static func validate(_ image: Element) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        for section in image.children("extension") {
            var seen: Set<String> = []
            for child in section.children {
                let prefix =
                    child.name.split(separator: ":").count == 2 ? String(child.name.prefix { $0 != ":" }) : ""
                let namespace = namespace(prefix, [image, section, child])
                guard let namespace else {
                    diagnostics.append(
                        Diagnostic(
                            "extension", at: child.position, "<\(child.name)> is in no name space",
                            remedy: "write it with a prefix and declare that: xmlns:PREFIX=\"...\""))
                    continue
                }
                if !seen.insert(namespace).inserted {
                    diagnostics.append(
                        Diagnostic(
                            "extension", at: child.position,
                            "a second element of the name space '\(namespace)'",
                            remedy: "put all of it into one element"))
                }
            }
        }
        return diagnostics
    }

    private static func namespace(_ prefix: String, _ elements: [Element]) -> String? {
        let name = prefix.isEmpty ? "xmlns" : "xmlns:" + prefix
        let value = elements.reversed().lazy.compactMap { $0[name] }.first
        return value?.isEmpty == true ? nil : value
    }
}
