extension UpgradeStep {
    /// `additionaltags="a,b"` becomes `additionalnames=":a,:b"`.
    static let to75 = UpgradeStep(from: SchemaVersion(7, 4), to: SchemaVersion(7, 5)) { image, notes in
        image.rewriteAll { element in
            guard element.name == "containerconfig", let tags = element.attribute("additionaltags") else {
                return
            }
            let names = tags.value.split(separator: ",").map { ":" + $0 }.joined(separator: ",")
            element.rename(attribute: "additionaltags", to: "additionalnames")
            element.set("additionalnames", names)
            notes.append(
                note(
                    at: tags.position, "'additionaltags' is called 'additionalnames' since schema 7.5",
                    "write additionalnames=\"\(names)\""))
        }
    }
}
