extension UpgradeStep {
    /// `vga` of types is dropped.
    static let to85 = UpgradeStep(from: SchemaVersion(8, 4), to: SchemaVersion(8, 5)) { image, notes in
        image.rewriteAll { element in
            guard element.name == "type", let vga = element.attribute("vga") else { return }
            element.remove(attribute: "vga")
            notes.append(
                note(
                    at: vga.position, "'vga' is gone since schema 8.5",
                    "remove it; the mode of the loader is <bootloader video_mode=\"...\">"))
        }
    }
}
