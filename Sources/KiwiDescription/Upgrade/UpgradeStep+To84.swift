extension UpgradeStep {
    /// `console="output input"` becomes two attributes.
    static let to84 = UpgradeStep(from: SchemaVersion(8, 3), to: SchemaVersion(8, 4)) { image, notes in
        image.rewriteAll { element in
            guard element.name == "bootloader", let console = element.attribute("console") else { return }
            let parts = console.value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            var remedy = "write output_console=\"\(parts[0])\""
            element.rename(attribute: "console", to: "output_console")
            element.set("output_console", String(parts[0]))
            if parts.count == 2 {
                var input = Attribute("input_console", String(parts[1]), position: console.position)
                input.valuePosition = console.valuePosition
                element.attributes.append(input)
                remedy += " input_console=\"\(parts[1])\""
            }
            notes.append(
                note(
                    at: console.position,
                    "'console' is written as 'output_console' and 'input_console' since schema 8.4", remedy))
        }
    }
}
