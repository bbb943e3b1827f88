import KiwiDiagnostics

/// A description that was read and found correct; ready to be resolved for builds.
public struct LoadedDescription: Sendable {
    /// The folder as the user named it.
    public var folder: String
    /// The file as the user named it; the `file` of its positions.
    public var file: String
    /// Texts of included files that are on other machines, by the names of their positions.
    var remoteTexts: [String: String]
    /// As written in the file, before any upgrade.
    public var sourceSchemaVersion: String?
    /// The main file as it is written.
    public var written: Document
    /// The description in the current schema, includes replaced.
    public var document: Document
    /// What is not wrong, but should be changed.
    public var warnings: [Diagnostic]
    /// Forms of older schemas that were upgraded.
    public var upgradeNotes: [Diagnostic]
    /// What types of old schemas were.
    var legacy: LegacyRecord
    public var description: Description

    init(
        folder: String, file: String, remoteTexts: [String: String], sourceSchemaVersion: String?,
        written: Document, document: Document, warnings: [Diagnostic], upgrade: Upgrade.Result,
        baseFolders: [String]
    ) {
        self.folder = folder
        self.file = file
        self.remoteTexts = remoteTexts
        self.sourceSchemaVersion = sourceSchemaVersion
        self.written = written
        self.document = document
        self.warnings = warnings
        upgradeNotes = upgrade.notes
        legacy = upgrade.legacy
        description = Description(
            document, folder: FileAccess.realPath(folder), file: FileAccess.realPath(file),
            sourceSchemaVersion: sourceSchemaVersion, legacy: legacy)
        description.baseFolders = baseFolders
    }

    /// Texts of the files the description consists of, for ``DiagnosticRenderer``.
    public var sources: [String: String] {
        let files = [file] + document.root.children.compactMap { $0.position?.file }
        return DescriptionLoader.sources(
            for: Set(files).map { Diagnostic("", at: Position(file: $0, line: 1, column: 1), "") }
        ).merging(remoteTexts) { $1 }
    }
}
