import KiwiDiagnostics

/// What is accepted for compatibility, but changes nothing: the schema table says where an entry counts.
struct NoEffect {
    /// The types that may be built: outside of `<type>` an entry counts when one of them needs it.
    private var types: [Element]
    /// The package managers that may be used.
    private var managers: Set<String>
    private var replacesRelease: Bool
    private var diagnostics: [Diagnostic] = []

    /// - Parameter counts: tells the sections and types that can have an effect from the others.
    static func find(in root: Element, counting counts: (Element) -> Bool = { _ in true }) -> [Diagnostic] {
        var search = NoEffect(root, counts)
        for section in root.children where counts(section) {
            search.find(in: section, below: root, type: nil, counts)
        }
        return search.diagnostics
    }

    private init(_ root: Element, _ counts: (Element) -> Bool) {
        let sections = root.children("preferences").filter(counts)
        types = sections.flatMap { $0.children("type") }.filter(counts)
        let written = sections.flatMap { $0.children("packagemanager") }.map { trimmed($0.text) }
        managers = written.isEmpty ? ["dnf4"] : Set(written)
        replacesRelease = root.children("repository").contains { repository in
            repository.first("source")?.children("signing").contains {
                $0["key"]?.contains("releasever") ?? false
            } ?? false
        }
    }

    private mutating func find(
        in element: Element, below parent: Element, type: Element?, _ counts: (Element) -> Bool
    ) {
        guard let schema = Schema.elements[element.name], element.name != "extension",
            diagnostics.count < ReadingLimits().mistakes
        else { return }
        if let reason = reason(against: schema, element, type) {
            diagnostics.append(
                Diagnostic(
                    "no-effect", .warning, at: element.position,
                    "<\(element.name)> has no effect\(reason.text)",
                    remedy: reason.remedy))
            return
        }
        let type = element.name == "type" ? element : type
        for attribute in element.attributes {
            guard let rule = schema.attribute(attribute.name),
                let reason = reason(against: rule, element, parent, type)
            else { continue }
            diagnostics.append(
                Diagnostic(
                    "no-effect", .warning, at: attribute.position,
                    "'\(attribute.name)' of <\(element.name)> has no effect\(reason.text)",
                    remedy: reason.remedy, fix: rule.isWithoutEffect ? removal(of: attribute) : nil))
        }
        for child in element.children where child.name != "type" || counts(child) {
            find(in: child, below: element, type: type, counts)
        }
    }

    /// Why something changes nothing, as it completes "has no effect", and what to do.
    private struct Reason {
        var text: String
        var remedy: String
    }

    private func reason(against schema: ElementSchema, _ element: Element, _ type: Element?) -> Reason? {
        if schema.name == "release-version", replacesRelease { return nil }
        return reason(types: schema.imageTypes, type) ?? reason(managers: schema.managers)
            ?? reason(needs: schema.needs, element, type)
    }

    private func reason(
        against rule: AttributeSchema, _ element: Element, _ parent: Element, _ type: Element?
    ) -> Reason? {
        if rule.isWithoutEffect { return Reason(text: "", remedy: "remove it") }
        if let place = rule.inside, place != parent.name {
            return Reason(text: " in <\(parent.name)>", remedy: "remove it, it is for <\(place)>")
        }
        return reason(types: rule.effectiveTypes, type) ?? reason(managers: rule.managers)
            ?? reason(needs: rule.needs, element, type)
    }

    private func reason(types: [String], _ type: Element?) -> Reason? {
        guard !types.isEmpty, let image = type?["image"], !types.contains(image) else { return nil }
        return Reason(
            text: " for the image type '\(image)'", remedy: "remove it, it is for \(oneOf(types))")
    }

    private func reason(managers known: [String]) -> Reason? {
        guard !known.isEmpty, managers.isDisjoint(with: known) else { return nil }
        return Reason(
            text: " with \(oneOf(managers.sorted()))", remedy: "remove it, it is for \(oneOf(known))")
    }

    private func reason(needs: [Need], _ element: Element, _ type: Element?) -> Reason? {
        guard !needs.isEmpty else { return nil }
        let around = type.map { [$0] } ?? types
        if needs.contains(where: { need in
            need.isMet(by: element) || around.contains(where: need.isMet)
        }) {
            return nil
        }
        // What the image type is cannot be changed by adding something.
        let possible = needs.filter { $0.name != "image" }
        let words = oneOf(possible.map(\.description))
        return Reason(text: " without \(words)", remedy: "add \(words), or remove it")
    }
}

extension Need {
    /// Whether an element, most often a `<type>`, has what is needed.
    fileprivate func isMet(by element: Element) -> Bool {
        switch name {
        case "xen_loader" where element.name == "type":
            return element.first("machine")?["xen_loader"] != nil
        case "volumes": return element.volumeManagement == value
        case "initrd_system" where element.name == "type":
            return (element[name] ?? ImageType.defaultInitrdSystem(element["image"] ?? "")) == value
        default: break
        }
        guard let written = element[name] else { return false }
        guard let value else { return written != "false" && written != "0" }
        // Disk formats within a container: oci:vmdk.
        return written == value || written.hasSuffix(":" + value)
    }
}

extension Element {
    /// As ``ImageType/volumeManagement`` says it, of a `<type>`.
    fileprivate var volumeManagement: String? {
        guard let disk = first("systemdisk") else { return nil }
        return disk.isTrue("preferlvm") || self["filesystem"] != "btrfs" ? "lvm" : "btrfs"
    }
}

/// XML alone: there an attribute ends with its quote.
private func removal(of attribute: Attribute) -> Fix? {
    guard let position = attribute.position, let source = attribute.source else { return nil }
    return Fix(at: position, replace: trimmed(source), with: "")
}

extension LoadedDescription {
    /// Warnings about everything the description says in vain, whatever is built from it.
    public var withoutEffect: [Diagnostic] { NoEffect.find(in: document.root) }

    /// Warnings about everything that is said in vain for this build.
    public func withoutEffect(_ request: ResolveRequest) throws(Failure) -> [Diagnostic] {
        do throws(LoadingStages.Stop) {
            let (selection, _) = try select(request)
            return NoEffect.find(in: document.root) { element in
                switch element.name {
                case "type": element.position == selection.type.position
                case "preferences", "users", "drivers", "strip", "repository", "containers", "packages",
                    "certificates":
                    selection.counts(element)
                default: true
                }
            }
        } catch { throw error.failure }
    }
}
