import KiwiDiagnostics

/// The way from a folder to a description, and how far it got.
struct LoadingStages {
    /// What a refused description fails at; the class of the failure for programs.
    enum Stage: String { case missing, syntax, schema, include, `extension`, profile, type, other }

    /// A failure with its stage.
    struct Stop: Error {
        var stage: Stage
        var failure: Failure
    }

    var folder: String
    var fileName: String?
    var limits: ReadingLimits
    /// Reads includes of other machines; nil: they are refused.
    var fetch: IncludeFetcher?
    var upgradeMode = Upgrade.Mode.complete
    /// Whether `<include>` is replaced by the content of the file.
    var resolvesIncludes = true
    /// Absolute folders of the descriptions that inherit this one.
    var heirs: [String] = []

    struct Outcome {
        var result: Swift.Result<LoadedDescription, Stop>

        func get() throws(Failure) -> LoadedDescription {
            switch result {
            case .success(let loaded): return loaded
            case .failure(let stop): throw stop.failure
            }
        }
    }

    func run() -> Outcome {
        do throws(Stop) {
            return Outcome(result: .success(try load()))
        } catch {
            return Outcome(result: .failure(error))
        }
    }

    /// A description in the current schema, before its validation.
    struct Upgraded {
        var file: String
        var written: Document
        var document: Document
        var upgrade: Upgrade.Result
        var warnings: [Diagnostic]
        /// Texts of included files that are on other machines, by the names of their positions.
        var remoteTexts: [String: String]
        /// Absolute folders of inherited descriptions, the farthest first.
        var baseFolders: [String] = []
    }

    private func load() throws(Stop) -> LoadedDescription { try validated(try read()) }

    /// All stages behind the file's bytes.
    func load(_ data: [UInt8], file: String) throws(Stop) -> LoadedDescription {
        try validated(try upgraded(data, file: file))
    }

    private func validated(_ upgraded: Upgraded) throws(Stop) -> LoadedDescription {
        let document = upgraded.document
        let findings = Validator.validate(document)
        let warnings = upgraded.warnings + upgraded.upgrade.warnings
        if findings.contains(where: { $0.severity == .error }) {
            throw stop(.schema, Validator.sorted(warnings + findings, mainFile: document.file))
        }
        let extensions = ExtensionValidator.validate(document.root)
        if !extensions.isEmpty { throw stop(.extension, extensions) }
        let written = upgraded.written.root
        return LoadedDescription(
            folder: folder, file: upgraded.file, remoteTexts: upgraded.remoteTexts,
            sourceSchemaVersion: written["schemaversion"] ?? written["schemeversion"],
            written: upgraded.written, document: document, warnings: warnings + findings,
            upgrade: upgraded.upgrade, baseFolders: upgraded.baseFolders)
    }

    /// Everything but the validation.
    func read() throws(Stop) -> Upgraded {
        let file = try attempt(.missing) { () throws(Failure) in
            try DescriptionLoader.find(in: folder, fileName: fileName)
        }
        return try upgraded(try bytes(of: file), file: file)
    }

    private func upgraded(_ data: [UInt8], file: String) throws(Stop) -> Upgraded {
        let (written, warnings) = try read(data, file: file)
        var document = written
        let includes =
            resolvesIncludes
            ? Includes(folder: folder, limits: limits, fetch: fetch).resolve(&document) : Includes.Findings()
        if !includes.missing.isEmpty { throw stop(.include, includes.missing) }
        if !includes.malformed.isEmpty { throw stop(.schema, includes.malformed) }
        let upgrade = try attempt(.schema) { () throws(Failure) in
            try Upgrade.apply(to: &document, mode: upgradeMode)
        }
        var upgraded = Upgraded(
            file: file, written: written, document: document, upgrade: upgrade,
            warnings: warnings + includes.warnings, remoteTexts: includes.texts)
        if upgradeMode == .complete {
            try inherit(&upgraded)
            if let version = upgrade.version, version < .oldestOfKIWI {
                upgraded.upgrade.warnings += LegacyFolder.findings(in: folder)
            }
        }
        return upgraded
    }

    /// Reads the description whose content comes before this one.
    private func inherit(_ upgraded: inout Upgraded) throws(Stop) {
        guard let version = upgraded.upgrade.version, version < SchemaVersion(5, 2),
            let reference = upgraded.written.root.attribute("inherit"), !reference.value.isEmpty
        else { return }
        let path =
            reference.value.hasPrefix("this://") ? String(reference.value.dropFirst(7)) : reference.value
        let base = FileAccess.realPath(FileAccess.join(folder, path))
        let chain = heirs + [FileAccess.realPath(folder)]
        if chain.contains(base) {
            throw stop(
                .include,
                [
                    Diagnostic(
                        "inherit-cycle", at: reference.valuePosition,
                        "the description inherits itself through '\(reference.value)'",
                        remedy: "remove 'inherit' from one of the descriptions")
                ])
        }
        guard case .folder = FileAccess.kind(of: base) else {
            throw stop(
                .include,
                [
                    Diagnostic(
                        "inherit-missing", at: reference.valuePosition,
                        "there is no folder '\(reference.value)' with a description to inherit",
                        remedy: "write the path of the folder, relative to this description or absolute")
                ])
        }
        let other = try LoadingStages(folder: base, fileName: nil, limits: limits, fetch: fetch, heirs: chain)
            .read()
        Inheritance(base: other.document.root, folder: base).merge(into: &upgraded.document.root)
        upgraded.baseFolders = other.baseFolders + [base]
        upgraded.warnings += other.warnings
        upgraded.remoteTexts.merge(other.remoteTexts) { own, _ in own }
        upgraded.upgrade.warnings += other.upgrade.warnings
        upgraded.upgrade.legacy.merge(other.upgrade.legacy)
    }

    private func bytes(of file: String) throws(Stop) -> [UInt8] {
        do { return try FileAccess.read(file, limit: limits.fileSize) } catch {
            throw stop(error.code == "file-too-large" ? .syntax : .missing, [error])
        }
    }

    /// The file alone, without its includes.
    func read(_ file: String) throws(Stop) -> (Document, warnings: [Diagnostic]) {
        try read(try bytes(of: file), file: file)
    }

    private func read(_ data: [UInt8], file: String) throws(Stop) -> (Document, warnings: [Diagnostic]) {
        let markup = Markup.guess(data, file: file) ?? .xml
        let result = markup.read(data, file: file, limits: limits)
        let isWrong = result.diagnostics.contains { $0.severity == .error }
        guard let document = result.document, !isWrong else {
            let isEncoding = result.diagnostics.contains { $0.code == "bad-encoding" }
            throw stop(isEncoding ? .other : .syntax, result.diagnostics)
        }
        return (document, result.diagnostics)
    }

    private func stop(_ stage: Stage, _ diagnostics: [Diagnostic]) -> Stop {
        Stop(stage: stage, failure: Failure(.descriptionWrong, diagnostics))
    }

    private func attempt<Value>(_ stage: Stage, _ body: () throws(Failure) -> Value) throws(Stop) -> Value {
        do { return try body() } catch { throw Stop(stage: stage, failure: error) }
    }
}
