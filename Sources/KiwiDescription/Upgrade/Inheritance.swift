import KiwiDiagnostics

/// `inherit="FOLDER"` of old descriptions: the description there comes before this one.
struct Inheritance {
    /// The base after its own upgrade.
    var base: Element
    /// Its folder, absolute.
    var folder: String

    /// Puts the content of the base before that of the description.
    ///
    /// Sections are joined. Of preferences, the types, users and profiles of one name the
    /// description's own ones count.
    func merge(into image: inout Element) {
        var sections: [Element] = []
        for section in base.children.map(located) {
            switch section.name {
            case "preferences": mergePreferences(section, into: &image)
            case "description", "certificates", "extension":
                if image.first(section.name) == nil { sections.append(section) }
            case "profiles": add(section, "profile", to: &sections, unlessIn: image)
            case "users": add(section, "user", to: &sections, unlessIn: image)
            default: sections.append(section)
            }
        }
        image.prepend(sections.map(\.detached))
    }

    private func add(
        _ section: Element, _ name: String, to sections: inout [Element], unlessIn image: Element
    ) {
        let own = Set(image.children(section.name).flatMap { $0.children(name).compactMap { $0["name"] } })
        var section = section
        section.removeChildren { $0.name == name && own.contains($0["name"] ?? "") }
        if section.first(name) != nil { sections.append(section) }
    }

    private func mergePreferences(_ section: Element, into image: inout Element) {
        guard image.first("preferences") != nil else { return image.prepend([section.detached]) }
        let own = Set(image.children("preferences").flatMap { $0.children.map(\.name) })
        let missing = section.children.filter { !own.contains($0.name) }
        var isDone = false
        image.rewriteChildren("preferences") { preferences in
            if !isDone { preferences.add(missing.map(\.detached)) }
            isDone = true
        }
    }

    /// Places relative to the base's folder as absolute ones.
    private func located(_ section: Element) -> Element {
        var section = section
        section.each("source") { source in
            guard let path = source.located("path") else { return }
            source.set("path", path.resolvingThis(as: "dir://", in: folder).value)
        }
        if section.name == "packages" {
            section.each("archive", "file") { element in
                guard let name = element["name"], !name.hasPrefix("/") else { return }
                let path = FileAccess.join(folder, name)
                if FileAccess.exists(path) { element.set("name", path) }
            }
        }
        return section
    }
}
