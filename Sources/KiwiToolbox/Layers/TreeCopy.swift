/// Copies whole trees with owners, modes, times, links, holes and extended attributes.
enum TreeCopy {
    /// Copies the content of `source` into the existing folder `target`.
    static func copy(_ source: String, to target: String, with runner: any CommandRunner) async throws {
        try await runner.run(
            ToolCall(
                "cp", ["-a", "--reflink=auto", "--sparse=auto", "--one-file-system", "-T", source, target]))
    }
}
