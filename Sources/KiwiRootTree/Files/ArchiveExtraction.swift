import KiwiDiagnostics
import KiwiToolbox

/// Unpacks an archive of the description into a tree. tar runs inside the tree, so that no member
/// and no symlink leads out of it; compression is undone outside.
struct ArchiveExtraction: Sendable {
    let tree: RootTree
    /// The archive on the build machine.
    let archive: String
    /// `target_dir`, absolute inside the tree.
    var target = "/"
    /// The place in the description that asked for it.
    var position: Position?

    /// - Returns: device nodes that could not be made.
    func run() async throws -> [DeviceNode] {
        let nodes = try await deviceNodes()
        let folder =
            "/" + target.split(separator: "/").filter { $0 != ".." && $0 != "." }.joined(separator: "/")
        try FileSystem.makeFolder(try TreePath.resolve(folder, below: tree.path, followLast: true))
        guard FileSystem.exists(try tree.resolve("/bin/tar")) else {
            throw problem("there is no tar in the tree", remedy: "add package 'tar'", [])
        }
        var arguments = [
            "--extract", "--preserve-permissions", "--numeric-owner", "--keep-directory-symlink", "--xattrs",
            "--xattrs-include=*", "--directory=\(folder)", "--file=-",
        ]
        arguments += nodes.map { "--exclude=\(Self.quoted($0.member))" }
        let tar = ToolCall("tar", arguments, root: tree.path, logPrefix: "archive: ")
        do {
            try await unpack(into: tar)
        } catch let failure as ToolFailure {
            throw problem(
                "it could not be unpacked", remedy: "look at the last lines", failure.lastLines.suffix(5))
        }
        return nodes.map { node in
            var made = node.node
            made.path =
                (folder == "/" ? "" : folder) + "/" + node.member.trimming("/").replacing("./", with: "")
            return made
        }
    }

    /// tar without wildcards in member names.
    private static func quoted(_ member: String) -> String {
        member.map { "*?[]\\".contains($0) ? "\\\($0)" : "\($0)" }.joined()
    }

    private func unpack(into tar: ToolCall) async throws {
        var tar = tar
        if let tool = try Self.decompressor(of: archive) {
            try await tree.workspace.runner.run(ToolCall(tool, ["-dc", archive], output: .pipe(to: tar)))
        } else {
            tar.input = .file(archive)
            try await tree.workspace.runner.run(tar)
        }
    }

    /// Members that are device nodes; asked only where none can be made.
    private func deviceNodes() async throws -> [(member: String, node: DeviceNode)] {
        guard !DeviceNode.canBeMade(in: tree.workspace.folders.scratch) else { return [] }
        let list = ToolCall(
            "tar", ["--list", "--verbose", "--numeric-owner", "--file=\(archive)"],
            environment: ["LC_ALL": "C"],
            output: .capture(limit: 256 << 20))
        do {
            return try await tree.workspace.runner.run(list).output.split(separator: "\n").compactMap(
                Self.deviceNode)
        } catch let failure as ToolFailure {
            throw problem(
                "it cannot be read", remedy: "write a tar archive, plain or compressed",
                failure.lastLines.suffix(5))
        }
    }

    /// `crw-r--r-- 0/0  1,3 2020-01-01 00:00 ./dev/null`.
    static func deviceNode(inListing line: Substring) -> (member: String, node: DeviceNode)? {
        guard line.first == "c" || line.first == "b" else { return nil }
        let words = line.split(separator: " ", maxSplits: 5)
        guard words.count == 6 else { return nil }
        let owner = words[1].split(separator: "/").compactMap { UInt32($0) }
        let numbers = words[2].split(separator: ",").compactMap { UInt32($0) }
        guard owner.count == 2, numbers.count == 2 else { return nil }
        var mode: UInt32 = 0
        for (index, letter) in words[0].dropFirst().prefix(9).enumerated()
        where letter != "-" && !letter.isUppercase {
            mode |= 1 << UInt32(8 - index)
        }
        return (
            String(words[5]),
            DeviceNode(
                path: "", kind: line.first == "c" ? .character : .block, major: numbers[0], minor: numbers[1],
                mode: mode, userID: owner[0], groupID: owner[1])
        )
    }

    /// The program that undoes the compression of a file, by its first bytes.
    static func decompressor(of path: String) throws -> String? {
        let start = try LocalFile.readBytes(path, limit: 6)
        let marks: [([UInt8], String)] = [
            ([0x1f, 0x8b], "gzip"), ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "xz"), ([0x42, 0x5a, 0x68], "bzip2"),
            ([0x28, 0xb5, 0x2f, 0xfd], "zstd"), ([0x04, 0x22, 0x4d, 0x18], "lz4"),
        ]
        return marks.first { start.starts(with: $0.0) }?.1
    }

    private func problem(_ text: String, remedy: String, _ notes: some Sequence<String>) -> Failure {
        Failure(
            .buildFailed,
            Diagnostic(
                "archive-failed", at: position, "archive '\(FileSystem.name(of: archive))': \(text)",
                remedy: remedy,
                notes: Array(notes)))
    }
}
