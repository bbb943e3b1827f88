import KiwiDiagnostics
import KiwiRootTree
import KiwiToolbox

extension DiskFormat {
    /// The steps from the raw disk to the files. They read `Artifact.disk` and the clock.
    ///
    /// - Parameters:
    ///   - because: the line that asked for the format.
    ///   - folder: where files lie that the description names.
    public func steps(because: Position?, folder: String, options: CreateOptions) -> [any BuildStep] {
        steps(because: because, options: options) { .description($0, folder: folder) }
    }

    /// - Parameter vagrantfile: where the user's Vagrantfile comes from, which is named like this.
    func steps(
        because: Position?, options: CreateOptions, vagrantfile: (String) -> TakeVagrantfile.Source
    ) -> [any BuildStep] {
        let steps = diskSteps(because, vagrantfile: vagrantfile)
        guard let container else { return steps }
        var files = [PackDiskLayer.File(artifact: kind == .raw ? .disk : .formattedDisk, name: diskFile)]
        if hasExtent { files.append(.init(artifact: .diskExtent, name: ConvertDisk.extentName(diskFile))) }
        let base =
            container.bases.isEmpty
            ? []
            : [
                ImportBaseImage(
                    container.bases, architecture: container.description.architecture,
                    access: options.registries, because: because)
            ]
        return base + steps + [
            PackDiskLayer(because: because, files: files, compressed: container.format == .oci),
            WriteContainer(
                because: because, format: container.format, description: container.description, layerCount: 1,
                hasBase: !base.isEmpty, compression: ContainerPlanner.compression(container.format, options)),
        ]
    }

    private func diskSteps(
        _ because: Position?, vagrantfile: (String) -> TakeVagrantfile.Source
    ) -> [any BuildStep] {
        switch kind {
        case .raw: return []
        case .gce: return [PackGCE(because: because, license: license)]
        case .qcow2:
            // A disk whose clusters are there already, or has none of its own, is not compressed.
            let isCompressed = options["preallocation"].map { $0 == "off" } ?? !isEncrypted
            return [convert(.qcow2, because, compressed: isCompressed)]
        case .vdi: return [convert(.vdi, because)]
        case .vhd, .vhdFixed: return [convert(.vpc, because)]
        case .vhdx: return [convert(.vhdx, because)]
        case .vmdk:
            guard let machine else { return [] }
            let disk = convert(.vmdk, because)
            // A container holds the disk only.
            guard container == nil else { return [disk] }
            return [disk, WriteVMX(because: because, machine: machine, diskFile: diskFile)]
        case .ova:
            guard let machine else { return [] }
            return [
                convert(.vmdk, because, to: .packedDisk, name: "\(stem).vmdk"),
                MakeOVA(because: because, machine: machine, stem: stem, name: name),
            ]
        case .vagrant:
            let own = box?.vagrantfile.map { TakeVagrantfile(because: because, source: vagrantfile($0)) }
            return [own].compactMap { $0 } + boxSteps(because)
        }
    }

    private func boxSteps(_ because: Position?) -> [any BuildStep] {
        guard let box else { return [] }
        switch box.provider {
        case .libvirt:
            // The box is compressed as a whole.
            return [
                convert(.qcow2, because, to: .packedDisk, name: box.diskFile),
                PackVagrantBox(because: because, box: box, name: name, source: .disk),
            ]
        case .virtualbox:
            // Unlike libvirt's, VirtualBox's disk cannot grow when a machine is made of the box.
            return [
                GrowDisk(because: because, bytes: Int64(box.gibibytes) << 30),
                convert(.vmdk, because, from: .grownDisk, to: .packedDisk, name: box.diskFile),
                PackVagrantBox(because: because, box: box, name: name, source: .grownDisk),
            ]
        }
    }

    private func convert(
        _ driver: QemuDriver, _ because: Position?, compressed: Bool = false,
        from source: Artifact = .disk, to output: Artifact = .formattedDisk, name: String? = nil
    ) -> ConvertDisk {
        ConvertDisk(
            because: because, source: source, output: output, driver: driver, options: options,
            compressed: compressed, name: name ?? diskFile, extent: hasExtent ? .diskExtent : nil, tag: tag)
    }
}
