import KiwiDiagnostics

/// Brings a description of any schema version to the current one.
enum Upgrade {
    enum Mode: Sendable {
        /// As KIWI's style sheets do it, also where they lose something. The result may be wrong.
        case asKIWI
        /// Nothing is lost without a word.
        case complete
    }

    struct Result {
        /// Forms that are written differently now.
        var notes: [Diagnostic] = []
        /// What could not be carried over as it was.
        var warnings: [Diagnostic] = []
        var legacy = LegacyRecord()
        var version: SchemaVersion?
    }

    /// Rewrites the document.
    ///
    /// Versions above the current one are left to validation, which refuses them, as are documents
    /// that do not say what they are.
    static func apply(to document: inout Document, mode: Mode = .complete) throws(Failure) -> Result {
        let image = document.root
        guard image.name == "image",
            let attribute = image.attribute("schemaversion") ?? image.attribute("schemeversion"),
            var version = SchemaVersion(attribute.value), version.minor < 10
        else { return Result() }
        guard version >= .oldest else {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "schema-too-old", at: attribute.valuePosition,
                    "schema version \(version) is older than \(SchemaVersion.oldest), the oldest that is read",
                    remedy: "bring the description to schema \(SchemaVersion.oldest) and write that"))
        }
        var result = Result(version: version)
        guard version < .current else { return result }
        let written = version
        if version < .oldestOfKIWI {
            if mode == .complete { version = known(version, at: attribute, &result) }
            result.notes.append(
                UpgradeStep.note(
                    at: attribute.position, "the description is written in schema \(written)",
                    "run 'kiwi description upgrade' to write it in schema \(SchemaVersion.current)"))
        }
        // Until 2.4 it was spelled `schemeversion`; some files have both.
        if image["schemaversion"] != nil { document.root.remove(attribute: "schemeversion") }
        document.root.rename(attribute: "schemeversion", to: "schemaversion")
        document.root.set("schemaversion", SchemaVersion.current.description)
        if mode == .complete, version < .oldestOfKIWI {
            rewriteCompletely(&document.root, version, &result)
        } else {
            for step in UpgradeStep.all where version <= step.from {
                step.rewrite(&document.root, &result.notes)
            }
        }
        let errors = result.warnings.filter { $0.severity == .error }
        if !errors.isEmpty { throw Failure(.descriptionWrong, errors) }
        return result
    }

    private static func rewriteCompletely(
        _ image: inout Element, _ version: SchemaVersion, _ result: inout Result
    ) {
        var context = UpgradeRepair.Context(version: version, legacy: LegacyRecord(image, version))
        func repair(_ moment: UpgradeRepair.Moment) {
            for repair in UpgradeRepair.all where repair.moment == moment && version < repair.limit {
                repair.rewrite(&image, &context)
            }
        }
        repair(.first)
        for step in UpgradeStep.all where version < step.to {
            repair(.before(step.to))
            step.rewrite(&image, &result.notes)
        }
        repair(.last)
        result.legacy = context.legacy
        result.warnings += context.notes
    }

    /// The language the file is read as: there was none of every number.
    private static func known(
        _ version: SchemaVersion, at attribute: Attribute, _ result: inout Result
    ) -> SchemaVersion {
        if version.isKnown { return version }
        let nearest = UpgradeStep.all.last { $0.to < version }?.to ?? .oldest
        result.warnings.append(
            Diagnostic(
                "schema-version-unknown", .warning, at: attribute.valuePosition,
                "there is no schema version \(version); the description is read as \(nearest)",
                remedy: "write \(nearest), or the version it was made for"))
        return nearest
    }
}
