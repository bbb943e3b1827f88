import KiwiToolbox

/// The versions of programs on this machine: another one may write other bytes.
enum ToolVersion {
    /// Programs that do not know `--version`.
    private static let options = [
        "mksquashfs": "-version", "unsquashfs": "-version", "xorriso": "-version", "mke2fs": "-V",
        "e2fsck": "-V",
        "dumpe2fs": "-V", "debugfs": "-V", "mkfs.xfs": "-V", "xfs_db": "-V", "xfs_repair": "-V",
        "mkfs.fat": "--help",
        // Both say it above their help.
        "mkfs.erofs": "--help", "fsck.erofs": "--help",
    ]

    /// The first line with a number; empty when the program says none.
    static func of(_ tool: String, in workspace: Workspace) async -> String {
        let call = ToolCall(
            tool, [options[tool] ?? "--version"], output: .capture(limit: 1 << 16),
            successCodes: Set(0...255))
        guard let result = try? await workspace.runner.run(call) else { return "" }
        let lines = result.output.split(separator: "\n").map(String.init) + result.lastLines
        return lines.first { $0.contains(where: \.isNumber) } ?? ""
    }
}
