import KiwiDescription
import KiwiDiagnostics

extension DiskPlan {
    /// The partitions a description asks for, in KIWI's order and with its names.
    ///
    /// - Throws: what cannot be laid out, at its line.
    public init(_ image: ResolvedImage) throws(Failure) {
        let type = image.type
        var planner = PartitionPlanner(image)
        planner.addAll()
        let table: DiskLayout.Table
        switch type.partitionTable(for: image.architecture) {
        case "gpt": table = type.flag("force_mbr") ? .msdos : .gpt
        case "msdos": table = .msdos
        case let other:
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "unsupported-attribute", at: type.bootloader?.position ?? type.position,
                    "a disk with a partition table of kind '\(other)' cannot be written here",
                    remedy: "write targettype=\"GPT\" or \"SCSI\""))
        }
        let sector = Int64(type.number("target_blocksize") ?? 512)
        guard [512, 1024, 2048, 4096].contains(sector) else {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "target-blocksize", at: type.position(of: "target_blocksize"),
                    "disks have sectors of 512 or 4096 bytes, not of \(sector)",
                    remedy: "write target_blocksize=\"4096\", or remove it"))
        }
        let isExtended = table == .msdos && type.flag("dosparttable_extended_layout")
        if isExtended { planner.renumberLogical() }
        if let twice = planner.duplicate {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "partition-number", at: twice.position ?? type.position,
                    "partition '\(twice.key)' has the number \(twice.number), which another one has too",
                    remedy: "write another number"))
        }
        if table == .msdos, !isExtended, let fifth = planner.partitions.first(where: { $0.number > 4 }) {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "too-many-partitions", at: fifth.position ?? type.position,
                    "an MBR has room for four partitions, '\(fifth.key)' has number \(fifth.number)",
                    remedy:
                        "write dosparttable_extended_layout=\"true\", or firmware=\"efi\" for a GPT",
                    notes: planner.partitions.map { "\($0.number) \($0.key)" }))
        }
        self.init(
            table: table, sectorBytes: sector,
            firstStart: type.number("disk_start_sector").map { Int64($0) * sector } ?? Self.alignment,
            partitions: planner.partitions, size: type.size, position: type.position,
            hybridMBR: table == .gpt && type.flag("gpt_hybrid_mbr"), hasExtendedPartition: isExtended)
    }
}

/// Adds one partition after the other.
private struct PartitionPlanner {
    var image: ResolvedImage
    var partitions: [PartitionPlan] = []
    private var lastNumber = 0

    init(_ image: ResolvedImage) { self.image = image }

    private var type: ImageType { image.type }
    private var usesCodes: Bool { type.flag("apply_dps_codes") }

    private static let mebi = ByteCount.mebi
    private static let biosBootMebibytes: Int64 = 2
    private static let efiMebibytes: Int64 = 20
    private static let prepMebibytes: Int64 = 8
    private static let bootMebibytes: Int64 = 300

    var duplicate: PartitionPlan? {
        var seen: Set<Int> = []
        return partitions.first { !seen.insert($0.number).inserted }
    }

    /// The fourth and all that follow are logical ones, numbered from 5.
    mutating func renumberLogical() {
        for index in partitions.indices.dropFirst(3) { partitions[index].number = index + 2 }
    }

    private func discoverable(_ name: String, else other: PartitionType) -> PartitionType {
        usesCodes && PartitionType.isDiscoverable(name, on: image.architecture)
            ? .discoverable(name, image.architecture) : other
    }

    /// - Parameter clones: how many copies stand before it.
    private mutating func add(
        _ key: String, label: String, _ partition: PartitionType, _ size: PartitionPlan.Size, reason: String,
        at position: Position?, number: Int? = nil, clones: Int = 0, variables: [String],
        cloneName: (_ index: String) -> (label: String, variable: String) = { ("p.\($0)", $0) }
    ) {
        for index in 0..<clones {
            // A number that was given is part of the names of the copies too.
            let suffix = number.map { $0 + index + 1 } ?? index + 1
            let name = cloneName("\(suffix)")
            append(
                PartitionPlan(
                    "\(key == "readonly" ? "root" : key)clone\(suffix)", label: name.label,
                    number: number.map { $0 + index + 1 } ?? lastNumber + 1, type: plain(partition),
                    size: size, reason: reason, at: position, copyOf: key, variables: [name.variable]))
        }
        append(
            PartitionPlan(
                key, label: label, number: number ?? lastNumber + 1, type: partition, size: size,
                reason: reason, at: position, variables: variables))
    }

    /// Copies are no second root for firmware that looks for one.
    private func plain(_ type: PartitionType) -> PartitionType {
        if case .discoverable = type { return .linux }
        return type
    }

    private mutating func append(_ plan: PartitionPlan) {
        lastNumber = plan.number
        partitions.append(plan)
    }

    mutating func addAll() {
        let architecture = image.architecture
        let firmware = type.firmware(for: architecture)
        let isEFI = type.isEFIBootable(on: architecture)
        if isEFI, type.isBIOSBootable(on: architecture) {
            add(
                "efi_csm", label: "p.legacy", .biosBoot, .fixed(Self.biosBootMebibytes * Self.mebi),
                reason: "GRUB for BIOS", at: type.position(of: "firmware"),
                number: type.number("eficsmpart_id"), variables: ["kiwi_BiosGrub"])
        }
        if isEFI {
            let written = type.number("efipartsize").map { Int64($0) * Self.mebi }
            add(
                "efi", label: "p.UEFI", .efiSystem,
                written.map { .fixed($0) } ?? .atLeast(Self.efiMebibytes * Self.mebi),
                reason: "efipartsize", at: type.position(of: "efipartsize"),
                number: type.number("efipart_id"), variables: ["kiwi_EfiPart"])
        }
        if firmware == "ofw" {
            add(
                "prep", label: "p.prep", .prep, .fixed(Self.prepMebibytes * Self.mebi),
                reason: "GRUB for Open Firmware", at: type.position(of: "firmware"),
                variables: ["kiwi_PrepPart"])
        }
        if type.hasBootPartition { addBoot() }
        if type.volumeManagement != .lvm, let swap = type.swapMegabytes {
            add(
                "swap", label: "p.swap", .swap, .fixed(Int64(swap) * Self.mebi), reason: "oem-swapsize",
                at: type.oemConfig?["oem-swap"]?.position, variables: ["kiwi_SwapPart"])
        }
        for partition in type.partitions { add(partition) }
        if !type.flag("spare_part_is_last") { addSpare(.fixed(spareBytes ?? 0)) }
        addRoot()
        if type.flag("spare_part_is_last") {
            addSpare(fixedRoot == nil ? .fixed(spareBytes ?? 0) : .rest)
        }
        setActive(firmware)
    }

    private mutating func addBoot() {
        let written = type.number("bootpartsize").map { Int64($0) * Self.mebi }
        add(
            "boot", label: "p.lxboot", discoverable("xbootldr", else: .linux),
            written.map { .fixed($0) } ?? .atLeast(Self.bootMebibytes * Self.mebi), reason: "bootpartsize",
            at: type.position(of: "bootpartsize"), number: type.number("bootpart_id"),
            clones: type.number("boot_clone") ?? 0, variables: ["kiwi_BootPart"],
            cloneName: { ("p.lxbootclone\($0)", "kiwi_bootPartClone\($0)") })
    }

    private mutating func add(_ partition: ImageType.Partition) {
        let name = partition.name
        let title = name.prefix(1).uppercased() + name.dropFirst().lowercased()
        let other: PartitionType = partition.partitionType == "t.raid" ? .raid : .linux
        add(
            name, label: partition.partitionName, discoverable(partition.partitionName, else: other),
            .fixed(Int64(partition.megabytes) * Self.mebi), reason: "the size of <partition>",
            at: partition.position, number: partition.number, clones: partition.clones,
            variables: ["kiwi_\(title)Part"],
            cloneName: { ("\(partition.partitionName)clone\($0)", "kiwi_\(title)PartClone\($0)") })
    }

    private var spareBytes: Int64? { type.spareMegabytes.map { Int64($0) * Self.mebi } }

    private mutating func addSpare(_ size: PartitionPlan.Size) {
        guard spareBytes != nil else { return }
        add(
            "spare", label: "p.spare", .linux, size, reason: "spare_part",
            at: type.position(of: "spare_part"), variables: ["kiwi_SparePart"])
    }

    /// `oem-systemsize` where it is the size at build time.
    private var fixedRoot: Int64? {
        guard let size = type.oemConfig?.number("oem-systemsize"),
            !type.oemFlag("oem-resize", default: true) || type.flag("spare_part_is_last")
        else { return nil }
        return Int64(size) * Self.mebi
    }

    private mutating func addRoot() {
        let clones = type.number("root_clone") ?? 0
        let isOverlay = type.flag("overlayroot")
        let position = type.size?.position ?? type.position
        let cloneNames: (String) -> (label: String, variable: String) = {
            ("p.lxrootclone\($0)", "kiwi_rootPartClone\($0)")
        }
        if isOverlay {
            let written = type.number("overlayroot_readonly_partsize").map { Int64($0) * Self.mebi }
            add(
                "readonly", label: "p.lxreadonly", discoverable("root", else: .linux),
                written.map { .fixed($0) } ?? .content, reason: "overlayroot_readonly_partsize",
                at: type.position(of: "overlayroot_readonly_partsize"), number: type.number("rootpart_id"),
                clones: clones,
                variables: ["kiwi_ROPart"] + (type.hasWritePartition ? [] : ["kiwi_RootPart"]),
                cloneName: cloneNames)
        }
        guard type.hasWritePartition else { return }
        let isRAID = type.string("mdraid") != nil
        let isLVM = type.volumeManagement == .lvm
        let label = isRAID ? "p.lxraid" : isLVM ? "p.lxlvm" : "p.lxroot"
        var variables = ["kiwi_RootPart"]
        if isOverlay { variables.append("kiwi_RWPart") }
        if isRAID { variables.append("kiwi_RaidPart") }
        if !type.hasBootPartition { variables.append("kiwi_BootPart") }
        let isPlain = !isRAID && !isLVM
        add(
            "root", label: label,
            discoverable(isOverlay ? "" : "root", else: isRAID ? .raid : isLVM ? .lvm : .linux),
            fixedRoot.map { .fixed($0) } ?? .rest,
            reason: fixedRoot == nil ? type.size == nil ? "its content" : "<size>" : "oem-systemsize",
            at: fixedRoot == nil ? position : type.oemConfig?["oem-systemsize"]?.position,
            number: isPlain && !isOverlay ? type.number("rootpart_id") : nil,
            clones: isOverlay ? 0 : clones, variables: variables, cloneName: cloneNames)
    }

    private mutating func setActive(_ firmware: String) {
        guard ["bios", "ofw"].contains(firmware) else { return }
        for key in ["prep", "boot", "root", "readonly"] {
            guard let index = partitions.firstIndex(where: { $0.key == key }) else { continue }
            partitions[index].isActive = true
            return
        }
    }
}
