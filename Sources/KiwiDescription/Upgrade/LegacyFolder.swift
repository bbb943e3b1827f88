import KiwiDiagnostics

/// Files beside an old description that nothing uses any more.
enum LegacyFolder {
    private static let parts: [(name: String, what: String, remedy: String)] = [
        (
            "config-yast.xml", "no AutoYaST profile is run at the first boot",
            "configure the system in config.sh, or put the profile into root/root/autoinst.xml"
        ),
        ("cdboot", "the boot menu of a CD is generated", "remove the folder; <bootloader> has settings"),
    ]

    static func findings(in folder: String) -> [Diagnostic] {
        parts.filter { FileAccess.exists(FileAccess.join(folder, $0.name)) }.map { part in
            Diagnostic(
                "upgrade-dropped", .warning,
                at: Position(file: FileAccess.join(folder, part.name), line: 1, column: 1), part.what,
                remedy: part.remedy)
        }
    }
}
