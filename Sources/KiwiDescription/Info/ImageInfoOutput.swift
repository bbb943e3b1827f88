import KiwiDiagnostics

/// Reads a description, resolves it and describes the outcome as one JSON object, also that of a
/// refused description: what `image info --format json` prints.
public func imageInfoJSON(
    folder: String, fileName: String? = nil, request: ResolveRequest, fetch: IncludeFetcher? = nil
) -> ImageInfoOutput {
    ImageInfoOutput.make(folder: folder, fileName: fileName, request: request, fetch: fetch)
}

/// What ``imageInfoJSON(folder:fileName:request:fetch:)`` gives.
public struct ImageInfoOutput: Sendable {
    /// One JSON object.
    public var json: String
    public var exitCode: ExitCode
    /// Findings of a refused description, or notes.
    public var diagnostics: [Diagnostic]

    fileprivate static func make(
        folder: String, fileName: String?, request: ResolveRequest, fetch: IncludeFetcher?
    ) -> ImageInfoOutput {
        do throws(LoadingStages.Stop) {
            return try make(folder, fileName, request, fetch, .asKIWI)
        } catch { return other(folder, fileName, request, fetch) }
    }

    /// What KIWI refuses may be an old description that this program understands.
    private static func other(
        _ folder: String, _ fileName: String?, _ request: ResolveRequest, _ fetch: IncludeFetcher?
    ) -> ImageInfoOutput {
        do throws(LoadingStages.Stop) {
            return try make(folder, fileName, request, fetch, .complete)
        } catch {
            return refusal(error)
        }
    }

    /// The answer KIWI gives, also to old descriptions: they go through its style sheets' rewrites
    /// when those lead to something valid.
    private static func make(
        _ folder: String, _ fileName: String?, _ request: ResolveRequest, _ fetch: IncludeFetcher?,
        _ mode: Upgrade.Mode
    ) throws(LoadingStages.Stop) -> ImageInfoOutput {
        let loading = LoadingStages(
            folder: folder, fileName: fileName, limits: ReadingLimits(), fetch: fetch, upgradeMode: mode
        ).run()
        let loaded = try loading.result.get()
        let (selection, notes) = try loaded.select(request)
        let image = Resolver(selection: selection, overrides: request.overrides).resolve()
        var object = ImageInfoFields(selection: selection, image: image).object
        if LegacyInformation.isNeeded(loaded) {
            object = object.adding(LegacyInformation(folder, fileName, request).fields)
        }
        return ImageInfoOutput(json: object.text, exitCode: .done, diagnostics: notes)
    }

    private static func refusal(_ stop: LoadingStages.Stop) -> ImageInfoOutput {
        let diagnostics = stop.failure.diagnostics
        let object = JSONValue.object([
            "ok": .bool(false), "error": .string(stop.stage.rawValue),
            "message": .string(stop.failure.description),
            "diagnostics": .array(diagnostics.map(\.json)),
        ])
        return ImageInfoOutput(json: object.text, exitCode: stop.failure.exitCode, diagnostics: diagnostics)
    }
}

extension Diagnostic {
    /// The form of `--format json`.
    public var json: JSONValue {
        .object([
            "code": .string(code), "severity": .string(severity.rawValue), "message": .string(message),
            "file": .optional(position?.file), "line": .optional(position?.line),
            "column": .optional(position?.column), "remedy": .optional(remedy), "notes": .strings(notes),
        ])
    }
}
