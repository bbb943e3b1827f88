import KiwiDiagnostics

extension StructureValidator {
    mutating func checkAttributes(of element: Element, _ schema: ElementSchema) {
        for attribute in element.attributes {
            if attribute.name.hasPrefix("xmlns") {
                checkNamespace(attribute)
            } else if let rule = schema.attribute(attribute.name) {
                check(attribute, rule, of: element)
            } else {
                reportUnknown(attribute, in: element, schema)
            }
        }
        for rule in schema.attributes where rule.isRequired && element.attribute(rule.name) == nil {
            report(
                "missing-attribute", at: element.position,
                "<\(element.name)> needs the attribute '\(rule.name)'",
                remedy: "add \(Example.attribute(rule))")
        }
    }

    private mutating func check(_ attribute: Attribute, _ rule: AttributeSchema, of element: Element) {
        if !rule.type.accepts(attribute.value) {
            reportValue("'\(rule.name)'", attribute.value, rule.type, at: attribute.valuePosition)
        }
        if !rule.imageTypes.isEmpty, let image = element["image"], Schema.imageTypes.contains(image),
            !rule.imageTypes.contains(image)
        {
            report(
                "attribute-not-for-type", at: attribute.position,
                "'\(rule.name)' has no meaning for the image type '\(image)'",
                remedy: "remove it, it is for \(oneOf(rule.imageTypes))")
        }
        if !rule.loaders.isEmpty, let loader = element["name"], !rule.loaders.contains(loader) {
            report(
                "attribute-not-for-loader", at: attribute.position,
                "'\(rule.name)' has no meaning for the boot loader '\(loader)'",
                remedy: "remove it, it is for \(oneOf(rule.loaders))")
        }
    }

    private mutating func checkNamespace(_ attribute: Attribute) {
        guard attribute.name == "xmlns", !attribute.value.isEmpty else { return }
        report(
            "name-space", at: attribute.position, "the elements of a description are in no name space",
            remedy: "remove xmlns=\"\(excerpt(attribute.value))\"")
    }

    private mutating func reportUnknown(_ attribute: Attribute, in element: Element, _ schema: ElementSchema)
    {
        let known = schema.attributes.map(\.name)
        let spelled = known.filter { plain($0) == plain(attribute.name) }
        let former = Schema.former(attribute: attribute.name, of: element.name)
        var fix: Fix?
        if let name = former?.successor ?? (spelled.count == 1 ? spelled[0] : nil),
            let position = attribute.position, element.attribute(name) == nil
        {
            fix = Fix(at: position, replace: attribute.name, with: name)
        }
        if let former {
            diagnostics.append(
                Diagnostic(
                    "unknown-attribute", at: attribute.position,
                    "the attribute '\(attribute.name)' of <\(element.name)> is gone since schema \(former.until)",
                    remedy: former.remedy, fix: fix))
            return
        }
        var remedy = nearestName(to: attribute.name, among: known).map { "write '\($0)'" }
        if remedy == nil {
            let owners = Schema.elements.values.filter { $0.attribute(attribute.name) != nil }.map(\.name)
                .sorted()
            if schema.child(attribute.name) != nil {
                remedy = "write it as an element: <\(attribute.name)>...</\(attribute.name)>"
            } else if !owners.isEmpty, owners.count <= 4 {
                remedy = "move it to \(oneOf(owners.map { "<\($0)>" })), or remove it"
            } else if known.isEmpty {
                remedy = "remove it: <\(element.name)> has no attributes"
            } else if known.count <= 20 {
                remedy = "remove it; <\(element.name)> may have \(known.joined(separator: ", "))"
            }
        }
        diagnostics.append(
            Diagnostic(
                "unknown-attribute", at: attribute.position,
                "unknown attribute '\(attribute.name)' of <\(element.name)>", remedy: remedy ?? "remove it",
                fix: fix))
    }

    /// A name without what people mix up: case, hyphens and underscores.
    private func plain(_ name: String) -> String { name.lowercased().filter { $0 != "-" && $0 != "_" } }
}
