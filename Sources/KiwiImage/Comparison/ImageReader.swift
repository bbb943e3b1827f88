import Foundation
import KiwiDiagnostics
import KiwiToolbox

/// Reads an image of any kind for a comparison, without mounts and rights: archives as streams,
/// file systems by their own tools into a private folder.
public struct ImageReader: Sendable {
    let workspace: Workspace
    /// A private folder for this image.
    let folder: String

    public init(_ workspace: Workspace, folder: String) throws {
        self.workspace = workspace
        self.folder = folder
        try FileSystem.makeFolder(folder)
    }

    /// The file or folder that is meant: of a target folder its image.
    /// - Throws: `Failure` when there is none.
    public static func image(at path: String) throws(Failure) -> String {
        guard FileSystem.exists(path) else {
            throw Failure(.usage, Diagnostic("no-image", "there is no \(path)", remedy: "check the name"))
        }
        guard FileSystem.isFile("\(path)/\(ResultList.fileName)") else { return path }
        let list = try ResultList(of: path)
        let keys = [
            "live_image", "disk_format_image", "disk_image", "filesystem_image", "root_archive", "container",
            "kis_archive", "image_packages",
        ]
        guard let entry = keys.lazy.compactMap({ list.entries[$0] }).first else {
            throw Failure(
                .usage, Diagnostic("no-image", "\(path) has no image", remedy: "name the file to compare"))
        }
        return try ResultList.file(of: entry, in: path)
    }

    /// Programs that reading a file or folder needs, as far as its first bytes say.
    public static func tools(for path: String) throws -> [ToolRequirement] {
        guard !FileSystem.isFolder(path) else { return [] }
        let tar = ToolRequirement("tar", package: "tar", to: "unpack container images")
        let unsquashfs = ToolRequirement("unsquashfs", package: "squashfs-tools", to: "unpack squashfs")
        let format = try format(of: path)
        switch format {
        case .iso:
            return [ToolRequirement("xorriso", package: "xorriso", to: "read media"), unsquashfs]
        case .squashfs: return [unsquashfs]
        case .erofs: return [ToolRequirement("fsck.erofs", package: "erofs-utils", to: "unpack erofs")]
        case .ext:
            return ["debugfs", "e2fsck"].map {
                ToolRequirement($0, package: "e2fsprogs", to: "unpack ext file systems")
            }
        case .tar: return [tar]
        case .xz, .gzip, .zstd, .bzip2:
            let (tool, package) = format!.decompressor!
            return [tar, ToolRequirement(tool, package: package, to: "decompress images")]
        default: return []
        }
    }

    /// Reads two images side by side and compares them. Equal files are not looked into.
    public static func compare(_ first: String, _ second: String, in workspace: Workspace) async throws
        -> ImageComparison
    {
        if let size = FileSystem.size(of: first), size == FileSystem.size(of: second),
            !FileSystem.isFolder(first), !FileSystem.isFolder(second)
        {
            let digest = try Digest(ofFile: first).hex
            if digest == (try Digest(ofFile: second).hex) {
                let kind = try format(of: first)?.rawValue ?? "file"
                let sides = [first, second].map { path in
                    var contents = ImageContents(path: path, kind: kind)
                    (contents.bytes, contents.digest) = (size, digest)
                    return contents
                }
                return ImageComparison(sides[0], sides[1])
            }
        }
        async let left = ImageReader(workspace, folder: "\(workspace.folders.bulk)/first").read(first)
        async let right = ImageReader(workspace, folder: "\(workspace.folders.bulk)/second").read(second)
        return ImageComparison(try await left, try await right)
    }

    /// - Throws: a diagnostic that names the image when it cannot be read.
    public func read(_ path: String) async throws -> ImageContents {
        var contents: ImageContents
        do {
            contents = try await FileSystem.isFolder(path) ? readFolder(path) : readFile(path)
        } catch let failure as ToolFailure {
            throw Diagnostic(
                "image-damaged",
                "\(path) cannot be read: '\(failure.call.tool)' ended with \(failure.exitCode)",
                remedy: "check whether the image is complete", notes: failure.lastLines)
        } catch var diagnostic as Diagnostic where diagnostic.position == nil {
            diagnostic.message = "\(path): \(diagnostic.message)"
            throw diagnostic
        }
        if !FileSystem.isFolder(path) {
            contents.bytes = FileSystem.size(of: path)
            contents.digest = try Digest(ofFile: path).hex
        }
        contents.path = path
        addFacts(of: path, to: &contents)
        return contents
    }

    static func format(of path: String) throws -> ImageFormat? {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw FileError.current("read", path) }
        defer { try? handle.close() }
        return ImageFormat(of: [UInt8](try handle.read(upToCount: ImageFormat.headSize) ?? Data()))
    }

    private func readFile(_ path: String) async throws -> ImageContents {
        let format = try Self.format(of: path)
        switch format {
        case .iso: return try await readMedium(path)
        case .squashfs, .erofs, .ext: return try await readFileSystem(path, format!)
        case .tar: return try await readTar(path)
        case .cpio:
            var contents = ImageContents(path: path, kind: "cpio")
            contents.tree = try await archive(path, with: CpioTree.index)
            return contents
        case .xz, .gzip, .zstd, .bzip2:
            let name = FileSystem.name(of: path)
            if name.contains(".tar.") || [".tgz", ".txz", ".tbz", ".wsl"].contains(where: name.hasSuffix) {
                return try await readTar(path)
            }
            let plain = "\(folder)/decompressed"
            try await workspace.runner.run(
                ToolCall(format!.decompressor!.tool, ["-dc"], input: .file(path), output: .file(plain)))
            var contents = try await readFile(plain)
            contents.kind += ", \(format!.rawValue)"
            return contents
        case .json:
            let bytes = try FileSystem.readBytes(path)
            guard let packages = PackageVersions(billOfMaterials: bytes) else { break }
            var contents = ImageContents(path: path, kind: "bill of materials")
            contents.packages = packages
            return contents
        case .packageList:
            var contents = ImageContents(path: path, kind: "package list")
            contents.packages = PackageVersions(packageList: try FileSystem.readText(path))
            return contents
        case .xfs, .btrfs, .qcow2, .disk, nil: break
        }
        let kind = format.map { "a file of kind \($0.rawValue)" } ?? "no image that is known here"
        throw Failure(
            .usage,
            Diagnostic(
                "image-kind", "\(path) is \(kind) and cannot be compared",
                remedy: "compare the .packages files or the bills of materials of both builds"))
    }

    /// What lies beside the image: the manifest, and the packages where the tree does not say them.
    private func addFacts(of path: String, to contents: inout ImageContents) {
        let place = FileSystem.parent(of: path)
        let name = FileSystem.name(of: path)
        if let manifest = ManifestFile.find(in: place, naming: [name]) {
            contents.settings = (contents.settings ?? [:]).merging(manifest.settings) { $1 }
            contents.version = manifest.image.version
        } else if let stem = BundleImage.stem(ofNames: [name]) {
            contents.version = BundleImage(stem: stem)?.version
        }
        if let status = contents.tree?.kept["/var/lib/dpkg/status"], contents.packages == nil {
            contents.packages = PackageVersions(dpkgStatus: String(decoding: status, as: UTF8.self))
        }
        if contents.packages == nil, let stem = BundleImage.stem(ofNames: [name]),
            let text = try? FileSystem.readText("\(place)/\(stem).packages")
        {
            contents.packages = PackageVersions(packageList: text)
        }
    }
}
