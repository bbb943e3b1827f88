import KiwiDescription
import KiwiDiagnostics
import KiwiTesting
import KiwiToolbox
import Testing

@testable import KiwiStorage

@Suite struct DiskLayoutTests {
    /// A description's disk, laid out for 700 MiB of content and what else is said.
    private func layout(
        _ type: String, needs: [String: Int64] = [:], architecture: Architecture = .x86_64
    ) throws -> DiskLayout {
        let image = try SampleDescription.resolved(type, architecture: architecture)
        let needs = ["root": 700 * ByteCount.mebi].merging(needs) { $1 }
        return try DiskPlan(image).layout(
            needs: needs,
            ids: DiskPlan.IDs(guid: Self.guid, signature: "0a0b0c0d") { key in
                DerivedID(key: "tree", type: "oem", role: key).uuid
            })
    }

    private static let guid = "01234567-89ab-4cde-8f01-23456789abcd"

    /// Every layout with its numbers, places and reasons.
    private static let descriptions: [(name: String, type: String)] = [
        ("bios", "filesystem='ext4'"), ("ec2", "filesystem='ext4' firmware='ec2'"),
        ("efi", "filesystem='ext4' firmware='efi'"),
        ("efi alone", "filesystem='ext4' firmware='efi' eficsm='false' efipartsize='100'"),
        ("uefi with an MBR", "filesystem='ext4' firmware='uefi' efiparttable='msdos'"),
        ("hybrid", "filesystem='ext4' firmware='efi' gpt_hybrid_mbr='true'"),
        ("forced MBR", "filesystem='ext4' firmware='efi' force_mbr='true'"),
        ("boot", "filesystem='xfs' firmware='efi' bootpartition='true' bootpartsize='200' boot_clone='2'"),
        ("numbers", "filesystem='ext4' firmware='efi' efipart_id='5' rootpart_id='9' root_clone='1'"),
        ("spare", "filesystem='ext4' spare_part='2G' spare_part_fs='ext4'"),
        ("spare last", "filesystem='ext4' spare_part='50' spare_part_is_last='true'"),
        ("start", "filesystem='ext4' disk_start_sector='4096'"),
        ("sectors", "filesystem='ext4' firmware='efi' eficsm='false' target_blocksize='4096'"),
        ("codes", "filesystem='ext4' firmware='efi' bootpartition='true' apply_dps_codes='true'"),
        ("raid", "filesystem='ext4' mdraid='mirroring'"),
        ("overlay", "filesystem='ext4' overlayroot='true' overlayroot_readonly_partsize='300'"),
    ]

    private static let inside: [(name: String, attributes: String, content: String)] = [
        ("size", "filesystem='ext4'", "<size unit='G' unpartitioned='1'>4</size>"),
        ("additive", "filesystem='ext4'", "<size unit='M' additive='true'>100</size>"),
        (
            "swap", "filesystem='ext4' firmware='efi'",
            "<oemconfig><oem-swap>true</oem-swap><oem-swapsize>64</oem-swapsize></oemconfig>"
        ),
        (
            "system size", "filesystem='ext4' spare_part='50' spare_part_is_last='true'",
            "<oemconfig><oem-systemsize>900</oem-systemsize></oemconfig><size unit='G'>3</size>"
        ),
        ("volumes", "filesystem='ext4'", "<systemdisk><volume name='home'/></systemdisk>"),
        (
            "partitions", "filesystem='ext4' firmware='efi' apply_dps_codes='true'",
            "<partitions><partition name='data' size='100' clone='1' mountpoint='/d' filesystem='ext4'/>"
                + "<partition name='var' partition_name='var' size='1G' mountpoint='/var' filesystem='xfs'/></partitions>"
        ),
        (
            "logical", "filesystem='ext4' dosparttable_extended_layout='true' bootpartition='true'",
            "<oemconfig><oem-swap>true</oem-swap></oemconfig>"
                + "<partitions><partition name='a' size='10'/><partition name='b' size='20'/></partitions>"
        ),
    ]

    @Test func layouts() throws {
        let all =
            Self.descriptions.map { ($0.name, "<type image='oem' \($0.type)/>") }
            + Self.inside.map { ($0.name, "<type image='oem' \($0.attributes)>\($0.content)</type>") }
        var text = ""
        for (name, type) in all {
            let layout = try layout(type, needs: ["readonly": 200 * ByteCount.mebi])
            text += "== \(name): \(layout.table.rawValue), \(ByteCount.text(layout.bytes))"
            text +=
                layout.unpartitionedBytes == 0 ? "\n" : " and \(ByteCount.text(layout.unpartitionedBytes))\n"
            for partition in layout.partitions {
                let plan = partition.plan
                text +=
                    [
                        "\(plan.number)", plan.key, plan.label,
                        layout.table == .gpt ? plan.type.guid : "\(plan.type.code)",
                        "\(partition.start / 1024)K", "\(partition.bytes / 1024)K",
                        plan.isActive ? "active" : "",
                        plan.variables.joined(separator: ","),
                    ].filter { !$0.isEmpty }.joined(separator: " ") + "\n"
            }
        }
        #expect(goldenDifference(text, "disk-layouts.txt") == nil)
    }

    @Test func tooSmallSaysAllSizes() throws {
        let error = try #require(throws: Failure.self) {
            try layout("<type image='oem' filesystem='ext4'><size unit='M'>600</size></type>")
        }
        let diagnostic = try #require(error.diagnostics.first)
        #expect(diagnostic.code == "size-too-small")
        #expect(diagnostic.message == "partition 'root': needs 700 MiB, has 598 MiB")
        #expect(
            diagnostic.remedy == "raise <size> by 102 M, or remove it: then the size follows the content")
        #expect(diagnostic.notes.contains { $0.contains("<size>") })
    }

    @Test func whatDoesNotFitATableIsRefused() {
        #expect(throws: Failure.self) {
            try layout(
                "<type image='oem' filesystem='ext4' bootpartition='true' boot_clone='3' root_clone='1'/>")
        }
        #expect(throws: Failure.self) {
            try layout(
                "<type image='oem' filesystem='ext4' firmware='efi' efipart_id='1' eficsmpart_id='1'/>")
        }
        #expect(throws: Failure.self) {
            try layout("<type image='oem' filesystem='ext4' firmware='efi' target_blocksize='1000'/>")
        }
    }

    /// What other programs read in the tables.
    @Test(
        .enabled(if: ToolCheck.find("sfdisk") != nil, "needs sfdisk"),
        arguments: [
            "filesystem='ext4'", "filesystem='ext4' firmware='efi' gpt_hybrid_mbr='true'",
            "filesystem='ext4' firmware='efi'",
            "filesystem='ext4' dosparttable_extended_layout='true' spare_part='10' bootpartition='true' root_clone='1' boot_clone='1'",
        ])
    func sfdiskAgrees(_ type: String) async throws {
        let layout = try layout("<type image='oem' \(type)/>")
        let place = try StackPlace()
        defer { place.remove() }
        let file = "\(place.path)/disk"
        try FileSystem.makeSparse(file, bytes: layout.bytes)
        for write in PartitionTable(layout).writes { try write.write(to: file) }
        let dump = try await place.output("sfdisk", ["--dump", file])
        for partition in layout.partitions {
            let line = try #require(
                dump.split(separator: "\n").first { $0.hasPrefix("\(file)\(partition.plan.number) ") })
            let words = line.split { $0 == " " || $0 == "," || $0 == "=" }.map(String.init)
            func field(_ name: String) -> String? { words.firstIndex(of: name).map { words[$0 + 1] } }
            #expect(field("start") == "\(partition.start / 512)")
            #expect(field("size") == "\(partition.bytes / 512)")
            if layout.table == .gpt {
                #expect(field("uuid") == partition.uuid.uppercased())
                #expect(field("type") == partition.plan.type.guid)
            }
        }
        #expect(dump.contains(layout.table == .gpt ? Self.guid.uppercased() : "0x0a0b0c0d"))
        let verdict = try await place.output("sfdisk", ["--verify", file])
        #expect(verdict.contains("No errors detected"), "\(verdict)")
    }
}

extension DiskLayoutTests {
    /// What `--dry-run` shows.
    @Test func plannedSizes() throws {
        let plan = try DiskPlan(
            SampleDescription.resolved(
                "<type image='oem' filesystem='ext4' firmware='efi' efipartsize='50'/>"))
        let lines = plan.sizeTable(measuredBy: "disk-layout")
        #expect(lines[0] == "no  partition  needs                      has            because")
        #expect(lines[2].hasPrefix("2   efi        <measured by disk-layout>  50 MiB         efipartsize ("))
        #expect(lines[3].contains("what it needs  its content ("))
    }
}
