import KiwiDiagnostics
import KiwiToolbox

/// A software RAID on its first disk, with metadata in md's format 1.2, made without `mdadm`.
///
///     offset     length
///       4096       4096  superblock
///    1048576             content
///
/// The superblock stands at the start, so that it is still found after the partition has grown.
public struct RAIDArray: Sendable, Hashable {
    /// `mdraid`.
    public enum Level: String, Sendable, Codable, CaseIterable {
        /// RAID 1 of two disks, the second one missing: it is added to the running system.
        case mirroring
        /// RAID 0 of one disk, as one of two could not run; `mdadm --grow` adds others.
        case striping

        var number: Int32 { self == .mirroring ? 1 : 0 }
        /// Disks the array has when it is complete.
        var disks: Int { self == .mirroring ? 2 : 1 }
    }

    public var level: Level
    /// Identifier of the set.
    public var uuid: String
    /// Identifier of the first disk in it.
    public var memberUUID: String

    /// - Parameters:
    ///   - treeKey: key of the root tree.
    ///   - imageType: for example `oem`.
    public init(_ level: Level, treeKey: String, imageType: String) {
        self.level = level
        uuid = DerivedID(key: treeKey, type: imageType, role: "md array").uuid
        memberUUID = DerivedID(key: treeKey, type: imageType, role: "md disk 0").uuid
    }

    /// Where the content begins on the disk's partition, in bytes.
    public static let dataOffset: Int64 = 1 << 20
    /// Sectors of a stripe.
    private static let chunk: Int64 = 1024
    private static let name = "any:root"
    private static let superblock: Int64 = 4096

    /// Bytes of content that a partition of this size holds.
    public func contentBytes(deviceBytes: Int64) -> Int64 {
        let unit = level == .striping ? Self.chunk * 512 : 4096
        return max(0, deviceBytes - Self.dataOffset) / unit * unit
    }

    /// The smallest partition that holds so many bytes of content.
    public func deviceBytes(for content: Int64) -> Int64 {
        Self.dataOffset + ByteCount.roundUp(content, to: level == .striping ? Self.chunk * 512 : 4096)
    }

    /// The superblock.
    ///
    /// - Parameters:
    ///   - deviceBytes: size of the partition.
    ///   - clock: creation time, seconds since 1970.
    public func write(deviceBytes: Int64, clock: Int64) -> DeviceWrite {
        var block = [UInt8](repeating: 0, count: 4096)
        let dataSectors = max(0, deviceBytes - Self.dataOffset) / 512
        block.put(UInt32(0xa92b_4efc), at: 0)
        block.put(UInt32(1), at: 4)
        block.put(Self.bytes(ofUUID: uuid), at: 16)
        block.put(Self.name.utf8, at: 32)
        block.put(UInt64(clock), at: 64)
        block.put(level.number, at: 72)
        // Space used of each disk; RAID 0 uses what there is.
        if level == .mirroring { block.put(UInt64(contentBytes(deviceBytes: deviceBytes) / 512), at: 80) }
        if level == .striping { block.put(UInt32(Self.chunk), at: 88) }
        block.put(UInt32(level.disks), at: 92)
        block.put(UInt64(Self.dataOffset / 512), at: 128)
        block.put(UInt64(dataSectors), at: 136)
        block.put(UInt64(Self.superblock / 512), at: 144)
        block.put(Self.bytes(ofUUID: memberUUID), at: 168)
        block.put(UInt64(clock), at: 192)
        block.put(UInt64(1), at: 200)
        // No synchronisation is pending.
        block.put(UInt64.max, at: 208)
        block.put(UInt32(level.disks), at: 220)
        // Role 0 is this disk; the other one has failed.
        if level == .mirroring { block.put(UInt16(0xfffe), at: 258) }
        block.put(Self.checksum(block[..<(256 + 2 * level.disks)]), at: 216)
        return DeviceWrite(offset: Self.superblock, bytes: block)
    }

    /// `/etc/mdadm.conf`: the array under the name KIWI gives it.
    public var configuration: String {
        "ARRAY \(Self.device) metadata=1.2 name=\(Self.name) UUID=\(mdUUID)\n"
    }

    /// The device of the running system.
    public static let device = "/dev/md0"

    /// The identifier as md writes it, for example for `rd.md.uuid`.
    public var mdUUID: String {
        let digits = Array(uuid.filter { $0 != "-" })
        return stride(from: 0, to: 32, by: 8).map { String(digits[$0..<$0 + 8]) }.joined(separator: ":")
    }

    static func bytes(ofUUID uuid: String) -> [UInt8] {
        let digits = uuid.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// Sum of words of 32 bits, a last half one as it is, with the carry added.
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let bytes = Array(bytes)
        var sum: UInt64 = 0
        for start in stride(from: 0, to: bytes.count, by: 4) {
            for index in start..<min(start + 4, bytes.count) {
                sum += UInt64(bytes[index]) << (8 * UInt64(index - start))
            }
        }
        return UInt32(truncatingIfNeeded: (sum & 0xffff_ffff) + sum >> 32)
    }
}
