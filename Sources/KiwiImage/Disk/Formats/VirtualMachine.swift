import KiwiDescription
import KiwiDiagnostics

/// The virtual machine that `<machine>` describes, for the files that VMware reads. Pure.
struct VirtualMachine: Sendable, Codable, Hashable {
    enum DiskController: String, Sendable, Codable {
        case ide, buslogic, lsilogic, lsisas1068, legacyESX, pvscsi

        var isIDE: Bool { self == .ide || self == .legacyESX }

        /// What the disk file says: it knows fewer controllers.
        var adapterType: String {
            switch self {
            case .ide, .buslogic, .lsilogic, .legacyESX: rawValue
            case .lsisas1068, .pvscsi: "lsilogic"
            }
        }
    }

    struct Disk: Sendable, Codable, Hashable {
        var controller: DiskController
        var number: Int
    }

    struct Drive: Sendable, Codable, Hashable {
        var isSCSI: Bool
        var number: Int
    }

    struct NetworkCard: Sendable, Codable, Hashable {
        var number: Int
        var model: String?
        /// `bridged`, `nat`, ...
        var connection: String?
        /// nil: VMware makes one up.
        var macAddress: String?
    }

    /// Shown in lists of machines.
    var name: String
    var hardwareVersion: Int
    /// VMware's name of the guest system, for example `debian12-64`.
    var guest: String
    /// MiB; nil: not said.
    var memory: Int?
    var processors: Int?
    /// nil: not said.
    var disk: Disk?
    var dvd: Drive?
    var cards: [NetworkCard]
    /// Lines as written.
    var lines: [String]
    /// `bios`, or `efi`.
    var firmware: String
    var secureBoot: Bool

    init(_ image: ResolvedImage) throws(Failure) {
        let machine = image.type.machine
        let attributes = machine?.attributes ?? [:]
        var errors: [Diagnostic] = []
        func number(_ attributes: Attributes, _ name: String, _ element: String) -> Int? {
            guard let written = attributes[name] else { return nil }
            if let number = attributes.number(name), (0...1 << 24).contains(number) { return number }
            errors.append(
                Diagnostic(
                    "machine-number", at: written.position,
                    "'\(name)' of <\(element)> is no number that a machine can have: '\(written.value)'",
                    remedy: "write a number"))
            return nil
        }
        name = image.displayName ?? image.name
        hardwareVersion = number(attributes, "HWversion", "machine") ?? 9
        guest = attributes.string("guestOS") ?? "suse-64"
        memory = number(attributes, "memory", "machine")
        processors = number(attributes, "ncpus", "machine")
        disk = machine?.disk.map { element in
            Disk(
                controller: element.attributes.string("controller").flatMap(DiskController.init) ?? .ide,
                number: number(element.attributes, "id", "vmdisk") ?? 0)
        }
        dvd = machine?.dvd.map { element in
            Drive(
                isSCSI: element.attributes.string("controller") == "scsi",
                number: number(element.attributes, "id", "vmdvd") ?? 0)
        }
        cards = []
        for (index, element) in (machine?.nics ?? []).enumerated() {
            var attributes = element.attributes
            // Old descriptions name bridges here, or nothing.
            if attributes.string("interface") == "" { attributes["interface"] = nil }
            let card = NetworkCard(
                number: number(attributes, "interface", "vmnic") ?? index,
                model: attributes.string("driver"), connection: attributes.string("mode"),
                macAddress: attributes.string("mac"))
            if cards.contains(where: { $0.number == card.number }) {
                errors.append(
                    Diagnostic(
                        "machine-place", at: element.position,
                        "there is a network card \(card.number) already", remedy: "write another 'interface'")
                )
            }
            cards.append(card)
        }
        lines = (machine?.configEntries ?? []).map { $0.trimmingSpace }
        firmware = image.type.isEFIBootable(on: image.architecture) ? "efi" : "bios"
        secureBoot = image.type.firmware(for: image.architecture) == "uefi"
        if let dvd, dvd.isSCSI != (disk?.controller ?? .ide).isIDE, dvd.number == disk?.number ?? 0 {
            errors.append(
                Diagnostic(
                    "machine-place", at: machine?.dvd?.position,
                    "the DVD drive and the disk have the same place: \(dvd.isSCSI ? "scsi" : "ide")\(dvd.number):0",
                    remedy: "write another 'id' for <vmdvd>"))
        }
        if !errors.isEmpty { throw Failure(.descriptionWrong, errors) }
    }
}

extension String {
    var trimmingSpace: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
