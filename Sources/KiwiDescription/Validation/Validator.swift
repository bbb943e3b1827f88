import KiwiDiagnostics

/// All that can be said about a description without choosing a profile or an image type.
enum Validator {
    /// Findings in the order of the files; structure and consistency in one list.
    static func validate(_ document: Document) -> [Diagnostic] {
        let structure = StructureValidator.validate(document.root)
        guard document.root.name == "image" else { return structure }
        return sorted(structure + ConsistencyRule.validate(document.root), mainFile: document.file)
    }

    /// By position; those of the main file first, those without one last.
    static func sorted(_ diagnostics: [Diagnostic], mainFile: String) -> [Diagnostic] {
        diagnostics.enumerated().sorted { left, right in
            guard let first = left.element.position, let second = right.element.position else {
                if (left.element.position == nil) == (right.element.position == nil) {
                    return left.offset < right.offset
                }
                return left.element.position != nil
            }
            if (first.file == mainFile) != (second.file == mainFile) { return first.file == mainFile }
            return first == second ? left.offset < right.offset : first < second
        }.map(\.element)
    }
}
