import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Gives every package manager repositories that it can read: what only the build machine knows (`obs:` on a worker)
/// or can open (`iso:`) becomes a folder.
struct LocalRepositories: Sendable {
    let workspace: Workspace

    static let isoTool = ToolRequirement("xorriso", package: "xorriso", to: "read repositories on ISO images")

    /// The path of an ISO image; nil for other addresses.
    static func isoPath(_ address: String) -> String? {
        guard address.hasPrefix("iso:") else { return nil }
        let path = address.dropFirst("iso:".count)
        let plain = path.hasPrefix("//") ? path.dropFirst(2) : path
        return plain.hasPrefix("/") ? String(plain) : nil
    }

    static func tools(for request: PackageRequest) -> [ToolRequirement] {
        let needsISO = request.repositories.contains {
            isoPath(MirrorRule.rewrite($0.source.value, by: request.mirrors)) != nil
        }
        return (needsISO ? [isoTool] : [])
            + (request.repositories.contains { $0.customize != nil }
                ? [ToolRequirement("bash", package: "bash", to: "run the scripts of repositories")] : [])
    }

    func request(_ request: PackageRequest) async throws -> PackageRequest {
        var result = request
        if request.isOnWorker {
            result.repositories = try BuildServiceRepositories().localized(
                request.repositories, mirrors: request.mirrors)
        }
        for (index, repository) in result.repositories.enumerated() {
            let source = MirrorRule.rewrite(repository.source.value, by: request.mirrors)
            guard let path = Self.isoPath(source) else { continue }
            // Its name says where it came from, not where it lies now.
            result.repositories[index].alias = repository.stableAlias
            let folder = try await unpacked(path, at: repository.source.position)
            result.repositories[index].source.value = "dir://\(folder)"
        }
        return result
    }

    /// The same list as the description names the repositories.
    static func named(_ used: [UsedRepository], in request: PackageRequest) -> [UsedRepository] {
        used.map { entry in
            var entry = entry
            if let one = request.repositories.first(where: { $0.stableAlias == entry.alias }) {
                entry.source = RepositoryAddress.masked(one.source.value)
            }
            return entry
        }
    }

    private static func unreadable(_ path: String, _ position: Position?, _ lines: ArraySlice<String>)
        -> Failure
    {
        Failure(
            .buildFailed,
            Diagnostic(
                "iso-repository", at: position, "'\(path)' cannot be read as an ISO image",
                remedy: "fetch it again, or name another one", notes: Array(lines)))
    }

    /// The files of an image, unpacked into the cache once: nothing is mounted.
    private func unpacked(_ path: String, at position: Position?) async throws -> String {
        guard FileSystem.isFile(path) else {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "missing-repository", at: position,
                    "the ISO image '\(path)' of a repository does not exist",
                    remedy: "correct its path, or replace it for one build with --mirror FROM=TO"))
        }
        let parts = [
            FileSystem.realPath(path) ?? path, "\(FileSystem.size(of: path) ?? 0)",
            "\(FileSystem.changeTime(of: path) ?? 0)",
        ]
        let media = "\(workspace.folders.cache)/iso/media"
        let folder = "\(media)/\(Digest(ofParts: parts).hex.prefix(32))"
        if FileSystem.exists(folder) {
            // What was used last is pruned last.
            utimes(folder, nil)
            return folder
        }
        workspace.log.info("unpacking the repository \(path)")
        let work = "\(media)/.new-\(UInt32.random(in: 0...UInt32.max))"
        defer { try? FileSystem.removeTree(work) }
        try FileSystem.makeFolder(media)
        do {
            try await workspace.runner.run(
                ToolCall(
                    Self.isoTool.tool, ["-osirrox", "on", "-indev", path, "-extract", "/", work],
                    logPrefix: "xorriso: "))
            // Files of a medium are often not even for their owner to write.
            try await workspace.runner.run(ToolCall("chmod", ["-R", "u+rwX", "--", work]))
        } catch let failure as ToolFailure {
            throw Self.unreadable(path, position, failure.lastLines.suffix(3))
        }
        // What is no file system at all is an empty medium for xorriso.
        if LocalFile.list(work).isEmpty { throw Self.unreadable(path, position, []) }
        do {
            try FileSystem.rename(work, to: folder)
        } catch  where FileSystem.exists(folder) {
            // Another build was faster.
        }
        return folder
    }
}
