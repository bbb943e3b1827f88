import KiwiDiagnostics

extension OverrideRewriter {
    mutating func changeContainer() throws(Failure) {
        let overrides = request.overrides
        if let tag = overrides.setContainerTag { setTag(tag) }
        for label in overrides.addContainerLabels { addLabel(label) }
        guard let origin = overrides.setContainerDerivedFrom else { return }
        if selection.type.string("derived_from") == nil {
            note("--set-container-derived-from \(origin) has no effect: the type has no 'derived_from'")
        } else {
            rewriteType { $0.set("derived_from", origin) }
        }
    }

    private mutating func setTag(_ tag: String) {
        guard selection.type.containerConfig?.attributes["tag"] != nil else {
            return note("--set-container-tag \(tag) has no effect: <containerconfig> has no 'tag'")
        }
        rewriteType { type in
            type.rewriteChildren("containerconfig") { $0.set("tag", tag) }
        }
    }

    private mutating func addLabel(_ text: String) {
        guard let (name, value) = Self.pair(text) else {
            return note("--add-container-label \(text) has no effect: write NAME=VALUE")
        }
        guard ["docker", "oci"].contains(selection.type.image) else {
            return note(
                "--add-container-label \(text) has no effect on the image type '\(selection.type.image)'")
        }
        let label = Element("label", attributes: [Attribute("name", name), Attribute("value", value)])
        rewriteType { type in
            if type.first("containerconfig") == nil {
                type.append(
                    Element(
                        "containerconfig",
                        attributes: [Attribute("name", "kiwi-container"), Attribute("tag", "latest")]),
                    indent: "            ")
            }
            type.rewriteChildren("containerconfig") { config in
                if config.first("labels") == nil {
                    config.append(Element("labels"), indent: "                ")
                }
                config.rewriteChildren("labels") { labels in
                    labels.removeChildren { $0["name"] == name }
                    labels.append(label, indent: "                    ")
                }
            }
        }
    }
}
