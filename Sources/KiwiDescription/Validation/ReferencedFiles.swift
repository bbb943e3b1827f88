import KiwiDiagnostics

/// The files a description names, compared with its folder.
struct ReferencedFiles {
    private var loaded: LoadedDescription
    private var folder: String { loaded.description.folder }

    init(_ loaded: LoadedDescription) { self.loaded = loaded }

    /// An error for each file beside the description that is not there.
    var missing: [Diagnostic] { references.compactMap(check) }

    private struct Reference {
        var what: String
        var name: Located<String>
    }

    private var references: [Reference] {
        let description = loaded.description
        var references: [Reference] = []
        func add(_ what: String, _ name: Located<String>?) {
            if let name { references.append(Reference(what: what, name: name)) }
        }
        for section in description.packages {
            for archive in section.archives { add("archive", archive.attributes["name"]) }
            for file in section.files { add("file", file.attributes["name"]) }
        }
        for type in description.preferences.flatMap(\.types) {
            for script in ["editbootconfig", "editbootinstall"] { add("script", type.attributes[script]) }
            add("folder", type.attributes["metadata_path"])
            add("grub template", type.bootloader?.attributes["grub_template"])
            for box in type.vagrantConfigs { add("Vagrantfile", box.attributes["embedded_vagrantfile"]) }
        }
        for repository in description.repositories {
            add("script", repository.attributes["customize"])
            for key in repository.signingKeys where key.value.hasPrefix("file://" + folder + "/") {
                add("key", Located(String(key.value.dropFirst(7)), at: key.position))
            }
        }
        return references
    }

    private func check(_ reference: Reference) -> Diagnostic? {
        let name = reference.name.value
        // Other absolute paths are of the machine that builds.
        if name.hasPrefix("/"), !name.hasPrefix(folder + "/") { return nil }
        let path = FileAccess.join(folder, name)
        guard !FileAccess.exists(path) else { return nil }
        let names = FileAccess.names(in: folder)
        let shown = name.hasPrefix(folder + "/") ? String(name.dropFirst(folder.count + 1)) : name
        return Diagnostic(
            "missing-file", at: reference.name.position,
            "the \(reference.what) '\(shown)' is not in the description folder",
            remedy: nearestName(to: shown, among: names).map { "write '\($0)'" }
                ?? "add the file, or remove the reference")
    }
}
