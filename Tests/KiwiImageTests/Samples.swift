import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree

/// Resolved images for plans.
enum Samples {
    static func image(
        _ attributes: [String: String] = [:], bootloader: [String: String]? = nil,
        size: ImageType.Size? = nil,
        architecture: Architecture = .x86_64
    ) -> ResolvedImage {
        var type = ImageType(image: "iso", position: position(10))
        for (index, name) in attributes.keys.sorted().enumerated() {
            type.attributes[name] = Located(attributes[name]!, at: position(11 + index))
        }
        type.attributes["image"] = Located("iso", at: position(10))
        if let bootloader {
            var attributes: [String: Located<String>] = [:]
            for (name, value) in bootloader { attributes[name] = Located(value, at: position(30)) }
            type.bootloader = ImageType.Bootloader(
                position: position(30), name: bootloader["name"] ?? "grub2", attributes: attributes)
        }
        type.size = size
        var image = ResolvedImage(name: "demo", architecture: architecture, type: type)
        image.folder = "/description"
        image.file = "/description/config.xml"
        image.version = "1.2.3"
        image.displayName = "Demo system"
        image.packageManager = Located("apt", at: position(5))
        image.sourceSchemaVersion = "8.5"
        return image
    }

    static let repository = UsedRepository(
        alias: "main", source: "buildhost:", addresses: ["http://mirror.example/debian"],
        distribution: "bookworm",
        components: ["main"], verified: true)

    static func position(_ line: Int) -> Position { Position(file: "config.xml", line: line, column: 9) }
}
