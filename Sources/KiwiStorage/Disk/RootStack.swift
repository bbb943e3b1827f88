import KiwiDescription

/// The layers between the root partition and the file systems in it, from the outside in: RAID, dm-integrity,
/// LUKS, LVM; or dm-verity alone.
public struct RootStack: Sendable, Encodable {
    public var raid: RAIDArray.Level?
    public var integrity: IntegrityVolume?
    public var encryption: Encryption?
    /// Name of the volume group.
    public var volumeGroup: String?
    /// Nil with an overlay: that protects the read-only partition.
    public var verity: VerityPlan?
    /// Whether the end of the partition says how the root is opened.
    public var hasMetadata: Bool

    public init(_ type: ImageType) {
        raid = type.string("mdraid").flatMap(RAIDArray.Level.init)
        integrity = IntegrityVolume(type)
        verity = type.flag("overlayroot") ? nil : VerityPlan(type)
        hasMetadata =
            verity?.embedsMetadata ?? false || integrity != nil && type.flag("embed_integrity_metadata")
        encryption = Encryption(type)
        volumeGroup = type.volumeManagement == .lvm ? type.volumeGroup : nil
    }

    /// The file system stands on the partition itself.
    public var isEmpty: Bool {
        raid == nil && integrity == nil && encryption == nil && volumeGroup == nil && verity == nil
    }

    /// The partition without what stands at its end.
    public func deviceBytes(partition: Int64) -> Int64 {
        partition - (hasMetadata ? VerificationMetadata.blockBytes : 0)
    }

    /// What dm-integrity lies on: the partition, or the RAID in it.
    public func integrityDeviceBytes(partition: Int64) -> Int64 {
        let bytes = deviceBytes(partition: partition)
        return raid.map { array($0).contentBytes(deviceBytes: bytes) } ?? bytes
    }

    /// Bytes of a LUKS header where the description lets cryptsetup decide: what version 2 takes.
    private static let luksBytes: Int64 = 16 << 20

    /// Room for file systems, or for all volumes together, on a partition of this size.
    public func contentBytes(partition: Int64) -> Int64 {
        var bytes = integrityDeviceBytes(partition: partition)
        if integrity != nil { bytes = IntegrityLayout(deviceBytes: bytes)?.contentBytes ?? 0 }
        if let encryption { bytes -= encryption.headerBytes ?? Self.luksBytes }
        return verity?.contentBytes(room: bytes) ?? bytes
    }

    /// The partition that holds so much.
    public func partitionBytes(content: Int64) -> Int64 {
        var bytes = verity?.bytes(content: content) ?? content
        if let encryption { bytes += encryption.headerBytes ?? Self.luksBytes }
        if integrity != nil { bytes = IntegrityLayout.deviceBytes(for: bytes) }
        if let raid { bytes = array(raid).deviceBytes(for: bytes) }
        return bytes + (hasMetadata ? VerificationMetadata.blockBytes : 0)
    }

    /// Sizes do not depend on identifiers.
    private func array(_ level: RAIDArray.Level) -> RAIDArray {
        RAIDArray(level, treeKey: "", imageType: "")
    }
}
