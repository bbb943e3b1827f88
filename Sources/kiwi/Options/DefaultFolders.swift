import ArgumentParser
import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

/// The folders that descriptions up to schema 6.6 could name, as defaults of `--root` and `--target-dir`.
enum DefaultFolders {
    /// - Parameter option: what was given on the command line.
    /// - Throws: usage, as for any missing option, when the description names no folder.
    static func root(_ option: String?, description: String, _ global: GlobalOptions) throws -> String {
        try folder(option, "--root", "defaultroot", description, global) { $0.defaultRoot }
    }

    /// - Parameter description: its folder, or the root tree that keeps a copy of it.
    static func target(_ option: String?, description: String, _ global: GlobalOptions) throws -> String {
        try folder(option, "--target-dir", "defaultdestination", description, global) {
            $0.defaultDestination
        }
    }

    private static func folder(
        _ written: String?, _ option: String, _ element: String, _ description: String,
        _ global: GlobalOptions, _ fact: (LegacyFacts) -> Located<String>?
    ) throws -> String {
        if let written { return Paths.absolute(written) }
        let loaded = try? DescriptionLoader.load(
            folder: description, fileName: global.kiwiFile, fetch: SmallDownload.fetch)
        let types = loaded?.description.preferences.flatMap(\.types) ?? []
        let facts = types.lazy.compactMap(\.legacy).first
        guard let folder = facts.flatMap(fact), !folder.value.isEmpty else {
            throw ValidationError("Missing expected argument '\(option) <folder>'")
        }
        Report.once([
            Diagnostic(
                "default-folder", .note, at: folder.position,
                "\(option) is not given: <\(element)> says '\(folder.value)'")
        ])
        return Paths.absolute(folder.value)
    }
}
