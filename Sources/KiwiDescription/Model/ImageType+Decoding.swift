import KiwiDiagnostics

extension ImageType {
    init(_ element: Element) {
        self.init(
            image: trimmed(element["image"] ?? ""), position: element.position,
            attributes: element.locatedAttributes,
            bootloader: element.first("bootloader").map(Bootloader.init),
            size: element.first("size").map(Size.init))
        oemConfig = element.first("oemconfig").map { section in
            Dictionary(
                section.children.map { ($0.name, Located($0.text, at: $0.textPosition)) },
                uniquingKeysWith: { first, _ in first })
        }
        containerConfig = element.first("containerconfig").map(ContainerConfig.init)
        machine = element.first("machine").map(Machine.init)
        vagrantConfigs = element.children("vagrantconfig").map(AttributedElement.init)
        systemDisk = element.first("systemdisk").map {
            SystemDisk(
                position: $0.position, attributes: $0.locatedAttributes,
                volumes: $0.children("volume").map(AttributedElement.init))
        }
        partitions = (element.first("partitions")?.children("partition") ?? []).map(Partition.init)
        initrd = element.children("initrd").map(InitrdAction.init)
        installInitrd = element.first("installmedia").map { $0.children("initrd").map(InitrdAction.init) }
        luksFormatOptions = words(of: element.first("luksformat")?.children("option") ?? [])
    }
}

/// Name and, where written, value of each element.
private func words(of elements: [Element]) -> [String] {
    elements.flatMap { [$0["name"] ?? ""] + [$0["value"]].compactMap { $0 }.filter { !$0.isEmpty } }
}

private func variables(of elements: [Element]) -> [ImageType.Variable] {
    elements.map { ImageType.Variable(name: $0["name"] ?? "", value: $0["value"]) }
}

extension ImageType.Bootloader {
    init(_ element: Element) {
        self.init(
            position: element.position, name: trimmed(element["name"] ?? "grub2"),
            attributes: element.locatedAttributes)
        secureLinux = element.children("securelinux").map(SecureLinux.init)
        guard let settings = element.first("bootloadersettings") else { return }
        shimOptions = words(of: settings.children("shimoption"))
        installOptions = words(of: settings.children("installoption"))
        configOptions = words(of: settings.children("configoption"))
        environment = variables(of: settings.first("environment")?.children("env") ?? [])
    }
}

extension ImageType.Bootloader.SecureLinux {
    init(_ element: Element) {
        position = element.position
        caCertificate = element["hkd_ca_cert"] ?? ""
        signingCertificate = element["hkd_sign_cert"] ?? ""
        hostKeyDocuments = element.children("hkd_cert").compactMap { $0.located("name") }
        revocationLists = element.children("hkd_revocation_list").compactMap { $0.located("name") }
    }
}

extension ImageType.Size {
    init(_ element: Element) {
        let unit: Int64 = (element["unit"] == "G" ? 1024 : 1) * 1024 * 1024
        self.init(
            position: element.position, bytes: (Int64(trimmed(element.text)) ?? 0) * unit,
            additive: element.isTrue("additive"),
            unpartitionedBytes: (element["unpartitioned"].flatMap { Int64(trimmed($0)) } ?? 0) * unit)
    }
}

extension ImageType.ContainerConfig {
    init(_ element: Element) {
        position = element.position
        attributes = element.locatedAttributes
        entrypoint = element.first("entrypoint").map(Self.command)
        subcommand = element.first("subcommand").map(Self.command)
        expose = (element.first("expose")?.children("port") ?? []).compactMap { $0["number"] }
        volumes = (element.first("volumes")?.children("volume") ?? []).compactMap { $0["name"] }
        stopSignal = element.first("stopsignal")?.text
        environment = variables(of: element.first("environment")?.children("env") ?? [])
        labels = variables(of: element.first("labels")?.children("label") ?? [])
        history = element.first("history").map {
            History(attributes: $0.locatedAttributes, comment: $0.text)
        }
    }

    private static func command(_ element: Element) -> [String] {
        guard let execute = element["execute"] else { return [] }
        return [execute] + element.children("argument").compactMap { $0["name"] }
    }
}

extension ImageType.Machine {
    init(_ element: Element) {
        position = element.position
        attributes = element.locatedAttributes
        disk = element.first("vmdisk").map(AttributedElement.init)
        dvd = element.first("vmdvd").map(AttributedElement.init)
        nics = element.children("vmnic").map(AttributedElement.init)
        configEntries = element.children("vmconfig-entry").map(\.text)
    }
}

extension ImageType.Partition {
    init(_ element: Element) {
        let attributes = element.locatedAttributes
        position = element.position
        name = attributes.string("name") ?? ""
        megabytes = KiwiDescription.megabytes(attributes.string("size") ?? "") ?? 0
        clones = attributes.number("clone") ?? 0
        partitionName = attributes.string("partition_name") ?? "p.lx" + name
        partitionType = attributes.string("partition_type") ?? "t.linux"
        number = attributes.number("part_id")
        mountPoint = attributes.string("mountpoint")
        fileSystem = attributes.string("filesystem")
        label = attributes.string("label") ?? ""
    }
}

extension ImageType.InitrdAction {
    init(_ element: Element) {
        let entries = element.children("dracut")
        position = element.position
        action = trimmed(element["action"] ?? "")
        modules = entries.compactMap { $0.located("module") }
        drivers = entries.compactMap { $0.located("driver") }
        uefi = entries.last?.isTrue("uefi") ?? false
    }
}
