import KiwiDiagnostics

/// Files beside an old description that nothing uses any more.
enum LegacyFolder {
    private static let parts: [(name: String, what: String, remedy: String)] = [
        (
            "config-yast.xml",
            "descriptions of schema 8 have no AutoYaST profile; it is run for this one still",
            "configure the system in config.sh, or start YaST by a unit of your own"
        ),
        (
            "cdboot/isolinux.sh", "the ISO is written by xorriso: this script is not run",
            "remove it; isolinux.cfg and the other files of the folder make the menu of BIOS machines"
        ),
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
