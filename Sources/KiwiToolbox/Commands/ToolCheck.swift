import KiwiDiagnostics

/// Looks for programs on the build machine before anything runs.
public enum ToolCheck {
    /// The absolute path of a program; nil when it is not there.
    public static func find(_ tool: String) -> String? {
        if tool.hasPrefix("/") { return FileSystem.isExecutable(tool) ? tool : nil }
        return ProcessRunner.searchPath.split(separator: ":").map { "\($0)/\(tool)" }
            .first(where: FileSystem.isExecutable)
    }

    /// - Parameter toolsTree: the tree of `--tools-tree`. A file is not looked into.
    /// - Throws: `Failure` (exit code 4) with one diagnostic for each missing program and the
    ///   one command that installs them all.
    public static func require(_ tools: [ToolRequirement], toolsTree: ToolsTree? = nil) throws(Failure) {
        let missing = tools.filter { tool in
            let isHere = tool.names.contains { find($0) != nil }
            guard let toolsTree else { return !isHere }
            guard toolsTree.isFolder else { return false }
            let isInTree = tool.names.contains { toolsTree.find($0) != nil }
            return !isInTree && (tool.isPackageManager || !isHere)
        }
        if !missing.isEmpty { throw Failure(.machineLacks, Self.missing(missing, in: toolsTree)) }
    }

    /// What is said about programs that are not there.
    static func missing(_ tools: [ToolRequirement], in toolsTree: ToolsTree? = nil) -> [Diagnostic] {
        let packages = Set(tools.map(\.debianPackage).filter { !$0.isEmpty }).sorted().joined(
            separator: " ")
        return tools.map { tool in
            let name = "'" + tool.names.joined(separator: "' or '") + "'"
            if let toolsTree, tool.isPackageManager {
                return Diagnostic(
                    "missing-tool",
                    "the program \(name) is missing in the tools tree \(toolsTree.path); it is needed to \(tool.reason)",
                    remedy: "add its package to the tools tree"
                        + (tool.debianPackage.isEmpty ? "" : " (on Debian: \(tool.debianPackage))"))
            }
            let install =
                tool.origin.map { "install it from \($0)" } ?? "install it: apt-get install \(packages)"
            return Diagnostic(
                "missing-tool", "the program \(name) is missing; it is needed to \(tool.reason)",
                remedy: install
                    + (tool.isPackageManager ? ", or name a root tree that has it: --tools-tree" : ""))
        }
    }
}
