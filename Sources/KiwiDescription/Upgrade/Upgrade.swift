import KiwiDiagnostics

/// Brings a description of any supported schema version to the current one.
enum Upgrade {
    /// Rewrites the document; gives notes on forms that changed.
    ///
    /// Versions above the current one are left to validation, which refuses them.
    static func apply(to document: inout Document) throws(Failure) -> [Diagnostic] {
        guard document.root.name == "image", let attribute = document.root.attribute("schemaversion"),
            let version = SchemaVersion(attribute.value)
        else {
            try refuseOldSpelling(in: document.root)
            return []
        }
        guard version >= .oldest else {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "schema-too-old", at: attribute.valuePosition,
                    "schema version \(version) is older than \(SchemaVersion.oldest), the oldest that is read",
                    remedy: "upgrade the description to schema \(SchemaVersion.current)"))
        }
        var notes: [Diagnostic] = []
        for step in UpgradeStep.all where version < step.to {
            step.rewrite(&document.root, &notes)
        }
        if version < .current { document.root.set("schemaversion", SchemaVersion.current.description) }
        return notes
    }

    /// Until schema 2.4 the attribute was spelled `schemeversion`.
    private static func refuseOldSpelling(in image: Element) throws(Failure) {
        guard let old = image.attribute("schemeversion"), image.attribute("schemaversion") == nil else {
            return
        }
        throw Failure(
            .descriptionWrong,
            Diagnostic(
                "schema-too-old", at: old.valuePosition,
                "schema version \(old.value) is older than \(SchemaVersion.oldest), the oldest that is read",
                remedy: "upgrade the description to schema \(SchemaVersion.current)"))
    }
}
