import KiwiDescription
import KiwiToolbox

extension TreeConfiguration {
    /// The paths in `/removed`, one a line.
    static let removedList = "/removed"

    /// The end of a tree of which only the difference from its base is wanted: its scripts run, and what
    /// came with packages that were removed again is listed, for those who take it from elsewhere.
    ///
    /// - Parameter files: what was over the base before packages were removed.
    func finish(_ delta: DeltaRoot, _ files: DeltaFiles) async throws {
        try await run(.configOverlay)
        if let script = contents.scripts[KiwiScript.configHostOverlay.rawValue] {
            log.info("Calling \(script.name) script")
            try await BuildSideScript(
                Located(script.path), environment: ScriptVariables.forScripts(input.environment)
            ).run(in: tree.path, [], tree.workspace)
        }
        if delta.requiresSystemFiles {
            let path = try tree.resolve(SystemFiles.path)
            if !LocalFile.isFile(path) {
                log.warning(
                    "the base has no \(SystemFiles.path): build it with provide_system_files=\"true\"")
            }
            try write((LocalFile.readIfPresent(path) ?? "") + "\n", to: SystemFiles.path)
        }
        var lines: [UInt8] = []
        for path in files.gone(from: tree.path) { lines += [RawPath.slash] + path.bytes + [0x0a] }
        try FileSystem.write(lines, to: try tree.resolve(Self.removedList))
    }

    /// Lists what installed packages own.
    func provide(_ list: SystemFiles) async throws {
        let files = try await manager.ownedFiles(in: tree, without: Set(list.ignored))
        try FileSystem.write(
            Array(files.map { $0 + [0x0a] }.joined()), to: try tree.resolve(SystemFiles.path))
    }
}
