/// What `--version` prints.
enum ProgramVersion {
    /// The level of KIWI this program is compatible with; scripts compare it.
    static let compatible = "11.1.6"
    /// This program's own version.
    static let own = "0.1.0"

    static let text = """
        KIWI (next generation) version \(compatible)
        kiwi \(own) for Linux
        """
}
