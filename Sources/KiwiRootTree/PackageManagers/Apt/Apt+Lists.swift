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

    public func installedPackages(in tree: RootTree) async throws -> [InstalledPackage] {
        let format = [
            "Package", "Version", "Architecture", "source:Package", "source:Version", "Maintainer",
            "Homepage",
        ].map { "${\($0)}" }.joined(separator: "\t")
        return try await query(format, in: tree).map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            func field(_ index: Int) -> String? {
                index < fields.count && !fields[index].isEmpty ? fields[index] : nil
            }
            var package = InstalledPackage(
                format: .deb, name: fields[0], version: field(1) ?? "", architecture: field(2) ?? "")
            package.sourceName = field(3)
            package.sourceVersion = field(4)
            package.maintainer = field(5)
            package.homepage = field(6)
            let copyright = try tree.resolve("/usr/share/doc/\(package.name)/copyright", followLast: true)
            if LocalFile.isFile(copyright), let bytes = try? LocalFile.readBytes(copyright, limit: 1 << 20) {
                package.licenses = DebianCopyright.licenses(in: bytes)
            }
            return package
        }.sorted { ($0.name, $0.architecture) < ($1.name, $1.architecture) }
    }

    public static var listsFiles: Bool { true }

    public func ownedFiles(in tree: RootTree, without packages: Set<String>) async throws -> [[UInt8]] {
        let folder = try tree.resolve("/var/lib/dpkg/info", followLast: true)
        return try await query("${binary:Package}", in: tree).sorted().flatMap { name -> [[UInt8]] in
            let plain = String(name.prefix { $0 != ":" })
            if packages.contains(plain) { return [] }
            let places = ["\(folder)/\(name).list", "\(folder)/\(plain).list"]
            guard let place = places.first(where: LocalFile.isFile) else { return [] }
            // The first line is the root folder.
            return try FileSystem.readBytes(place).split(separator: 0x0a).map(Array.init)
                .filter { $0 != [0x2f, 0x2e] }
        }
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
