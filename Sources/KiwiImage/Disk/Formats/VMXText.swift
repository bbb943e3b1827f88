/// The settings of a virtual machine for VMware's hosted products, as text. Pure.
struct VMXText: Sendable {
    var machine: VirtualMachine
    /// Name of the disk file beside it.
    var diskFile: String

    var text: String {
        (["#!/usr/bin/env vmware", "# virtual machine settings"]
            + lines.map { "\($0) = \"\(Self.escaped($1))\"" } + machine.lines)
            .map { $0 + "\n" }.joined()
    }

    private var lines: [(String, String)] {
        [
            ("config.version", "8"), ("tools.syncTime", "true"), ("uuid.action", "create"),
            ("virtualHW.version", "\(machine.hardwareVersion)"), ("displayName", machine.name),
            ("guestOS", machine.guest),
        ]
            // KIWI leaves this out: then a disk that only boots with UEFI does not boot.
            + (machine.firmware == "efi" ? [("firmware", "efi")] : [])
            + [("priority.grabbed", "normal"), ("priority.ungrabbed", "normal")]
            + ["powerOff", "powerOn", "suspend", "reset"].map { ("powerType.\($0)", "soft") }
            + (machine.memory.map { [("memsize", "\($0)")] } ?? [])
            + (machine.processors.map { [("numvcpus", "\($0)")] } ?? [])
            + disk + machine.cards.flatMap(card) + dvd + [("usb.present", "true")]
    }

    private var disk: [(String, String)] {
        let disk = machine.disk ?? .init(controller: .ide, number: 0)
        guard !disk.controller.isIDE else {
            let place = "ide\(disk.number):0"
            return [("\(place).present", "true"), ("\(place).fileName", diskFile), ("\(place).redo", "")]
        }
        let bus = "scsi\(disk.number)"
        return [
            ("\(bus).present", "true"), ("\(bus).sharedBus", "none"),
            ("\(bus).virtualDev", disk.controller.rawValue),
            ("\(bus):0.present", "true"), ("\(bus):0.fileName", diskFile),
            ("\(bus):0.deviceType", "scsi-hardDisk"),
        ]
    }

    private func card(_ card: VirtualMachine.NetworkCard) -> [(String, String)] {
        let name = "ethernet\(card.number)"
        var lines = [("\(name).present", "true"), ("\(name).allow64bitVmxnet", "true")]
        if let address = card.macAddress {
            lines += [("\(name).addressType", "static"), ("\(name).address", address)]
        } else {
            lines += [("\(name).addressType", "generated")]
        }
        if let model = card.model { lines.append(("\(name).virtualDev", model)) }
        if let connection = card.connection { lines.append(("\(name).connectionType", connection)) }
        return lines
    }

    private var dvd: [(String, String)] {
        guard let dvd = machine.dvd else { return [] }
        let bus = "\(dvd.isSCSI ? "scsi" : "ide")\(dvd.number)"
        // A SCSI controller of its own has to be there first.
        let hasBus =
            !dvd.isSCSI || machine.disk.map { !$0.controller.isIDE && $0.number == dvd.number } ?? false
        return (hasBus ? [] : [("\(bus).present", "true")]) + [
            ("\(bus):0.present", "true"), ("\(bus):0.deviceType", "cdrom-raw"),
            ("\(bus):0.autodetect", "true"), ("\(bus):0.startConnected", "true"),
        ]
    }

    /// VMware writes what would end a value as bar and hex digits.
    static func escaped(_ value: String) -> String {
        value.unicodeScalars.map { scalar in
            switch scalar {
            case "|": "|7C"
            case "\"": "|22"
            case "\n": "|0A"
            case "\r": "|0D"
            default: String(scalar)
            }
        }.joined()
    }
}
