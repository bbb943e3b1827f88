import KiwiBoot
import KiwiStorage
import KiwiToolbox

#if canImport(Glibc)
    import Glibc
#endif

extension Artifact {
    /// Hashes of the protected root (`VerityTree`).
    static let verityTree = Artifact.value("verity-tree")
    /// The tree with an initrd that knows the root's hash.
    static let bootTree = Artifact.layer("disk-boot")
    /// The signed block at the end of the protected partition.
    static let verificationMetadata = Artifact.file("verification-metadata")
}

extension VerityPlan {
    /// Adds the hashes behind a file system.
    func protect(_ file: String, _ ids: ImageIDs, in workspace: Workspace) async throws -> VerityTree {
        try check(content: FileSystem.size(of: file) ?? 0)
        if let blocks, truncate(file, off_t(blocks * VerityTree.blockBytes)) != 0 {
            throw FileError.current("extend", file)
        }
        return try await VerityTree.append(
            to: file, blocks: blocks, salt: ids.id("verity-salt").uuid.replacing("-", with: ""),
            uuid: ids.id("verity").uuid, at: position, in: workspace)
    }
}
