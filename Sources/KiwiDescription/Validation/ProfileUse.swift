import KiwiDiagnostics

/// Names of profiles and image types that lead nowhere.
enum ProfileUse {
    static func check(_ description: Description, _ root: Element) -> [Diagnostic] {
        undeclared(description, root) + repeated(description) + unusedPackages(description, root)
    }

    private static func undeclared(_ description: Description, _ root: Element) -> [Diagnostic] {
        let names = description.profiles.map(\.name.value)
        let known = Set(names)
        return root.children.flatMap { section -> [Diagnostic] in
            guard let attribute = section.attribute("profiles"), let written = Scope(section).profiles else {
                return []
            }
            return written.filter { !known.contains($0) }.map { name in
                let isPadded = known.contains(trimmed(name))
                let remedy =
                    isPadded
                    ? "write '\(trimmed(name))' without blanks around it"
                    : nearestName(to: name, among: names).map { "write '\($0)'" }
                        ?? "declare it in <profiles>"
                let all = written.map(trimmed)
                var fix: Fix?
                if isPadded, all.allSatisfy(known.contains), let position = attribute.valuePosition {
                    fix = Fix(at: position, replace: attribute.value, with: all.joined(separator: ","))
                }
                return Diagnostic(
                    "undeclared-profile", .warning, at: attribute.valuePosition,
                    "there is no profile '\(name)', so this <\(section.name)> never counts for it",
                    remedy: remedy, fix: fix)
            }
        }
    }

    private static func repeated(_ description: Description) -> [Diagnostic] {
        var seen: Set<String> = []
        return description.profiles.filter {
            !seen.insert("\($0.name.value) \($0.scope.architectures ?? [])").inserted
        }.map {
            Diagnostic(
                "repeated-profile", .warning, at: $0.name.position,
                "the profile '\($0.name.value)' is declared twice",
                remedy: "remove one")
        }
    }

    /// `<packages type="iso">` without a type iso.
    private static func unusedPackages(_ description: Description, _ root: Element) -> [Diagnostic] {
        let types = Set(description.preferences.flatMap(\.types).map(\.image))
        return root.children("packages").compactMap { section in
            guard let attribute = section.attribute("type"), Schema.imageTypes.contains(attribute.value),
                !types.contains(attribute.value)
            else { return nil }
            return Diagnostic(
                "unused-packages", .warning, at: attribute.valuePosition,
                "no <type image=\"\(attribute.value)\"> uses these packages",
                remedy: "write type=\"image\", or remove the section")
        }
    }
}
