import KiwiDiagnostics
import KiwiToolbox

/// Where everything on a disk lies.
public struct DiskLayout: Hashable, Sendable, Codable {
    public struct Partition: Hashable, Sendable, Codable {
        public var plan: PartitionPlan
        /// Bytes from the start of the disk.
        public var start: Int64
        public var bytes: Int64
        /// What the content needs, in bytes; 0 when that does not matter.
        public var needed: Int64
        /// In a GPT, lower case.
        public var uuid: String

        public var end: Int64 { start + bytes }
    }

    public enum Table: String, Hashable, Sendable, Codable { case gpt, msdos }

    public var table: Table
    public var sectorBytes: Int64
    /// In the order of creation, which is that on the disk.
    public var partitions: [Partition]
    /// The partitioned disk, with its partition tables.
    public var bytes: Int64
    /// Behind the partitioned disk.
    public var unpartitionedBytes: Int64
    /// GUID of the GPT, lower case.
    public var guid: String
    /// The disk's signature in the MBR: eight hex digits.
    public var signature: String
    /// A hybrid MBR beside the GPT.
    public var hybridMBR: Bool

    public init(
        table: Table, sectorBytes: Int64, partitions: [Partition], bytes: Int64, unpartitionedBytes: Int64,
        guid: String, signature: String, hybridMBR: Bool
    ) {
        self.table = table
        self.sectorBytes = sectorBytes
        self.partitions = partitions
        self.bytes = bytes
        self.unpartitionedBytes = unpartitionedBytes
        self.guid = guid
        self.signature = signature
        self.hybridMBR = hybridMBR
    }

    public subscript(key: String) -> Partition? { partitions.first { $0.plan.key == key } }

    /// What `/dev/disk/by-partuuid` calls a partition.
    public func partitionUUID(_ partition: Partition) -> String {
        guard table == .msdos else { return partition.uuid }
        let number = partition.plan.number
        return "\(signature)-\(number < 10 ? "0" : "")\(number)"
    }

    /// Sizes for people: needs, has, and what decided.
    public var sizeTable: [String] { Self.sizeTable(partitions.map { ($0.plan, $0.needed, $0.bytes) }) }

    static func sizeTable(_ rows: [(plan: PartitionPlan, needed: Int64, has: Int64)]) -> [String] {
        textTable(
            rows.map { ($0.plan, $0.needed == 0 ? "-" : ByteCount.text($0.needed), ByteCount.text($0.has)) })
    }

    static func textTable(_ rows: [(plan: PartitionPlan, needed: String, has: String)]) -> [String] {
        let cells = rows.map { row in
            [
                "\(row.plan.number)", row.plan.key, row.needed, row.has,
                row.plan.reason + (row.plan.position.map { " (\($0))" } ?? ""),
            ]
        }
        return TextTable.lines([["no", "partition", "needs", "has", "because"]] + cells)
    }
}
