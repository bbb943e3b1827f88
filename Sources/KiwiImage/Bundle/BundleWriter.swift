import KiwiDiagnostics
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

/// Writes a planned bundle: everything is complete and synced in the work folder first, then renamed.
public struct BundleWriter: Sendable {
    public let request: BundleRequest
    public let plan: BundlePlan
    private let list: ResultList

    /// Reads the results of the target folder and plans.
    /// - Throws: `Failure` with everything that is wrong before anything is written.
    public init(_ request: BundleRequest) throws(Failure) {
        self.request = request
        guard FileSystem.isFolder(request.target) else {
            throw Failure(
                .usage,
                Diagnostic("no-target", "there is no folder \(request.target)", remedy: "check --target-dir"))
        }
        list = try ResultList(of: request.target)
        plan = try BundlePlan(request, list, image: BundleImage(list, in: request.target))
        if let real = FileSystem.realPath(request.folder), real == FileSystem.realPath(request.target) {
            throw Failure(
                .usage,
                Diagnostic(
                    "bundle-folder", "the bundle would be written over the results in \(request.target)",
                    remedy: "choose another --bundle-dir"))
        }
        for item in plan.items { _ = try file(of: item) }
        try checkFolder()
    }

    /// Programs of this bundle.
    public var tools: [ToolRequirement] {
        var tools = plan.tools
        if request.zsyncSource != nil {
            tools.append(
                ToolRequirement("zsyncmake", package: "zsync", to: "write the zsync files of --zsync-source"))
        }
        if plan.rpm != nil {
            tools.append(
                ToolRequirement("rpmbuild", package: "rpm", to: "make the package of --package-as-rpm"))
        }
        return tools
    }

    /// Bytes the bundle needs at most in its folder.
    public var neededBytes: Int64 {
        let sizes = plan.items.compactMap { FileSystem.size(of: "\(request.target)/\($0.source)") }.reduce(
            0, +)
        return plan.rpm == nil ? sizes : 2 * sizes
    }

    /// Writes all files. The work folder lies in the bundle folder.
    /// - Returns: absolute paths of the new files, sorted.
    public func write(in workspace: Workspace) async throws -> [String] {
        let work = "\(workspace.folders.bulk)/bundle"
        try FileSystem.makeFolder(work)
        for item in plan.items { try await write(item, to: work, workspace) }
        var names = try FileSystem.names(in: work).map { "\(work)/\($0)" }
        if let rpm = plan.rpm { names = [try await package(rpm, names, workspace)] }
        for name in names {
            if let owner = request.owner { _ = chown(name, uid_t(owner.user), gid_t(owner.group)) }
            try sync(name)
        }
        var finished: [String] = []
        for name in names {
            finished.append("\(request.folder)/\(FileSystem.name(of: name))")
            try FileSystem.rename(name, to: finished[finished.count - 1])
        }
        if let rpm = plan.rpm { removeOlder(rpm) }
        try sync(request.folder)
        return finished
    }

    private func file(of item: BundlePlan.Item) throws(Failure) -> String {
        let entry = ResultList.Entry(
            compress: false, filename: item.source, shasum: false, useForBundle: true)
        return try ResultList.file(of: entry, in: request.target)
    }

    private func write(_ item: BundlePlan.Item, to work: String, _ workspace: Workspace) async throws {
        let source = try file(of: item)
        let target = "\(work)/\(item.finalName)"
        var current = source
        if let text = try renamedText(of: item, source) {
            current = "\(workspace.folders.bulk)/renamed"
            try FileSystem.write(text, to: current)
        }
        switch item.compression {
        case nil:
            try await workspace.runner.run(
                ToolCall("cp", ["--reflink=auto", "--sparse=auto", "--", current, target]))
        case .xz:
            try await workspace.runner.run(
                ToolCall("xz", request.xzOptions + ["-c"], input: .file(current), output: .file(target)))
        case .zstd:
            try await workspace.runner.run(
                ToolCall("zstd", ["-q", "-T0", "-12", "-c"], input: .file(current), output: .file(target)))
        }
        guard chmod(target, 0o644) == 0 else { throw FileError.current("change mode of", target) }
        // The time of the result, not of the copy, is what zsync files and downloads show.
        if let time = FileSystem.changeTime(of: source) {
            let times = [timespec(tv_sec: Int(time), tv_nsec: 0), timespec(tv_sec: Int(time), tv_nsec: 0)]
            utimensat(AT_FDCWD, target, times, 0)
        }
        guard item.isImage else { return }
        if let address = request.zsyncSource {
            let url =
                "\(address.hasSuffix("/") ? String(address.dropLast()) : address)/\(PackageURL.escaped(item.finalName))"
            try await workspace.runner.run(
                ToolCall(
                    "zsyncmake", ["-e", "-u", url, "-o", "\(target).zsync", target], workingDirectory: work))
        }
        let hex =
            plan.checksum == "sha512" ? try Digest.sha512(ofFile: target) : try Digest(ofFile: target).hex
        try FileSystem.write("\(hex)  \(item.finalName)\n", to: "\(target).\(plan.checksum)")
    }

    /// Only small files that are no images are texts about other results.
    private func renamedText(of item: BundlePlan.Item, _ source: String) throws -> [UInt8]? {
        guard !plan.renames.isEmpty, !item.isImage, let size = FileSystem.size(of: source), size <= 64 << 20
        else { return nil }
        return TextRenames(plan.renames).apply(to: try FileSystem.readBytes(source))
    }

    private func package(_ rpm: BundleRPM, _ files: [String], _ workspace: Workspace) async throws -> String {
        let top = "\(workspace.folders.bulk)/rpm"
        let root = "\(top)/root"
        try FileSystem.makeFolder("\(root)/\(rpm.folder)")
        for file in files {
            try FileSystem.rename(file, to: "\(root)/\(rpm.folder)/\(FileSystem.name(of: file))")
        }
        try FileSystem.write(rpm.specification, to: "\(top)/image.spec")
        let times = files.compactMap {
            FileSystem.changeTime(of: "\(root)/\(rpm.folder)/\(FileSystem.name(of: $0))")
        }
        let definitions =
            (BundleRPM.definitions + ["_topdir \(top)", "_rpmdir \(top)/out", "_tmppath \(top)"])
            .flatMap { ["--define", $0] }
        try await workspace.runner.run(
            ToolCall(
                "rpmbuild",
                definitions + ["--buildroot", root, "--target", "noarch", "-bb", "\(top)/image.spec"],
                environment: ["SOURCE_DATE_EPOCH": "\(times.max() ?? 0)"]))
        return "\(top)/out/noarch/\(rpm.fileName)"
    }

    /// rpmbuild splits its paths at blanks and expands macros in them, and only the package stays in
    /// its folder: nothing of somebody else may be there.
    private func checkFolder() throws(Failure) {
        guard let rpm = plan.rpm else { return }
        let plain = request.folder.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "/._+-".contains($0))
        }
        if !plain {
            throw Failure(
                .usage,
                Diagnostic(
                    "bundle-folder", "rpmbuild cannot work in \(request.folder)",
                    remedy: "choose a --bundle-dir of letters, digits and . _ + -"))
        }
        let names = (try? FileSystem.names(in: request.folder)) ?? []
        if let other = names.first(where: { !rpm.isNamed($0) && !$0.hasPrefix(".kiwi-work-") }) {
            throw Failure(
                .usage,
                Diagnostic(
                    "bundle-folder", "only the package stays in \(request.folder), and it holds '\(other)'",
                    remedy: "choose a new or empty --bundle-dir"))
        }
    }

    private func removeOlder(_ rpm: BundleRPM) {
        for name in (try? FileSystem.names(in: request.folder)) ?? []
        where rpm.isNamed(name) && name != rpm.fileName { unlink("\(request.folder)/\(name)") }
    }

    private func sync(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.current("read", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError.current("write", path) }
    }
}
