import KiwiDiagnostics

/// Looks for programs on the build machine before anything runs.
public enum ToolCheck {
    /// The absolute path of a program; nil when it is not there.
    public static func find(_ tool: String) -> String? {
        if tool.hasPrefix("/") { return FileSystem.isExecutable(tool) ? tool : nil }
        return ProcessRunner.searchPath.split(separator: ":").map { "\($0)/\(tool)" }
            .first(where: FileSystem.isExecutable)
    }

    /// - Throws: `Failure` (exit code 4) with one diagnostic for each missing program and the
    ///   one command that installs them all.
    public static func require(_ tools: [ToolRequirement]) throws {
        let missing = tools.filter { find($0.tool) == nil }
        guard !missing.isEmpty else { return }
        let packages = Set(missing.map(\.debianPackage).filter { !$0.isEmpty }).sorted().joined(
            separator: " ")
        throw Failure(
            .machineLacks,
            missing.map { tool in
                Diagnostic(
                    "missing-tool", "the program '\(tool.tool)' is missing; it is needed to \(tool.reason)",
                    remedy: tool.origin.map { "install it from \($0)" }
                        ?? "install it: apt-get install \(packages)")
            })
    }
}
