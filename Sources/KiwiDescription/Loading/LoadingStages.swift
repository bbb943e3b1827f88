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

    private func load() throws(Stop) -> LoadedDescription {
        let file = try attempt(.missing) { () throws(Failure) in
            try DescriptionLoader.find(in: folder, fileName: fileName)
        }
        let (written, warnings) = try read(file)
        var document = written
        let includes = Includes(folder: folder, limits: limits, fetch: fetch).resolve(&document)
        if !includes.missing.isEmpty { throw stop(.include, includes.missing) }
        if !includes.malformed.isEmpty { throw stop(.schema, includes.malformed) }
        let sourceVersion = document.root["schemaversion"]
        let notes = try attempt(.schema) { () throws(Failure) in try Upgrade.apply(to: &document) }
        let findings = Validator.validate(document)
        if findings.contains(where: { $0.severity == .error }) {
            throw stop(
                .schema, Validator.sorted(warnings + includes.warnings + findings, mainFile: document.file))
        }
        let extensions = ExtensionValidator.validate(document.root)
        if !extensions.isEmpty { throw stop(.extension, extensions) }
        return LoadedDescription(
            folder: folder, file: file, remoteTexts: includes.texts, sourceSchemaVersion: sourceVersion,
            written: written,
            document: document, warnings: warnings + includes.warnings + findings, upgradeNotes: notes)
    }

    func read(_ file: String) throws(Stop) -> (Document, warnings: [Diagnostic]) {
        let data: [UInt8]
        do { data = try FileAccess.read(file, limit: limits.fileSize) } catch {
            throw stop(error.code == "file-too-large" ? .syntax : .missing, [error])
        }
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
