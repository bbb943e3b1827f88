import KiwiDiagnostics

/// Old descriptions have several types that are all called `oem` today. Written down, each gets a
/// profile: a build selects one.
enum TypeSeparation {
    static func separate(_ image: inout Element, _ legacy: LegacyRecord) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        // Who asks for a profile of the description would lose the imported one of the type.
        let isProfiled = !image.children("profiles").isEmpty
        let standard = defaultType(image)
        var names: Set<String> = []
        var profiles: [Element] = []
        image.replaceChildren { section in
            guard section.name == "preferences", section["profiles"] == nil else { return nil }
            let kinds = Dictionary(grouping: section.children("type")) { $0["image"] ?? "" }
            let repeated = kinds.filter { $0.value.count > 1 }
            guard !repeated.isEmpty else { return nil }
            var rest = section
            var parts: [Element] = []
            for var type in rest.take(where: { repeated[$0["image"] ?? ""] != nil }) {
                let now = type["image"] ?? ""
                let kind = repeated[now] ?? []
                let old = type.position.flatMap { legacy.types[$0]?.typeName } ?? now
                let name = free(old, &names)
                findings.append(finding(old, at: type.position, now, kind.count, isProfiled ? nil : name))
                var profile = Element.made(
                    "profile", [("name", name), ("description", "The image type \(old)")], for: type.position)
                let chosen = kind.first { $0.isTrue("primary") || $0.position == standard } ?? kind[0]
                if type.position == chosen.position { profile.set("import", "true", at: type.position) }
                if type.position == standard { type.set("primary", "true", at: type.position) }
                profiles.append(profile)
                parts.append(.made("preferences", [("profiles", name)], children: [type], for: type.position))
            }
            return isProfiled ? nil : [rest] + parts
        }
        guard !isProfiled, let first = profiles.first else { return findings }
        image.insert(.made("profiles", children: profiles, for: first.position), after: ["preferences"])
        bindPackages(in: &image, legacy)
        return findings
    }

    /// The type that is built when none is named.
    private static func defaultType(_ image: Element) -> Position? {
        let types = image.children("preferences").filter { $0["profiles"] == nil }.flatMap {
            $0.children("type")
        }
        return (types.first { $0.isTrue("primary") } ?? types.first)?.position
    }

    private static func finding(
        _ old: String, at position: Position?, _ now: String, _ count: Int, _ profile: String?
    ) -> Diagnostic {
        let message = "'\(old)' is one of \(count) types that are called '\(now)' today"
        return Diagnostic(
            "upgrade-replaced", .warning, at: position,
            message + (profile == nil ? ": a build needs to know which" : ": it has a profile of its own"),
            remedy: profile.map { "build it with --profile \($0) --type \(now)" }
                ?? "put each of them into <preferences> of a profile of its own")
    }

    private static func free(_ name: String, _ names: inout Set<String>) -> String {
        var (result, number) = (name, 2)
        while !names.insert(result).inserted {
            result = "\(name)-\(number)"
            number += 1
        }
        return result
    }

    /// Packages that were for one of the types are for its profile.
    private static func bindPackages(in image: inout Element, _ legacy: LegacyRecord) {
        var profiles: [String: String] = [:]
        for section in image.children("preferences") {
            for type in section.children("type") {
                guard let old = type.position.flatMap({ legacy.types[$0]?.typeName }) else { continue }
                if profiles[old] == nil { profiles[old] = section["profiles"] }
            }
        }
        image.rewriteChildren("packages") { section in
            guard let old = section.position.flatMap({ legacy.packageTypes[$0] }),
                let profile = profiles[old],
                section["profiles"] == nil
            else { return }
            section.set("profiles", profile, at: section.position)
        }
    }
}
