import KiwiDiagnostics

extension UpgradeRepair {
    static let blockRepairs: [UpgradeRepair] = [
        .before(3, 9, { image, _ in UpgradeStep.collectOEM(&image, keeping: true) }),
        .before(4, 1, distribute), .before(4, 3, volumeGroup), .before(4, 4, commandLine),
        .before(
            4, 8, { image, _ in image.each("lvmvolumes") { $0.rename(attribute: "lvmgroup", to: "name") } }),
    ]

    /// Sections of the image move into their types: with their attributes, each size into the
    /// types of its own preferences, and one virtual machine per type.
    @Sendable private static func distribute(_ image: inout Element, _ context: inout Context) {
        let common = image.children("preferences").lazy.compactMap { $0.first("size") }.first
        image.rewriteChildren("preferences") { section in
            guard let size = section.take(where: { $0.name == "size" }).first ?? common?.detached else {
                return
            }
            section.rewriteChildren("type") { $0.add([size]) }
        }
        let names = UpgradeStep.blocks.map(\.name)
        let sections = image.take { names.contains($0.name) }
        var taken: Set<String> = []
        image.eachType { type in
            let hasBoth = sections.contains { $0.name == "vmwareconfig" } && type.word != "xen"
            for block in UpgradeStep.blocks where block.types.contains(type.word) {
                let machine = ["vmwareconfig", "xenconfig"].contains(block.name)
                if block.name == "xenconfig" && hasBoth || machine && type.word == "iso" { continue }
                guard type.first(block.name) == nil else { continue }
                let content = sections.filter { $0.name == block.name }
                if !content.isEmpty { taken.insert(block.name) }
                type.add(Array(content.prefix(1)))
            }
        }
        // LegacyFacts keep how clients get a split image.
        if image.types.contains(where: { $0.word == "split" }) { taken.insert("pxedeploy") }
        for section in sections where !taken.contains(section.name) {
            let types = UpgradeStep.blocks.first { $0.name == section.name }?.types.sorted() ?? []
            context.dropped(
                "<\(section.name)> is for the image type \(oneOf(types)), which is not defined",
                at: section.position, "remove it, or add the type")
        }
    }

    /// The name of the volume group is kept where there are no volumes.
    @Sendable private static func volumeGroup(_ image: inout Element, _ context: inout Context) {
        image.eachType { type in
            guard let group = type.attribute("lvmgroup"), type.first("lvmvolumes") == nil,
                type["lvm"] == "true"
            else { return }
            type.add([.made("lvmvolumes", [("lvmgroup", group.value)], for: group.position)])
        }
    }

    /// `<commandline>` is an attribute of the types today.
    @Sendable private static func commandLine(_ image: inout Element, _ context: inout Context) {
        image.rewriteChildren("preferences") { section in
            let common = section.first("commandline")
            section.rewriteChildren("type") { type in
                let boots = ["oem", "vmx", "xen", "usb", "split", "ec2", "iso", "pxe", "net"]
                guard boots.contains(type["image"] ?? "") else { return }
                guard let line = type.first("commandline") ?? common, !line.word.isEmpty,
                    type["kernelcmdline"] == nil
                else { return }
                type.set("kernelcmdline", line.word, at: line.position)
            }
        }
    }
}
