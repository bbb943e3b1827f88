import KiwiDescription

/// What `--version` prints.
enum ProgramVersion {
    /// This program's own version.
    static let own = "0.1.0"

    static let text = """
        KIWI (next generation) version \(KiwiLevel.compatible)
        kiwi \(own) for Linux
        """
}
