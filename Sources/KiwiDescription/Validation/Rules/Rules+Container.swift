extension ConsistencyRule {
    static let containerRules: [ConsistencyRule] = [
        containerForType, containerAttributes, containerInDisk, commands("entrypoint"),
        commands("subcommand"),
    ]

    private static let withName = ["oem", "docker", "oci", "appx"]
    private static let withAll = ["oem", "docker", "oci"]

    private static let containerForType = element("containerconfig-for-type", "containerconfig") {
        section, around in
        guard let image = around.last?["image"], !withName.contains(image), Schema.imageTypes.contains(image)
        else { return nil }
        return Finding(
            at: section.position, "the image type '\(image)' has no container configuration",
            remedy: "remove <containerconfig>, it is for \(oneOf(withName))")
    }

    private static let containerAttributes = ConsistencyRule(code: "containerconfig-attribute") { image in
        image.types.filter { $0["image"] == "appx" }.flatMap { type in
            type.children("containerconfig").flatMap { section in
                section.attributes.filter { $0.name != "name" }.map {
                    Finding(
                        at: $0.position, "'\($0.name)' has no meaning for the image type 'appx'",
                        remedy: "remove it, it is for \(oneOf(withAll))")
                }
            }
        }
    }

    private static let containerInDisk = element("containerconfig-in-disk", "containerconfig") {
        section, around in
        guard let type = around.last, type["image"] == "oem", let format = type["format"],
            !type.hasContainerDiskFormat
        else { return nil }
        return Finding(
            at: section.position, "a disk in the format '\(format)' is in no container",
            remedy: "write format=\"oci:\(format)\", or remove <containerconfig>")
    }

    private static func commands(_ name: String) -> ConsistencyRule {
        element("command-or-clear", name) { section, _ in
            let (execute, clear) = (section.attribute("execute"), section.attribute("clear"))
            if execute != nil && clear != nil {
                return Finding(
                    at: clear?.position, "<\(name)> has both 'execute' and 'clear'",
                    remedy: "keep one of them")
            }
            guard execute == nil, clear == nil else { return nil }
            return Finding(
                at: section.position, "<\(name)> needs 'execute' or 'clear'",
                remedy: "add execute=\"COMMAND\", or clear=\"true\" for none")
        }
    }
}
