import KiwiDescription
import KiwiDiagnostics

/// A logical volume as the description wants it.
public struct VolumePlan: Sendable, Codable, Hashable {
    public var name: String
    public var path: String
    public var position: Position?
    /// Of its file system, in bytes; nil: it follows the content.
    public var fixedBytes: Int64?
    /// Room beside the content, in bytes.
    public var freeBytes: Int64
    /// Takes what the others leave.
    public var isLast: Bool

    /// All volumes in the order in which they are made: by depth of their path, then by name, the one that
    /// takes the rest last.
    ///
    /// A disk that grows at the first boot is built as small as possible: sizes that are written apply there.
    public static func all(_ image: ResolvedImage) -> [VolumePlan] {
        let grows = image.type.oemFlag("oem-resize", default: true)
        let mebi = ByteCount.mebi
        let plans = image.volumes.map { volume in
            var plan = VolumePlan(
                name: volume.name, path: volume.path, position: volume.position, fixedBytes: nil,
                freeBytes: smallestRoom(image.type), isLast: false)
            switch volume.size {
            case .all: plan.isLast = true
            case .fixed(let size) where volume.path == "swap" || !grows: plan.fixedBytes = Int64(size) * mebi
            case .free(let size) where !grows: plan.freeBytes = max(plan.freeBytes, Int64(size) * mebi)
            case .fixed, .free: break
            }
            return plan
        }
        return plans.sorted { one, other in
            (one.isLast ? 1 : 0, depth(one.path), one.name) < (
                other.isLast ? 1 : 0, depth(other.path), other.name
            )
        }
    }

    private static func depth(_ path: String) -> Int { path.split(separator: "/").count }

    private static func smallestRoom(_ type: ImageType) -> Int64 {
        switch type.string("filesystem") {
        case "xfs": 300 * ByteCount.mebi
        case "btrfs": 120 * ByteCount.mebi
        default: 30 * ByteCount.mebi
        }
    }

    /// Bytes of the volume.
    /// - Parameters:
    ///   - need: the least its content takes.
    ///   - recommended: what it should have.
    /// - Throws: `size-too-small` at the volume.
    public func bytes(need: Int64, recommended: Int64) throws(Failure) -> Int64 {
        let extent = VolumeGroup.extentBytes
        guard let fixedBytes else {
            return ByteCount.roundUp(max(recommended, need + freeBytes), to: extent)
        }
        guard fixedBytes >= need else {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "size-too-small", at: position,
                    "volume '\(name)': needs \(ByteCount.text(need)), has \(ByteCount.text(fixedBytes))",
                    remedy: "raise its size to \(ByteCount.roundUp(need, to: ByteCount.mebi) >> 20) M"))
        }
        return ByteCount.roundUp(fixedBytes, to: extent)
    }
}
