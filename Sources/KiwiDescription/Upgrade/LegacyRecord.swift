import KiwiDiagnostics

/// The facts of all old types and package sections of a description.
///
/// Elements are known by their position, which every rewrite keeps.
struct LegacyRecord: Hashable, Sendable {
    var types: [Position: LegacyFacts] = [:]
    /// The image type for which alone a `<packages>` counts, where 8.5 has one name for several.
    var packageTypes: [Position: String] = [:]

    init() {}

    /// Adds what is known of another description.
    mutating func merge(_ other: LegacyRecord) {
        types.merge(other.types) { own, _ in own }
        packageTypes.merge(other.packageTypes) { own, _ in own }
    }

    /// Reads a document before its upgrade.
    init(_ image: Element, _ version: SchemaVersion) {
        let compressed = image.children("preferences").contains { section in
            section.first("compressed").map { UpgradeStep.boolean($0.text) == "true" } ?? false
        }
        func preference(_ name: String) -> Located<String>? {
            image.children("preferences").lazy.compactMap { $0.first(name) }.first?.locatedText
        }
        let deploy = image.first("deploy") ?? image.first("pxedeploy")
        for type in image.types {
            guard let position = type.position else { continue }
            var facts = LegacyFacts(
                typeName: version < SchemaVersion(4, 1) ? type.word : type["image"] ?? "",
                schemaVersion: version.description)
            facts.boot = type.located("boot")
            facts.fileSystem = type.located("filesystem")
            facts.readWriteFileSystem = type.located("fsreadwrite")
            facts.readOnlyFileSystem = type.located("fsreadonly")
            if let pair = facts.fileSystem, let comma = pair.value.firstIndex(of: ",") {
                facts.readWriteFileSystem = Located(trimmed(String(pair.value[..<comma])), at: pair.position)
                facts.readOnlyFileSystem = Located(
                    trimmed(String(pair.value[pair.value.index(after: comma)...])), at: pair.position)
            }
            facts.flags = type.located("flags")
            facts.loader = type.located("bootloader") ?? type.first("bootloader")?.located("name")
            facts.isCompressed = compressed || type.isTrue("compressed")
            let isNetwork = ["pxe", "split"].contains(facts.typeName) || deploy == nil
            facts.deploy = (type.first("pxedeploy") ?? (isNetwork ? deploy : nil)).map(
                LegacyFacts.Deploy.init)
            facts.defaultRoot = preference("defaultroot")
            facts.defaultDestination = preference("defaultdestination")
            if version < SchemaVersion(2, 0) { facts.sizeRule = LegacyFacts.SizeRule() }
            types[position] = facts
        }
        for section in image.children("packages") {
            guard let position = section.position, let type = section["type"] else { continue }
            let name = type == "vmware" ? "vmx" : type
            if ["xen", "vmx", "usb", "split", "ec2", "net"].contains(name) {
                packageTypes[position] = name == "net" ? "pxe" : name
            }
        }
    }
}
