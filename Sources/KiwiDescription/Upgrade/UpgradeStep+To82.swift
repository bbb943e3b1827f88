extension UpgradeStep {
    /// `use_for_bootstrap` of repositories is dropped.
    static let to82 = UpgradeStep(from: SchemaVersion(8, 1), to: SchemaVersion(8, 2)) { image, notes in
        image.rewriteAll { element in
            guard element.name == "repository", let attribute = element.attribute("use_for_bootstrap")
            else { return }
            element.remove(attribute: "use_for_bootstrap")
            notes.append(
                note(
                    at: attribute.position,
                    "'use_for_bootstrap' is gone since schema 8.2: all repositories are used",
                    "remove it"))
        }
    }
}
