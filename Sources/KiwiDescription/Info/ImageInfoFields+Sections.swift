import KiwiDiagnostics

extension ImageInfoFields {
    var sections: [String: JSONValue] {
        [
            "initrd_system": .string(image.initrdSystem), "size": size, "bootloader": bootloader,
            "oemconfig": type.oemConfig.map { .table($0.mapValues(\.value)) } ?? .null,
            "containerconfig": containerConfig, "machine": machine,
            "vagrantconfig": .array(type.vagrantConfigs.map { attributes($0.attributes) }),
            "volume_management": .optional(type.volumeManagement?.rawValue),
            "volume_group": .string(type.volumeGroup), "volumes": .array(image.volumes.map(Self.volume)),
            "partitions": .array(type.partitions.map(Self.partition)),
            "disk_start_sector": .number(type.number("disk_start_sector") ?? 2048),
            "spare_part_mbytes": .optional(type.string("spare_part").flatMap(megabytes)),
            "format_options": formatOptions,
            "filesystem_mount_options": .strings([type.string("fsmountoptions")].compactMap { $0 }),
            "filesystem_create_options": .strings(
                (type.string("fscreateoptions") ?? "").split(whereSeparator: \.isWhitespace).map(String.init)),
            "luks_format_options": .strings(type.luksOptions),
            "initrd": initrd(type.initrd, withUEFI: true),
            "install_initrd": initrd(type.installInitrd ?? [], withUEFI: false),
        ]
    }

    private func attributes(_ table: Attributes) -> JSONValue { .table(table.mapValues(\.value)) }

    private var size: JSONValue {
        guard let size = type.size else { return .null }
        let mebibyte: Int64 = 1024 * 1024
        return .object([
            "mbytes": .number(Int(size.bytes / mebibyte)),
            "mbytes_without_unpartitioned": .number(Int((size.bytes - size.unpartitionedBytes) / mebibyte)),
            "unpartitioned_bytes": .number(Int(size.unpartitionedBytes)), "additive": .bool(size.additive),
        ])
    }

    private var bootloader: JSONValue {
        guard let loader = type.bootloader else { return .null }
        let written = loader.attributes
        return .object([
            "name": .string(loader.name), "bls": .bool(written.boolean("bls") ?? true),
            "output_console": .string(loader.outputConsole), "input_console": .string(loader.inputConsole),
            "serial_line": .optional(written.string("serial_line")),
            "timeout": .optional(written.number("timeout")),
            "timeout_style": .optional(written.string("timeout_style")),
            "target_type": .optional(written.string("targettype")),
            "use_disk_password": .bool(written.boolean("use_disk_password") ?? false),
            "video_mode": .string(written.string("video_mode") ?? "auto"),
            "shim_options": .strings(loader.shimOptions), "install_options": .strings(loader.installOptions),
            "config_options": .strings(loader.configOptions),
            "environment": .strings(loader.environment.map { $0.name + ($0.value.map { "=" + $0 } ?? "") }),
        ])
    }

    private var containerConfig: JSONValue {
        guard let config = type.containerConfig else { return .null }
        let maintainer = "\(image.author) <\(image.contact)>"
        var fields: [String: JSONValue] = [:]
        for (key, name) in [
            ("container_name", "name"), ("container_tag", "tag"), ("maintainer", "maintainer"),
            ("user", "user"),
            ("workingdir", "workingdir"),
        ] {
            if let value = config.attributes.string(name) { fields[key] = .string(value) }
        }
        if fields["maintainer"] == nil { fields["maintainer"] = .string(maintainer) }
        if let names = config.attributes.list("additionalnames") {
            fields["additional_names"] = .strings(names)
        }
        if let words = config.entrypoint { fields["entry_command"] = .strings(words) }
        if let words = config.subcommand { fields["entry_subcommand"] = .strings(words) }
        if !config.expose.isEmpty { fields["expose_ports"] = .strings(config.expose) }
        if !config.volumes.isEmpty { fields["volumes"] = .strings(config.volumes) }
        if let signal = config.stopSignal { fields["stopsignal"] = .string(signal) }
        if !config.environment.isEmpty { fields["environment"] = variables(config.environment) }
        if !config.labels.isEmpty { fields["labels"] = variables(config.labels) }
        var history: [String: JSONValue] = ["author": .string(maintainer)]
        for name in ["created_by", "author", "launcher", "application_id", "package_version"] {
            if let value = config.history?.attributes.string(name) { history[name] = .string(value) }
        }
        if let comment = config.history?.comment, !comment.isEmpty { history["comment"] = .string(comment) }
        fields["history"] = .object(history)
        return .object(fields)
    }

    private func variables(_ list: [ImageType.Variable]) -> JSONValue {
        .object(Dictionary(list.map { ($0.name, JSONValue.optional($0.value)) }, uniquingKeysWith: { $1 }))
    }

    private var machine: JSONValue {
        guard let machine = type.machine else { return .null }
        return .object([
            "attributes": attributes(machine.attributes),
            "disk": machine.disk.map { attributes($0.attributes) } ?? .null,
            "dvd": machine.dvd.map { attributes($0.attributes) } ?? .null,
            "nics": .array(machine.nics.map { attributes($0.attributes) }),
            "config_entries": .strings(machine.configEntries),
        ])
    }

    private static func volume(_ volume: Volume) -> JSONValue {
        var attributes: [String] = []
        if let quota = volume.quota { attributes.append("quota=\(quota)") }
        if !volume.copyOnWrite { attributes.append("no-copy-on-write") }
        if volume.fileSystemCheck { attributes.append("enable-for-filesystem-check") }
        let size: JSONValue =
            switch volume.size {
            case .all: .null
            case .fixed(let megabytes): .string("size:\(megabytes)")
            case .free(let megabytes): .string("freespace:\(megabytes)")
            }
        return .object([
            "name": .string(volume.name), "parent": .string(volume.parent), "size": size,
            "full_size": .bool(volume.size == .all), "mountpoint": .optional(volume.mountPoint),
            "path": .string(volume.path), "label": .optional(volume.label),
            "attributes": .strings(attributes), "is_root": .bool(volume.isRoot),
        ])
    }

    private static func partition(_ partition: ImageType.Partition) -> JSONValue {
        .object([
            "name": .string(partition.name), "mbytes": .number(partition.megabytes),
            "clones": .number(partition.clones), "partition_name": .string(partition.partitionName),
            "partition_type": .string(partition.partitionType), "partition_id": .optional(partition.number),
            "mountpoint": .optional(partition.mountPoint), "filesystem": .optional(partition.fileSystem),
            "label": .string(partition.label),
        ])
    }

    private var formatOptions: JSONValue {
        var options: [String: JSONValue] = [:]
        for part in (type.string("formatoptions") ?? "").split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            options[String(pair[0])] = pair.count > 1 ? .string(String(pair[1])) : .null
        }
        return .object(options)
    }

    private func initrd(_ list: [ImageType.InitrdAction], withUEFI: Bool) -> JSONValue {
        let actions = InitrdActions(list)
        return .object(
            Dictionary(
                uniqueKeysWithValues: ["add", "omit", "set"].map { action in
                    var fields: [String: JSONValue] = [
                        "drivers": .strings(actions.drivers(action)),
                        "modules": .strings(actions.modules(action)),
                    ]
                    if withUEFI { fields["uefi"] = .bool(actions.uefi(action)) }
                    return (action, .object(fields))
                }))
    }
}
