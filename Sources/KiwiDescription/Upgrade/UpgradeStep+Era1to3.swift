extension UpgradeStep {
    /// 1.4 to 3.9.
    static let era1to3: [Rewrite] = [
        (
            SchemaVersion(2, 0),
            { image in
                splitPairs(&image)
                image.rewriteChildren("packages") { section in
                    guard section["type"] == "boot" else { return }
                    section.attributes.removeAll { $0.name != "type" }
                    section.set("type", "bootstrap")
                }
            }
        ),
        (
            SchemaVersion(2, 4),
            { image in
                image.each("packages") {
                    $0.drop(attributes: "memory", "disk", "HWversion", "guestOS_32Bit", "guestOS_64Bit")
                }
            }
        ),
        (SchemaVersion(3, 5), { $0.drop(elements: "compressed") }),
        (SchemaVersion(3, 7), { $0.rewriteAll(normalizeBoolean) }),
        (SchemaVersion(3, 8), { $0.rename(elements: ["deploy": "pxedeploy"]) }),
        (
            SchemaVersion(3, 9),
            { image in
                let names = oemNames.filter {
                    !["oem-align-partition", "oem-inplace-recovery", "oem-dumphalt"].contains($0)
                }
                let isNeeded = image.children("preferences").contains { section in
                    section.children.contains { names.contains($0.name) }
                }
                collectOEM(&image, keeping: isNeeded)
            }
        ),
    ]

    /// `<type filesystem="rw,ro">split</type>`: the pair becomes two attributes.
    private static func splitPairs(_ image: inout Element) {
        image.eachType { type in
            guard type.text == "split", let pair = type.attribute("filesystem"), pair.value.contains(",")
            else { return }
            type.attributes.removeAll { !["boot", "format"].contains($0.name) }
            let parts = pair.value.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
            type.set("fsreadwrite", trimmed(String(parts[0])), at: pair.position)
            type.set("fsreadonly", trimmed(String(parts[1])), at: pair.position)
        }
    }

    /// The elements whose text was a boolean in words.
    static let booleanNames: Set<String> = [
        "oem-swap", "oem-home", "oem-recovery", "oem-kiwi-initrd", "oem-sap-install", "oem-reboot",
        "rpm-check-signatures", "rpm-excludedocs", "rpm-force",
    ]

    /// A boolean in any spelling as `true` or `false`; nil when it is none.
    static func boolean(_ text: String) -> String? {
        switch trimmed(text).lowercased() {
        case "yes", "true": "true"
        case "no", "false": "false"
        default: nil
        }
    }

    @Sendable private static func normalizeBoolean(_ element: inout Element) {
        guard booleanNames.contains(element.name) else { return }
        let value = boolean(element.text) ?? ""
        if element.text != value { element.setText(value) }
    }

    /// The elements that stood in `<preferences>` before there was `<oemconfig>`.
    static let oemNames = [
        "oem-boot-title", "oem-home", "oem-kiwi-initrd", "oem-reboot", "oem-align-partition",
        "oem-inplace-recovery", "oem-recovery", "oem-recoveryID", "oem-sap-install", "oem-swap",
        "oem-swapsize", "oem-systemsize", "oem-dumphalt",
    ]

    /// Moves them into one new `<oemconfig>` of the image.
    static func collectOEM(_ image: inout Element, keeping: Bool) {
        var found: [Element] = []
        image.rewriteChildren("preferences") { section in
            found += section.take { oemNames.contains($0.name) }
        }
        guard keeping, let first = found.first else { return }
        let order = Dictionary(uniqueKeysWithValues: oemNames.enumerated().map { ($0.element, $0.offset) })
        let sorted = found.enumerated().sorted {
            (order[$0.element.name] ?? 0, $0.offset) < (order[$1.element.name] ?? 0, $1.offset)
        }
        image.add([.made("oemconfig", children: sorted.map(\.element), for: first.position)])
    }
}
