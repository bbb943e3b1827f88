import KiwiDiagnostics
import KiwiToolbox

/// A volume group of LVM on one physical volume, with linear volumes one behind the other.
///
/// `layout(deviceBytes:clock:)` gives the metadata as bytes: no device mapper and no `lvm` is needed to
/// make it. Format: `PhysicalVolume`.
public struct VolumeGroup: Sendable, Hashable {
    public var name: String
    /// In the order in which they lie on the device.
    public var volumes: [Volume]
    /// The identifiers of the group and its parts come from it.
    private let treeKey: String
    private let imageType: String

    public struct Volume: Sendable, Hashable {
        /// Name of the logical volume, for example `LVRoot`.
        public var name: String
        /// Wanted size, rounded up to whole extents; nil: all that the others leave.
        public var bytes: Int64?

        public init(_ name: String, bytes: Int64?) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// What is written, and where the content of the volumes goes.
    public struct Layout: Sendable, Hashable {
        public var writes: [DeviceWrite]
        /// The volumes in their order.
        public var volumes: [PlacedVolume]
    }

    public struct PlacedVolume: Sendable, Hashable {
        public var name: String
        /// First byte of its content on the device.
        public var offset: Int64
        public var bytes: Int64
    }

    /// - Parameters:
    ///   - treeKey: key of the root tree.
    ///   - imageType: for example `oem`.
    public init(_ name: String, volumes: [Volume], treeKey: String, imageType: String) {
        self.name = name
        self.volumes = volumes
        self.treeKey = treeKey
        self.imageType = imageType
    }

    /// LVM's own default.
    public static let extentBytes: Int64 = 4 << 20
    /// Label and metadata lie before the first extent.
    public static let dataOffset: Int64 = 1 << 20

    /// The smallest device that holds volumes of these sizes.
    public static func deviceBytes(for volumes: [Int64]) -> Int64 {
        volumes.reduce(dataOffset) { $0 + ByteCount.roundUp(max($1, 1), to: extentBytes) }
    }

    /// - Parameters:
    ///   - deviceBytes: size of the physical volume.
    ///   - clock: creation time, seconds since 1970.
    /// - Throws: a name LVM does not take, a name used twice, or a device that is too small.
    public func layout(deviceBytes: Int64, clock: Int64) throws(Diagnostic) -> Layout {
        try check()
        let total = max(0, deviceBytes - Self.dataOffset) / Self.extentBytes
        let fixed = volumes.compactMap(\.bytes).map(Self.extents)
        let used = fixed.reduce(0, +)
        let rest = total - used
        guard rest >= (fixed.count == volumes.count ? 0 : 1) else {
            let needed = Self.dataOffset + (used + (fixed.count == volumes.count ? 0 : 1)) * Self.extentBytes
            throw Diagnostic(
                "volume-group-full",
                "volume group '\(name)': needs \(ByteCount.text(needed)), has \(ByteCount.text(deviceBytes))",
                remedy: "make the disk larger with <size>, or the volumes smaller")
        }
        var start: Int64 = 0
        var placed: [PhysicalVolume.Segment] = []
        for volume in volumes {
            let count = volume.bytes.map(Self.extents) ?? rest
            placed.append(
                .init(name: volume.name, id: id("volume \(volume.name)"), first: start, extents: count))
            start += count
        }
        let metadata = PhysicalVolume(
            group: name, groupID: id("group"), id: id("physical volume"), bytes: deviceBytes, extents: total,
            segments: placed, clock: clock)
        return Layout(
            writes: try metadata.writes(),
            volumes: placed.map {
                PlacedVolume(
                    name: $0.name, offset: Self.dataOffset + $0.first * Self.extentBytes,
                    bytes: $0.extents * Self.extentBytes)
            })
    }

    private static func extents(_ bytes: Int64) -> Int64 { (max(bytes, 1) + extentBytes - 1) / extentBytes }

    private func id(_ role: String) -> String {
        DerivedID(key: treeKey, type: imageType, role: "lvm \(name) \(role)").lvm
    }

    private func check() throws(Diagnostic) {
        var seen: Set<String> = []
        for name in volumes.map(\.name) + [name] where !Self.isName(name) {
            throw Diagnostic(
                "volume-name", "LVM does not take the name '\(name)'",
                remedy: "use letters, digits and + _ . -, not at the start a dash")
        }
        for volume in volumes where !seen.insert(volume.name).inserted {
            throw Diagnostic(
                "volume-name", "volume group '\(name)' has two volumes '\(volume.name)'",
                remedy: "give each <volume> a name of its own")
        }
        guard volumes.count(where: { $0.bytes == nil }) <= 1 else {
            throw Diagnostic(
                "volume-group-full", "volume group '\(name)': two volumes take all that is left",
                remedy: "write size=\"all\" for one <volume> only")
        }
    }

    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 127 && name != "." && name != ".." && !name.hasPrefix("-")
            && name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "+_.-".utf8.contains($0)
                }
            }
    }
}
