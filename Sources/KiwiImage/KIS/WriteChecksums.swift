import KiwiToolbox

extension Artifact {
    static let rootSHA256 = Artifact.file("root.sha256")
    static let rootMD5 = Artifact.file("root.md5")
    /// The root file system, compressed by xz.
    static let compressedRoot = Artifact.file("root.fs.xz")
}

/// Writes the checksum files of a network-boot image: SHA-256, and MD5 for clients of KIWI before 10.
public struct WriteChecksums: BuildStep {
    public var isCompressed: Bool
    /// Of the read-only part of a split image.
    var isOfReadOnlyPart: Bool?

    private var image: Artifact { isOfReadOnlyPart == true ? .readOnlyPart : .rootFileSystem }
    public var id: String { isOfReadOnlyPart == true ? "checksums.read-only" : "checksums" }
    public var summary: String {
        "write the checksums of the \(isOfReadOnlyPart == true ? "read-only part" : "root file system")"
    }
    public var reads: [Artifact] { [image] + (isCompressed ? [.compressedRoot] : []) }
    public var writes: [Artifact] {
        isOfReadOnlyPart == true ? [.readOnlySHA256, .readOnlyMD5] : [.rootSHA256, .rootMD5]
    }

    public func run(in workspace: Workspace) async throws {
        let path = try await workspace.file(image)
        var checksum = KIWIChecksum(
            hash: try await workspace.artifacts.digest(of: image),
            bytes: FileSystem.size(of: path) ?? 0)
        if isCompressed {
            checksum.compressedBytes = FileSystem.size(of: try await workspace.file(.compressedRoot))
        }
        try FileSystem.write(checksum.text, to: try await workspace.newFile(writes[0]))
        checksum.hash = try Digest.md5(ofFile: path)
        try FileSystem.write(checksum.text, to: try await workspace.newFile(writes[1]))
    }
}
