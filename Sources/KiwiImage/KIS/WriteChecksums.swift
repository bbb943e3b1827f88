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

    public var id: String { "checksums" }
    public var summary: String { "write the checksums of the root file system" }
    public var reads: [Artifact] { [.rootFileSystem] + (isCompressed ? [.compressedRoot] : []) }
    public var writes: [Artifact] { [.rootSHA256, .rootMD5] }

    public func run(in workspace: Workspace) async throws {
        let image = try await workspace.file(.rootFileSystem)
        var checksum = KIWIChecksum(
            hash: try await workspace.artifacts.digest(of: .rootFileSystem),
            bytes: FileSystem.size(of: image) ?? 0)
        if isCompressed {
            checksum.compressedBytes = FileSystem.size(of: try await workspace.file(.compressedRoot))
        }
        try FileSystem.write(checksum.text, to: try await workspace.newFile(.rootSHA256))
        checksum.hash = try Digest.md5(ofFile: image)
        try FileSystem.write(checksum.text, to: try await workspace.newFile(.rootMD5))
    }
}
