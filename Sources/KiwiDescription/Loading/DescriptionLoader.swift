import KiwiDiagnostics

/// Finds and reads descriptions.
public enum DescriptionLoader {
    /// The description file of a folder: `config.xml`, `image/config.xml`, or the first `*.kiwi`
    /// by name; with `fileName`, that file alone.
    public static func find(in folder: String, fileName: String? = nil) throws(Failure) -> String {
        guard case .folder = FileAccess.kind(of: folder) else {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "no-description", at: nil, "there is no folder '\(folder)'",
                    remedy: "name the folder that holds the description"))
        }
        if let fileName {
            let path = FileAccess.join(folder, fileName)
            if FileAccess.exists(path) { return path }
            let names = FileAccess.names(in: folder)
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "no-description", at: nil, "there is no file '\(fileName)' in '\(folder)'",
                    remedy: nearestName(to: fileName, among: names).map { "write '\($0)'" }))
        }
        for name in ["config.xml", "image/config.xml"] {
            let path = FileAccess.join(folder, name)
            if FileAccess.exists(path) { return path }
        }
        let names = FileAccess.names(in: folder)
        if let name = names.first(where: { $0.hasSuffix(".kiwi") }) { return FileAccess.join(folder, name) }
        let other = names.first { name in
            [".xml", ".yaml", ".yml", ".toml", ".json"].contains { name.hasSuffix($0) }
        }
        throw Failure(
            .descriptionWrong,
            Diagnostic(
                "no-description", at: nil, "no XML description found in '\(folder)'",
                remedy: "name it config.xml or NAME.kiwi" + (other.map { ", or add --kiwi-file \($0)" } ?? "")
            ))
    }

    /// Finds, reads, upgrades and validates the description of a folder.
    ///
    /// `fetch` reads included files of other machines; without it they are refused. Throws
    /// everything that is wrong with the description at once.
    public static func load(
        folder: String, fileName: String? = nil, limits: ReadingLimits = ReadingLimits(),
        fetch: IncludeFetcher? = nil
    ) throws(Failure) -> LoadedDescription {
        try LoadingStages(folder: folder, fileName: fileName, limits: limits, fetch: fetch).run().get()
    }

    /// The texts of the files that diagnostics point into, for ``DiagnosticRenderer``.
    public static func sources(for diagnostics: [Diagnostic]) -> [String: String] {
        var sources: [String: String] = [:]
        for file in Set(diagnostics.compactMap { $0.position?.file }) {
            guard let data = try? FileAccess.read(file, limit: ReadingLimits().fileSize),
                let text = try? DecodedText(data, file: file)
            else { continue }
            sources[file] = String(decoding: text.bytes, as: UTF8.self)
        }
        return sources
    }
}
