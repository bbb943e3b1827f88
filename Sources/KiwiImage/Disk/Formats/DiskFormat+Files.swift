extension DiskFormat {
    /// Name of the result.
    ///
    /// - Parameter options: whether containers are compressed.
    public func fileName(_ options: CreateOptions) -> String {
        guard let container else { return diskFile }
        return "\(stem).\(container.format.rawValue).tar" + (options.compressContainers ? ".xz" : "")
    }

    /// Name of the disk in its format, which in a container is not the result.
    var diskFile: String { "\(container?.diskName ?? stem).\(fileExtension)" }

    private var fileExtension: String {
        switch kind {
        case .qcow2, .vmdk, .vdi, .vhd, .vhdx, .ova, .raw: kind.rawValue
        case .vhdFixed: "vhdfixed"
        case .gce: "tar.gz"
        case .vagrant: "vagrant.\(box?.provider.rawValue ?? "").box"
        }
    }

    /// The results, under KIWI's keys.
    public func files(_ options: CreateOptions) -> [ResultFile] {
        let name = fileName(options)
        guard container == nil else {
            return [ResultFile("disk_format_image", .container, name: name)]
        }
        func packs(_ usual: Bool) -> Bool { isEncrypted ? false : options.compressInBundle ?? usual }
        let isPacked: Bool =
            switch kind {
            case .vdi, .vhd, .vhdFixed, .vhdx: packs(true)
            case .qcow2, .vmdk, .ova: packs(false)
            case .gce, .vagrant, .raw: false
            }
        var files = [ResultFile("disk_format_image", .formattedDisk, name: name, compress: isPacked)]
        if hasExtent {
            // KIWI leaves the content out of its list, and so out of bundles.
            files.append(
                ResultFile(
                    "disk_format_extent", .diskExtent, name: ConvertDisk.extentName(name),
                    compress: isPacked))
        }
        if kind == .vmdk {
            files.append(
                ResultFile(
                    "disk_format_machine_settings", .machineSettings, name: "\(stem).vmx", shasum: false))
        }
        return files
    }

    var hasExtent: Bool {
        kind == .vmdk && options["subformat"] == VMDKVariant.monolithicFlat.rawValue
    }
}
