import KiwiDiagnostics

#if canImport(Glibc)
    import Glibc
#endif

/// A tools tree in a file: unpacked into the cache once, under the checksum of the file.
struct ToolsTreeFile: Sendable {
    let path: String
    let cache: String
    let runner: any CommandRunner
    let log: BuildLog

    enum Kind: Equatable {
        case squashfs
        case tar

        /// nil: something else.
        init?(start: [UInt8]) {
            let archives: [[UInt8]] = [
                [0x1f, 0x8b], [0xfd, 0x37, 0x7a, 0x58, 0x5a], [0x42, 0x5a, 0x68], [0x28, 0xb5, 0x2f, 0xfd],
            ]
            if start.starts(with: "hsqs".utf8) {
                self = .squashfs
            } else if archives.contains(where: start.starts)
                || start.dropFirst(257).starts(with: "ustar".utf8)
            {
                self = .tar
            } else {
                return nil
            }
        }

        var tool: ToolRequirement {
            switch self {
            case .squashfs:
                ToolRequirement("unsquashfs", package: "squashfs-tools", to: "unpack the tools tree")
            case .tar: ToolRequirement("tar", package: "tar", to: "unpack the tools tree")
            }
        }
    }

    /// - Throws: `Failure` when this is no file that can be unpacked here.
    static func check(_ path: String) throws(Failure) { _ = try kind(path) }

    private static func kind(_ path: String) throws(Failure) -> Kind {
        let start: [UInt8]
        do {
            let file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { throw FileError.current("read", path) }
            defer { close(file) }
            var bytes = [UInt8](repeating: 0, count: 512)
            let count = read(file, &bytes, bytes.count)
            guard count >= 0 else { throw FileError.current("read", path) }
            start = Array(bytes.prefix(count))
        } catch {
            throw Failure(
                .usage,
                Diagnostic("no-tools-tree", "\(error)", remedy: "make the file readable for this user"))
        }
        guard let kind = Kind(start: start) else {
            throw Failure(
                .usage,
                Diagnostic(
                    "no-tools-tree", "\(path) is neither a tar archive nor a squashfs",
                    remedy:
                        "name a result of image type tbz or squashfs, or the folder of a tree"
                ))
        }
        guard ToolCheck.find(kind.tool.tool) != nil else {
            throw Failure(.machineLacks, ToolCheck.missing([kind.tool]))
        }
        return kind
    }

    /// The folder of the tree, and a key for its content.
    func unpacked(ownersAreMapped: Bool) async throws -> (folder: String, key: String) {
        let digest = try Digest(ofFile: path).hex
        let folder = "\(cache)/tools/trees/\(digest)" + (ownersAreMapped ? "-mapped" : "")
        guard !FileSystem.exists(folder) else {
            // What was used last is pruned last.
            _ = utimensat(AT_FDCWD, folder, nil, 0)
            return (folder, digest)
        }
        log.info("unpacking the tools tree \(path)")
        // Beside the others, but no item of the cache until it is complete.
        let work = "\(cache)/tools/trees/.new-\(UInt32.random(in: 0...UInt32.max))"
        defer { try? FileSystem.removeTree(work) }
        try FileSystem.makeFolder(work)
        do {
            try await runner.run(try call("\(work)/tree"))
        } catch let failure as ToolFailure {
            throw Failure(
                .buildFailed,
                Diagnostic(
                    "no-tools-tree", "the tools tree \(path) cannot be unpacked",
                    remedy: "make the file anew", notes: Array(failure.lastLines.suffix(3))))
        }
        try ToolsTree("\(work)/tree").checkIsTree(named: path)
        do {
            try FileSystem.rename("\(work)/tree", to: folder)
        } catch  where FileSystem.exists(folder) {
            // Another build was faster.
        }
        return (folder, digest)
    }

    private func call(_ target: String) throws -> ToolCall {
        switch try Self.kind(path) {
        case .squashfs:
            // Device nodes cannot be made in a user namespace, and nobody needs them.
            return ToolCall(
                "unsquashfs", ["-no-progress", "-no-exit-code", "-d", target, path], logPrefix: "unsquashfs: "
            )
        case .tar:
            try FileSystem.makeFolder(target)
            return ToolCall(
                "tar",
                [
                    "--extract", "--file", path, "--directory", target, "--numeric-owner",
                    "--preserve-permissions", "--exclude=dev/*", "--exclude=./dev/*",
                ], logPrefix: "tar: ")
        }
    }
}
