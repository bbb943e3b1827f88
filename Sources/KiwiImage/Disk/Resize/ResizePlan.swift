import KiwiDescription
import KiwiDiagnostics
import KiwiToolbox

extension Artifact {
    /// The raw disk as an earlier build has published it.
    static let publishedDisk = Artifact.file("disk.published")
}

/// Everything that `image resize` does, decided before anything is touched.
public struct ResizePlan: Sendable {
    public var request: ResizeRequest
    /// Absolute path of the raw disk.
    public var disk: String
    /// nil: the image is only a raw disk.
    public var format: DiskFormat?
    /// What the user should know.
    public var notes: [Diagnostic] = []
    private var clock: Int64
    private var options = CreateOptions()
    private var manifest: String?

    /// Reads the target folder.
    /// - Returns: nil when the disk has this size already.
    /// - Throws: `Failure` when there is no disk, when it would become smaller, or when it is not known
    ///   how its other format was made.
    public init?(_ request: ResizeRequest) throws(Failure) {
        let list = try ResultList(of: request.target)
        guard let entry = list.entries["disk_image"] else {
            throw Failure(
                .usage,
                Diagnostic(
                    "resize-no-disk", "\(request.target) has no raw disk among its results",
                    remedy: "name the --target-dir of a build of the image type oem"))
        }
        disk = try ResultList.file(of: entry, in: request.target)
        let size = FileSystem.size(of: disk) ?? 0
        if size == request.bytes { return nil }
        if request.bytes < size {
            throw Failure(
                .usage,
                Diagnostic(
                    "resize-smaller",
                    "the disk has \(size) bytes and cannot be made smaller (\(request.bytes) bytes)",
                    remedy: "build the image again with a smaller <size>"))
        }
        if request.bytes % 512 != 0 {
            throw Failure(
                .usage,
                Diagnostic(
                    "resize-odd", "a disk of \(request.bytes) bytes does not consist of whole blocks of 512",
                    remedy: "write a size with m or g"))
        }
        self.request = request
        let path = Self.manifest(besideDisk: disk)
        let facts = ManifestUpdate(file: path)
        manifest = facts == nil ? nil : path
        clock = facts?.clock ?? FileSystem.changeTime(of: disk) ?? 0
        format = request.format ?? facts?.diskFormat
        if let written = list.entries["disk_format_image"] {
            options.compressContainers = written.name.hasSuffix(".xz")
            guard let format, format.fileName(options) == written.name else {
                throw Failure(
                    .usage,
                    Diagnostic(
                        "resize-format", "it is not known how \(written.name) was made of the disk",
                        remedy: "name the root tree with the description: --root"))
            }
        } else {
            format = nil
        }
        for key in ["installation_image", "installation_pxe_archive"] {
            guard let other = list.entries[key] else { continue }
            notes.append(
                Diagnostic(
                    "resize-installation", .warning, "\(other.name) keeps the disk as it was built",
                    remedy: "build again with a larger <size> to install the larger disk"))
        }
    }

    private static func manifest(besideDisk path: String) -> String {
        (path.hasSuffix(".raw") ? String(path.dropLast(4)) : path) + ".manifest.json"
    }

    /// Whether the target folder itself tells how to make the disk's other format again, or there is none.
    public static func knowsFormat(of target: String) -> Bool {
        guard let list = try? ResultList(of: target), list.entries["disk_format_image"] != nil,
            let disk = list.entries["disk_image"]
        else { return true }
        return ManifestUpdate(file: manifest(besideDisk: "\(target)/\(disk.name)"))?.diskFormat != nil
    }

    /// The plan, without running anything.
    public var plan: BuildPlan {
        let grow = GrowDisk(source: .publishedDisk, output: .disk, bytes: request.bytes)
        let old = "\(request.target)/\(format?.fileName(options) ?? "")"
        let made = format?.steps(because: nil, options: options) { _ in .box(old) } ?? []
        var files = [ResultFile("disk_image", .disk, name: FileSystem.name(of: disk))]
        files += format?.files(options) ?? []
        let publish = ReplaceResults(
            files: files, manifest: manifest, bytes: request.bytes, owner: request.owner)
        return BuildPlan(steps: [grow] + made + [publish], given: [.publishedDisk, .clock])
    }

    /// Bytes that are written beside the old files.
    public var neededBytes: Int64 {
        let content = FileSystem.allocatedBytes(of: disk) ?? 0
        // The copy of the disk, its other format, and that once more inside an archive.
        return content * (format == nil ? 1 : 3)
    }

    /// Does it. Files appear under their names when all are complete.
    public func run(in workspace: Workspace) async throws {
        await workspace.artifacts.setFile(.publishedDisk, disk)
        await workspace.artifacts.setGivenKey(.publishedDisk, "published")
        try await workspace.set(.clock, clock)
        try await Executor(plan: plan, workspace: workspace, commonKey: []).run()
    }
}
