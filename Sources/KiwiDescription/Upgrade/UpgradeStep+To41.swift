extension UpgradeStep {
    /// The text of `<type>` becomes the attribute `image`; sections of the image that are about
    /// types move into each type that knows them.
    static let to41: Rewrite = (
        SchemaVersion(4, 1),
        { image in
            distributeBlocks(&image)
            image.eachType { type in
                let (name, position) = (type.text, type.textPosition)
                type.nodes.removeAll { if case .text = $0 { true } else { false } }
                if type["image"] == nil || !trimmed(name).isEmpty {
                    type.remove(attribute: "image")
                    type.attributes.insert(Attribute("image", name, position: position), at: 0)
                }
            }
        }
    )

    /// The types that take each section, in the order in which a type takes them.
    static let blocks: [(name: String, types: Set<String>)] = [
        ("lvmvolumes", ["oem", "vmx", "usb"]), ("oemconfig", ["oem", "split"]), ("split", ["split"]),
        ("pxedeploy", ["pxe"]), ("vmwareconfig", ["oem", "vmx", "split", "iso"]),
        ("xenconfig", ["oem", "vmx", "split", "iso", "xen"]),
    ]

    /// Only these keep their attributes when they move.
    private static let blocksWithAttributes = ["pxedeploy", "vmwareconfig", "xenconfig"]

    private static func distributeBlocks(_ image: inout Element) {
        var sizes: [Element] = []
        image.rewriteChildren("preferences") { sizes += $0.take { $0.name == "size" } }
        let names = blocks.map(\.name)
        let sections = image.take { names.contains($0.name) }
        image.eachType { type in
            var content = sizes
            for block in blocks where block.types.contains(type.text) {
                content += sections.filter { $0.name == block.name }.map { section in
                    var copy = section
                    if !blocksWithAttributes.contains(copy.name) { copy.attributes = [] }
                    return copy
                }
            }
            let comments = type.nodes.filter { if case .text = $0 { false } else { true } }
            let word = type.nodes.filter { if case .text(let text) = $0 { !text.isBlank } else { false } }
            type.nodes = word + comments
            type.add(content)
        }
    }
}
