import KiwiDescription
import KiwiDiagnostics

/// A disk as the description wants it. ``layout(needs:ids:)`` makes it definite when the content is
/// measured; both are pure.
public struct DiskPlan: Hashable, Sendable, Codable {
    public var table: DiskLayout.Table
    /// Bytes of a logical sector: 512 or 4096.
    public var sectorBytes: Int64
    /// Where the first partition starts, in bytes.
    public var firstStart: Int64
    /// In the order of creation.
    public var partitions: [PartitionPlan]
    /// `<size>`.
    public var size: ImageType.Size?
    public var position: Position?
    public var hybridMBR: Bool
    /// From the fourth on, partitions are logical ones.
    public var hasExtendedPartition: Bool

    public init(
        table: DiskLayout.Table, sectorBytes: Int64, firstStart: Int64, partitions: [PartitionPlan],
        size: ImageType.Size?, position: Position?, hybridMBR: Bool, hasExtendedPartition: Bool
    ) {
        self.table = table
        self.sectorBytes = sectorBytes
        self.firstStart = firstStart
        self.partitions = partitions
        self.size = size
        self.position = position
        self.hybridMBR = hybridMBR
        self.hasExtendedPartition = hasExtendedPartition
    }

    public subscript(key: String) -> PartitionPlan? { partitions.first { $0.key == key } }

    /// Sizes for people as far as they are known before anything was measured.
    ///
    /// - Parameter measurer: the step that finds out the rest.
    public func sizeTable(measuredBy measurer: String) -> [String] {
        let unknown = "<measured by \(measurer)>"
        return DiskLayout.textTable(
            partitions.map { plan in
                switch plan.size {
                case .fixed(let bytes): (plan, unknown, ByteCount.text(bytes))
                case .atLeast(let bytes): (plan, unknown, "\(ByteCount.text(bytes)) or more")
                case .content: (plan, unknown, "what it needs")
                case .rest: (plan, unknown, size == nil ? "what it needs" : "the rest")
                }
            })
    }

    /// Partitions start at multiples of it, as all partitioning tools have it today.
    static let alignment = ByteCount.mebi

    /// Identifiers of a disk.
    public struct IDs: Hashable, Sendable {
        public var guid: String
        public var signature: String
        /// By key of the partition.
        public var partition: @Sendable (String) -> String

        public init(guid: String, signature: String, partition: @escaping @Sendable (String) -> String) {
            self.guid = guid
            self.signature = signature
            self.partition = partition
        }

        public static func == (one: IDs, other: IDs) -> Bool { one.guid == other.guid }
        public func hash(into hasher: inout Hasher) { hasher.combine(guid) }
    }

    /// Partitions made before the extended one.
    private static let primaryPartitions = 3

    /// - Parameters:
    ///   - needs: bytes that the content of partitions needs, by key; those that are missing need nothing.
    ///   - recommended: bytes that content should have, by key, where that is more.
    /// - Throws: `size-too-small` with a table of all sizes, at the line that decides.
    public func layout(
        needs: [String: Int64], recommended: [String: Int64] = [:], ids: IDs
    ) throws(Failure) -> DiskLayout {
        func need(_ plan: PartitionPlan) -> Int64 { needs[plan.copyOf ?? plan.key] ?? 0 }
        func wanted(_ plan: PartitionPlan) -> Int64 {
            ByteCount.roundUp(
                max(need(plan), recommended[plan.copyOf ?? plan.key] ?? 0, Self.alignment),
                to: Self.alignment)
        }
        var sizes: [String: Int64] = [:]
        for plan in partitions {
            switch plan.size {
            case .fixed(let bytes): sizes[plan.key] = ByteCount.roundUp(bytes, to: Self.alignment)
            case .content: sizes[plan.key] = wanted(plan)
            case .atLeast(let bytes):
                sizes[plan.key] = max(wanted(plan), ByteCount.roundUp(bytes, to: Self.alignment))
            case .rest: break
            }
        }
        let sharing = partitions.filter { $0.size == .rest }
        // Each logical partition stands behind a sector of its own.
        let logical = hasExtendedPartition ? max(0, partitions.count - Self.primaryPartitions) : 0
        let overhead =
            ByteCount.roundUp(firstStart, to: Self.alignment) + Int64(logical) * Self.alignment
            + Self.alignment
        let fixed = sizes.values.reduce(overhead, +)
        let total = sharing.reduce(fixed) { $0 + wanted($1) }
        let asked = size.map { $0.additive ? total + $0.bytes : $0.bytes - $0.unpartitionedBytes }
        let disk = ByteCount.roundUp(asked ?? total, to: Self.alignment)
        let share =
            sharing.isEmpty ? 0 : (disk - fixed) / Int64(sharing.count) / Self.alignment * Self.alignment
        if sharing.isEmpty, disk < fixed {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "size-too-small", at: size?.position ?? position,
                    "the partitions need \(ByteCount.text(fixed)), the disk has \(ByteCount.text(disk))",
                    remedy:
                        "raise <size> by \((fixed - disk) >> 20) M, or remove it: then the size follows the content",
                    notes: DiskLayout.sizeTable(partitions.map { ($0, need($0), sizes[$0.key] ?? 0) })))
        }
        for plan in sharing { sizes[plan.key] = max(0, share) }
        if let last = sharing.last, share > 0 {
            sizes[last.key] = disk - fixed - share * Int64(sharing.count - 1)
        }
        let rows = partitions.map { ($0, need($0), sizes[$0.key] ?? 0) }
        for (plan, needed, has) in rows where has < needed || (plan.size == .rest && has <= 0) {
            let missing = ByteCount.roundUp(needed - has, to: Self.alignment)
            let isShare = plan.size == .rest
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "size-too-small", at: isShare ? size?.position ?? position : plan.position ?? position,
                    "partition '\(plan.key)': needs \(ByteCount.text(needed)), has \(ByteCount.text(max(0, has)))",
                    remedy: isShare
                        ? "raise <size> by \((missing * Int64(sharing.count)) >> 20) M, or remove it: then the size follows the content"
                        : "raise \(plan.reason) to \(ByteCount.roundUp(needed, to: Self.alignment) >> 20) MiB",
                    notes: DiskLayout.sizeTable(rows)))
        }
        return DiskLayout(
            table: table, sectorBytes: sectorBytes, partitions: placed(sizes, need, ids), bytes: disk,
            unpartitionedBytes: ByteCount.roundUp(size?.unpartitionedBytes ?? 0, to: sectorBytes),
            guid: ids.guid, signature: ids.signature, hybridMBR: hybridMBR)
    }

    private func placed(_ sizes: [String: Int64], _ need: (PartitionPlan) -> Int64, _ ids: IDs)
        -> [DiskLayout.Partition]
    {
        var start = firstStart
        return partitions.enumerated().map { index, plan in
            if hasExtendedPartition, index >= Self.primaryPartitions { start += Self.alignment }
            var bytes = sizes[plan.key] ?? 0
            // The next one starts at a whole MiB again.
            if start % Self.alignment != 0 { bytes -= start % Self.alignment }
            defer { start += bytes }
            return DiskLayout.Partition(
                plan: plan, start: start, bytes: bytes, needed: need(plan), uuid: ids.partition(plan.key))
        }
    }
}
