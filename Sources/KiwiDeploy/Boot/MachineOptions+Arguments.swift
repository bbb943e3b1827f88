extension MachineOptions {
    /// The QEMU program these options are for.
    public var program: String { kind.program }

    /// QEMU's arguments. A pure function: equal options give equal arguments.
    public var arguments: [String] {
        let model = processor ?? (acceleration == .kvm ? "host" : kind.emulatedProcessor)
        let base: [String] = board.map { ["-machine", $0] } ?? kind.board(isSecure: isSecure)
        let machine: [String] = [
            "-accel", acceleration.rawValue, "-cpu", model, "-smp", "\(processors)", "-m", "\(memoryMiB)",
            "-no-reboot", "-display", "none", "-device", "virtio-rng-pci",
        ]
        return ["-nodefaults", "-no-user-config"] + base + machine + firmwareArguments + kernelArguments
            + driveArguments + shareArguments + networkArguments + consoleArguments
    }

    private var firmwareArguments: [String] {
        guard let uefi else { return [] }
        // The variables' template stays untouched: writes go to an overlay that vanishes.
        let protection = isSecure ? kind.variableProtection : []
        return protection + [
            "-drive", "if=pflash,unit=0,format=raw,readonly=on,file=\(Self.escaped(uefi.code))",
            "-drive", "if=pflash,unit=1,format=raw,snapshot=on,file=\(Self.escaped(uefi.variables))",
        ]
    }

    private var kernelArguments: [String] {
        guard let direct else { return [] }
        return ["-kernel", direct.kernel] + (direct.initrd.map { ["-initrd", $0] } ?? [])
            + (direct.append.isEmpty ? [] : ["-append", direct.append])
    }

    private var driveArguments: [String] {
        var result: [String] = []
        let boots = direct == nil ? ",bootindex=0" : ""
        if let image {
            switch medium {
            case .cdrom:
                result += [
                    "-drive", drive(image, id: "image", extra: ",media=cdrom,readonly=on", canWrite: false),
                ]
                result += kind.cdrom(boots)
            case .usb:
                result += ["-device", "qemu-xhci", "-drive", drive(image, id: "image", canWrite: write)]
                result += ["-device", "usb-storage,removable=on,drive=image\(boots)"]
            case .disk:
                result += ["-drive", drive(image, id: "image", canWrite: write)]
                result += ["-device", "virtio-blk-pci,drive=image\(sectors)\(boots)"]
            }
        }
        for (index, disk) in disks.enumerated() {
            let boots = image == nil && direct == nil && index == 0 ? ",bootindex=0" : ""
            result += ["-drive", drive(disk, id: "disk\(index)", canWrite: write)]
            result += ["-device", "virtio-blk-pci,drive=disk\(index)\(sectors)\(boots)"]
        }
        return result
    }

    private var sectors: String {
        sectorBytes == 512
            ? "" : ",logical_block_size=\(sectorBytes),physical_block_size=\(sectorBytes)"
    }

    private func drive(_ drive: Drive, id: String, extra: String = "", canWrite: Bool) -> String {
        let isKept = canWrite || drive.isKept
        let overlay = isKept || !extra.isEmpty ? "" : ",snapshot=on"
        return
            "if=none,id=\(id),format=\(drive.format.rawValue)\(extra)\(overlay),file=\(Self.escaped(drive.file))"
    }

    /// Files that the machine makes belong to the user here, whoever makes them there.
    private var shareArguments: [String] {
        shares.enumerated().flatMap { index, share in
            [
                "-fsdev",
                "local,id=share\(index),security_model=none,multidevs=remap\(share.isReadOnly ? ",readonly=on" : ""),path=\(Self.escaped(share.folder))",
                "-device", "virtio-9p-pci,fsdev=share\(index),mount_tag=\(share.tag)",
            ]
        }
    }

    private var networkArguments: [String] {
        switch network {
        case .none: ["-nic", "none"]
        case .user: ["-nic", "user,model=virtio-net-pci"]
        }
    }

    private var consoleArguments: [String] {
        switch console {
        case .interactive:
            ["-chardev", "stdio,id=console,mux=on,signal=off", "-serial", "chardev:console"]
                + ["-mon", "chardev=console,mode=readline"]
        case .headless:
            ["-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console", "-monitor", "none"]
        }
    }

    /// QEMU separates options by commas; a comma in a file name is doubled.
    static func escaped(_ file: String) -> String { file.replacing(",", with: ",,") }
}
