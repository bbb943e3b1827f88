extension UpgradeStep {
    /// The package manager `dnf` becomes `dnf4`.
    static let to76 = UpgradeStep(from: SchemaVersion(7, 5), to: SchemaVersion(7, 6)) { image, notes in
        image.rewriteAll { element in
            guard element.name == "packagemanager", element.text == "dnf" else { return }
            notes.append(
                note(
                    at: element.textPosition, "the package manager 'dnf' is called 'dnf4' since schema 7.6",
                    "write 'dnf4', or 'dnf5' for its successor"))
            element.setText("dnf4")
        }
    }
}
