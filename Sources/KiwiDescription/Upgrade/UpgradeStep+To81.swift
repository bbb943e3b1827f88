extension UpgradeStep {
    /// The repository type `rpm-dir` is dropped.
    static let to81 = UpgradeStep(from: SchemaVersion(8, 0), to: SchemaVersion(8, 1)) { image, notes in
        image.rewriteAll { element in
            guard element.name == "repository", let type = element.attribute("type"), type.value == "rpm-dir"
            else { return }
            element.remove(attribute: "type")
            notes.append(
                note(
                    at: type.position, "the repository type 'rpm-dir' is gone since schema 8.1",
                    "remove it, and index the folder with createrepo"))
        }
    }
}
