import KiwiDiagnostics

extension UpgradeRepair {
    static let preferenceRepairs: [UpgradeRepair] = [
        .first(packageManager),
        .before(3, 5, compressed), .before(3, 7, booleans),
        .last(locale), .last(profileDescriptions), .last(misplacedOEM), .last(defaultFolders),
    ]

    // MARK: - The package manager

    /// The package manager of an old distribution, by its repositories and boot images.
    private static func manager(_ image: Element) -> String {
        let types = Set(image.children("repository").compactMap { $0["type"].map(trimmed) })
        if !types.isDisjoint(with: ["apt-deb", "deb-dir"]) { return "apt" }
        let boots = image.types.compactMap { $0["boot"]?.lowercased() }
        let isFedora = boots.contains { boot in
            ["fedora", "rhel", "centos", "mandriva", "redhat"].contains { boot.contains("/" + $0) }
        }
        return isFedora || !types.isDisjoint(with: ["urpmi", "up2date-mirrors"]) ? "dnf5" : "zypper"
    }

    /// Until 2.x the default was smart, then zypper; KIWI 9 took dnf.
    @Sendable private static func packageManager(_ image: inout Element, _ context: inout Context) {
        let manager = manager(image)
        var isWritten = false
        image.each("packagemanager") { element in
            isWritten = true
            guard ["smart", "ensconce"].contains(element.word) else { return }
            context.replaced(
                "the package manager '\(element.word)' is gone: '\(manager)' takes its place",
                at: element.textPosition, "write the package manager of the distribution")
            element.setText(manager)
        }
        guard !isWritten else { return }
        let isFirst = context.version < SchemaVersion(3, 0)
        let name = isFirst ? manager : context.version < SchemaVersion(7, 0) ? "zypper" : "dnf"
        let cause = image.first("preferences")?.position
        context.replaced(
            "no package manager is named: '\(name == "dnf" ? "dnf4" : name)' "
                + (isFirst ? "takes the place of smart, the default then" : "was the default then"),
            at: cause, "add <packagemanager> to <preferences>")
        var isDone = false
        image.rewriteChildren("preferences") { section in
            if !isDone {
                section.insert(.made("packagemanager", text: name, for: cause), after: ["version", "size"])
            }
            isDone = true
        }
    }

    // MARK: - Single elements

    /// `<compressed>` was about what network clients load.
    @Sendable private static func compressed(_ image: inout Element, _ context: inout Context) {
        var isTaken = false
        image.eachType { type in
            guard type.word == "pxe", let facts = context.facts(type), facts.isCompressed else { return }
            type.set("compressed", "true", at: type.position)
            isTaken = true
        }
        image.each("compressed") { element in
            guard boolean(element) == "true", !isTaken else { return }
            context.dropped(
                "'compressed' is for images of network clients", at: element.position,
                "remove it; results of other types are compressed when they are bundled")
        }
    }

    private static func boolean(_ element: Element) -> String? { UpgradeStep.boolean(element.text) }

    @Sendable private static func booleans(_ image: inout Element, _ context: inout Context) {
        image.rewriteAll { parent in
            for child in parent.children
            where UpgradeStep.booleanNames.contains(child.name) && boolean(child) == nil {
                context.dropped(
                    "'\(excerpt(child.text))' is neither true nor false: <\(child.name)> is ignored",
                    at: child.textPosition, "write true or false")
            }
            parent.removeChildren { UpgradeStep.booleanNames.contains($0.name) && boolean($0) == nil }
        }
    }

    /// `de_DE.UTF-8` is `de_DE`: locales are UTF-8.
    @Sendable private static func locale(_ image: inout Element, _ context: inout Context) {
        image.rewriteChildren("preferences") { section in
            section.rewriteChildren("locale") { element in
                let parts = element.word.split(separator: ",", omittingEmptySubsequences: false).map { part in
                    trimmed(String(part.prefix { $0 != "." && $0 != "@" }))
                }
                let value = parts.joined(separator: ",")
                guard value != element.word else { return }
                if !element.word.lowercased().contains("utf") {
                    context.replaced(
                        "the locale '\(excerpt(element.word))' becomes '\(value)', in UTF-8",
                        at: element.textPosition, "write '\(value)'")
                }
                element.setText(value)
            }
        }
    }

    @Sendable private static func profileDescriptions(_ image: inout Element, _ context: inout Context) {
        image.each("profile") { profile in
            guard profile["description"] == nil, let name = profile["name"] else { return }
            profile.set("description", name, at: profile.position)
        }
    }

    /// Elements of `<oemconfig>` that no step moved out of `<preferences>`.
    @Sendable private static func misplacedOEM(_ image: inout Element, _ context: inout Context) {
        image.rewriteChildren("preferences") { section in
            let elements = section.take { $0.name.hasPrefix("oem-") }
            guard !elements.isEmpty else { return }
            let known = elements.filter { Schema.elements["oemconfig"]?.child($0.name) != nil }
            for element in elements where !known.contains(element) { dropOEM(element, &context) }
            section.rewriteChildren("type") { type in
                guard type["image"] == "oem" else { return }
                type.withChild("oemconfig", for: elements[0].position) { config in
                    config.add(known.filter { config.first($0.name) == nil })
                }
            }
        }
        image.each("oemconfig") { config in
            for element in config.children where element.name == "oem-sap-install" {
                dropOEM(element, &context)
            }
            config.removeChildren { $0.name == "oem-sap-install" }
        }
    }

    private static func dropOEM(_ element: Element, _ context: inout Context) {
        context.dropped(
            "<\(element.name)> has no successor", at: element.position,
            "remove it, or do its work in config.sh")
    }

    @Sendable private static func defaultFolders(_ image: inout Element, _ context: inout Context) {
        let facts = context.legacy.types.values.first
        for (folder, option) in [(facts?.defaultRoot, "--root"), (facts?.defaultDestination, "--target-dir")]
        {
            guard let folder else { continue }
            context.dropped(
                "a description cannot name folders of the machine any more: '\(excerpt(folder.value))'",
                at: folder.position, "call kiwi with \(option) \(folder.value)")
        }
    }
}
