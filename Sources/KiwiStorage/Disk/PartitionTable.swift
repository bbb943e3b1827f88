import KiwiToolbox

/// The partition tables of a disk as bytes. Pure.
///
/// Sources: UEFI specification 2.10, chapter 5 (GPT, protective MBR); the classic MBR as fdisk writes it.
public struct PartitionTable: Sendable {
    public var layout: DiskLayout

    public init(_ layout: DiskLayout) { self.layout = layout }

    /// Everything that stands outside of partitions, but boot code.
    public var writes: [DeviceWrite] {
        switch layout.table {
        case .msdos: msdos
        case .gpt: gpt
        }
    }

    private var sector: Int64 { layout.sectorBytes }
    private func sectors(_ bytes: Int64) -> UInt64 { UInt64(bytes / sector) }

    // MARK: MBR

    /// Where the classic table stands in the first sector.
    private static let mbrSignatureOffset = 440
    private static let mbrTableOffset = 446
    private static let mbrEntryBytes = 16

    private struct Entry {
        var active = false
        var type: UInt8
        var start: UInt64
        var count: UInt64
        /// A protective entry has fixed addresses in the old notation.
        var isProtective = false
    }

    private func mbr(_ entries: [Entry], signature: String = "00000000") -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(sector))
        let id = UInt32(signature, radix: 16) ?? 0
        bytes.put(id, at: Self.mbrSignatureOffset)
        for (index, entry) in entries.enumerated() {
            let place = Self.mbrTableOffset + index * Self.mbrEntryBytes
            bytes[place] = entry.active ? 0x80 : 0
            bytes[place + 4] = entry.type
            // Cylinders, heads and sectors end at 8 GiB and are read by nobody: "beyond" is always right.
            let beyond: [UInt8] = [0xfe, 0xff, 0xff]
            bytes.put(entry.isProtective ? [0x00, 0x02, 0x00] : beyond, at: place + 1)
            bytes.put(entry.isProtective ? [0xff, 0xff, 0xff] : beyond, at: place + 5)
            bytes.put(UInt32(min(entry.start, UInt64(UInt32.max))), at: place + 8)
            bytes.put(UInt32(min(entry.count, UInt64(UInt32.max))), at: place + 12)
        }
        bytes.put([0x55, 0xaa], at: 510)
        return bytes
    }

    private func entry(_ partition: DiskLayout.Partition) -> Entry {
        Entry(
            active: partition.plan.isActive, type: partition.plan.type.code, start: sectors(partition.start),
            count: sectors(partition.bytes))
    }

    private var msdos: [DeviceWrite] {
        let logical = layout.partitions.filter { $0.plan.number > 4 }
        var entries = [Entry](repeating: Entry(type: 0, start: 0, count: 0), count: 4)
        for partition in layout.partitions where partition.plan.number <= 4 {
            entries[partition.plan.number - 1] = entry(partition)
        }
        guard let first = logical.first else {
            return [DeviceWrite(offset: 0, bytes: mbr(entries, signature: layout.signature))]
        }
        // Each logical partition is described by a table of its own, one MiB before it.
        let start = first.start - DiskPlan.alignment
        let free = entries.firstIndex { $0.type == 0 } ?? 3
        entries[free] = Entry(
            type: 0x05, start: sectors(start), count: sectors(layout.bytes - start))
        var result = [DeviceWrite(offset: 0, bytes: mbr(entries, signature: layout.signature))]
        for (index, partition) in logical.enumerated() {
            let place = partition.start - DiskPlan.alignment
            var own = [
                Entry(
                    type: partition.plan.type.code, start: sectors(DiskPlan.alignment),
                    count: sectors(partition.bytes))
            ]
            if index + 1 < logical.count {
                let next = logical[index + 1]
                own.append(
                    Entry(
                        type: 0x05, start: sectors(next.start - DiskPlan.alignment - start),
                        count: sectors(next.bytes + DiskPlan.alignment)))
            }
            result.append(DeviceWrite(offset: place, bytes: mbr(own)))
        }
        return result
    }

    // MARK: GPT

    private static let entryCount = 128
    private static let entryBytes = 128
    private static let headerBytes: UInt32 = 92

    private var tableSectors: Int64 { Int64(Self.entryCount * Self.entryBytes) / sector }

    private var gpt: [DeviceWrite] {
        // The unpartitioned end is behind the backup header only when it was appended later: here the
        // backup stands at the very end, where firmware looks for it.
        let last = Int64(sectors(layout.bytes + layout.unpartitionedBytes)) - 1
        let entries = gptEntries
        func header(at own: Int64, other: Int64, table: Int64) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: Int(sector))
            bytes.put(Array("EFI PART".utf8), at: 0)
            bytes.put(UInt32(0x0001_0000), at: 8)
            bytes.put(Self.headerBytes, at: 12)
            bytes.put(UInt64(own), at: 24)
            bytes.put(UInt64(other), at: 32)
            bytes.put(UInt64(2 + tableSectors), at: 40)
            bytes.put(UInt64(last - tableSectors - 1), at: 48)
            bytes.put(Self.guidBytes(layout.guid), at: 56)
            bytes.put(UInt64(table), at: 72)
            bytes.put(UInt32(Self.entryCount), at: 80)
            bytes.put(UInt32(Self.entryBytes), at: 84)
            bytes.put(CRC32.checksum(entries), at: 88)
            bytes.put(CRC32.checksum(bytes[0..<Int(Self.headerBytes)]), at: 16)
            return bytes
        }
        let backup = last - tableSectors
        return [
            DeviceWrite(offset: 0, bytes: protectiveMBR(lastSector: UInt64(last))),
            DeviceWrite(offset: sector, bytes: header(at: 1, other: last, table: 2)),
            DeviceWrite(offset: 2 * sector, bytes: entries),
            DeviceWrite(offset: backup * sector, bytes: entries),
            DeviceWrite(offset: last * sector, bytes: header(at: last, other: 1, table: backup)),
        ]
    }

    private var gptEntries: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.entryCount * Self.entryBytes)
        for partition in layout.partitions where (1...Self.entryCount).contains(partition.plan.number) {
            let place = (partition.plan.number - 1) * Self.entryBytes
            bytes.put(Self.guidBytes(partition.plan.type.guid), at: place)
            bytes.put(Self.guidBytes(partition.uuid), at: place + 16)
            bytes.put(sectors(partition.start), at: place + 32)
            bytes.put(sectors(partition.end) - 1, at: place + 40)
            for (index, unit) in partition.plan.label.utf16.prefix(36).enumerated() {
                bytes.put([UInt8(unit & 0xff), UInt8(unit >> 8)], at: place + 56 + 2 * index)
            }
        }
        return bytes
    }

    private func protectiveMBR(lastSector: UInt64) -> [UInt8] {
        guard layout.hybridMBR else {
            return mbr([Entry(type: 0xee, start: 1, count: lastSector, isProtective: true)])
        }
        // The entry that protects the GPT covers the table alone; the first three partitions follow.
        let firsts = layout.partitions.sorted { $0.plan.number < $1.plan.number }.prefix(3)
        return mbr(
            [Entry(type: 0xee, start: 1, count: 2047, isProtective: true)]
                + firsts.map {
                    Entry(
                        type: $0.plan.type.hybridCode, start: sectors($0.start), count: sectors($0.bytes))
                }, signature: layout.signature)
    }

    /// A GUID as EFI stores it: the first three groups little-endian.
    static func guidBytes(_ text: String) -> [UInt8] {
        let groups = text.split(separator: "-").map { group in
            stride(from: 0, to: group.count, by: 2).map { index in
                UInt8(group.dropFirst(index).prefix(2), radix: 16) ?? 0
            }
        }
        return groups.enumerated().flatMap { $0.offset < 3 ? $0.element.reversed() : $0.element }
    }
}
