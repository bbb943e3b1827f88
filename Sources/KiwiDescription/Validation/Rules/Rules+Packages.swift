extension ConsistencyRule {
    static let packageRules: [ConsistencyRule] = [modulePhase, moduleStream, bootstrapPackage]

    private static let modulePhase = element("module-outside-bootstrap", "collectionModule") {
        module, around in
        guard around.last?["type"] != "bootstrap" else { return nil }
        return Finding(
            at: module.position, "<collectionModule> may only stand in <packages type=\"bootstrap\">",
            remedy: "move it there")
    }

    private static let moduleStream = element("stream-of-disabled-module", "collectionModule") { module, _ in
        guard let stream = module.attribute("stream"), module["enable"] != "true" else { return nil }
        return Finding(
            at: stream.position, "a module that is not enabled has no stream",
            remedy: "write enable=\"true\", or remove 'stream'")
    }

    private static let bootstrapPackage = element("bootstrap-package", "packages") { section, around in
        guard let attribute = section.attribute("bootstrap_package") else { return nil }
        if section["type"] != "bootstrap" {
            return Finding(
                at: attribute.position, "'bootstrap_package' is only for <packages type=\"bootstrap\">",
                remedy: "move it there, or remove it")
        }
        let managers = around.first?.children("preferences").flatMap { $0.children("packagemanager") } ?? []
        guard !managers.contains(where: { trimmed($0.text) == "apt" }) else { return nil }
        return Finding(
            at: attribute.position, "'bootstrap_package' needs the package manager apt", remedy: "remove it")
    }
}
