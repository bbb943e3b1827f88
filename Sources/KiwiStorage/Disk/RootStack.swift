import KiwiDescription

/// The layers between the root partition and the file systems in it, from the outside in: RAID, LUKS, LVM.
public struct RootStack: Sendable, Encodable {
    public var raid: RAIDArray.Level?
    public var encryption: Encryption?
    /// Name of the volume group.
    public var volumeGroup: String?

    public init(_ type: ImageType) {
        raid = type.string("mdraid").flatMap(RAIDArray.Level.init)
        encryption = Encryption(type)
        volumeGroup = type.volumeManagement == .lvm ? type.volumeGroup : nil
    }

    /// The file system stands on the partition itself.
    public var isEmpty: Bool { raid == nil && encryption == nil && volumeGroup == nil }

    /// Bytes of a LUKS header where the description lets cryptsetup decide: what version 2 takes.
    private static let luksBytes: Int64 = 16 << 20

    /// Room for file systems, or for all volumes together, on a partition of this size.
    public func contentBytes(partition: Int64) -> Int64 {
        var bytes = partition
        if let raid { bytes = array(raid).contentBytes(deviceBytes: bytes) }
        if let encryption { bytes -= encryption.headerBytes ?? Self.luksBytes }
        return bytes
    }

    /// The partition that holds so much.
    public func partitionBytes(content: Int64) -> Int64 {
        var bytes = content
        if let encryption { bytes += encryption.headerBytes ?? Self.luksBytes }
        if let raid { bytes = array(raid).deviceBytes(for: bytes) }
        return bytes
    }

    /// Sizes do not depend on identifiers.
    private func array(_ level: RAIDArray.Level) -> RAIDArray {
        RAIDArray(level, treeKey: "", imageType: "")
    }
}
