import KiwiStorage
import KiwiToolbox

extension MeasureDisk {
    /// The file system that takes what is written, for the one below an overlay.
    func writtenKind(_ fileSystem: DiskFileSystem) -> FileSystemKind? {
        guard fileSystem.key == DiskSystem.readonlyKey, case .linux(let kind)? = system["root"]?.kind else {
            return nil
        }
        return kind
    }

    /// What the partitions of an overlay need, from the packed root.
    ///
    /// - Parameter packed: bytes of the read-only root, with its hashes.
    func addOverlay(packed: Int64, _ needs: inout [String: Int64], _ recommended: inout [String: Int64]) {
        let key = DiskSystem.readonlyKey
        let unpacked = recommended[key] ?? 0
        needs[key] =
            packed + (system.verity?.embedsMetadata ?? false ? VerificationMetadata.blockBytes : 0)
        recommended[key] = nil
        guard let write = system["root"], case .linux(let kind) = write.kind else { return }
        let empty = TreeMeasure()
        needs["root"] = FileSystemSize.minimum(for: empty, as: kind)
        // KIWI's size: as if the root were not packed.
        recommended["root"] = max(unpacked - packed, FileSystemSize.needed(for: empty, as: kind))
    }
}
