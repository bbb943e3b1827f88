import KiwiDiagnostics
import KiwiToolbox

extension Apt {
    private func query(_ format: String, in tree: RootTree) async throws -> [String] {
        let call = ToolCall(
            "dpkg-query",
            [
                "--admindir=\(tree.path)/var/lib/dpkg", "--show",
                "--showformat=${db:Status-Status} \(format)\\n",
            ],
            output: .capture(limit: 64 << 20), successCodes: [0, 1])
        return try await tree.workspace.runner.run(call).output.split(separator: "\n").compactMap {
            $0.hasPrefix("installed ") ? String($0.dropFirst("installed ".count)) : nil
        }
    }

    func installedNames(in tree: RootTree) async throws -> [String] {
        try await query("${Package}", in: tree)
    }

    public func packageList(in tree: RootTree) async throws -> String {
        try await query("${Package}|None|${Version}|None|${Architecture}|None|None", in: tree)
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { $0 + "\n" }.joined()
    }

    public func verification(of tree: RootTree) async throws -> String {
        let call = ToolCall(
            "dpkg", ["--root=\(tree.path)", "--verify", "--verify-format=rpm"], environment: ["LC_ALL": "C"],
            output: .capture(limit: 64 << 20), successCodes: [0, 1])
        let lines = try await tree.workspace.runner.run(call).output.split(separator: "\n").map(String.init)
        // By path, so that the order of dpkg's database does not show.
        return lines.sorted { ($0.dropFirst(12), $0) < ($1.dropFirst(12), $1) }.map { $0 + "\n" }.joined()
    }

    public func changes(in tree: RootTree) async throws -> String {
        let folder = try tree.resolve("/usr/share/doc")
        var logs: [(name: String, path: String)] = []
        for name in LocalFile.list(folder) {
            // A package's folder may be a link to that of another one: its log is told there.
            guard FileSystem.isRealFolder("\(folder)/\(name)") else { continue }
            let path = "\(folder)/\(name)/changelog.Debian.gz"
            if LocalFile.isFile(path) { logs.append((name, path)) }
        }
        let runner = tree.workspace.runner
        let texts = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            var texts = [String](repeating: "", count: logs.count)
            for (index, log) in logs.enumerated() {
                if index >= 4, let (done, text) = try await group.next() { texts[done] = text }
                group.addTask {
                    let call = ToolCall("gzip", ["-dc", log.path], output: .capture(limit: 64 << 20))
                    return (index, try await runner.run(call).output)
                }
            }
            for try await (done, text) in group { texts[done] = text }
            return texts
        }
        return zip(logs, texts).map { "\($0.name)|\n\($1)\n" }.joined()
    }
}
