/// Packages of KIWI's own boot code that descriptions list: this system brings its own boot code,
/// so a description still works where no repository has them.
enum OptionalPackages {
    private static let prefixes = ["dracut-kiwi-", "kiwi-dracut-", "kiwi-systemdeps"]

    static func contains(_ name: String) -> Bool { prefixes.contains { name.hasPrefix($0) } }
}
