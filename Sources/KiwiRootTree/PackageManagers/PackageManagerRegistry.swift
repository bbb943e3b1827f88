import KiwiDescription
import KiwiDiagnostics

/// The package managers this version knows.
public enum PackageManagerRegistry {
    /// One line per package manager.
    static let all: [any PackageManager.Type] = [
        Apt.self,
        Dnf.self,
        Zypper.self,
        Pacman.self,
        Apk.self,
    ]

    /// The names of all programs that are part of a package manager.
    public static let programs = Set(
        all.map { $0.init(named: $0.names[0]) }.flatMap { $0.tools + $0.lockTools }
            .filter(\.isPackageManager).flatMap(\.names))

    /// The package manager an image is built with.
    /// - Throws: `Failure` at the `<packagemanager>` when it is not supported.
    public static func manager(for image: ResolvedImage) throws(Failure) -> any PackageManager {
        try manager(named: image.packageManager)
    }

    public static func manager(named name: Located<String>) throws(Failure) -> any PackageManager {
        for type in all where type.names.contains(name.value) { return type.init(named: name.value) }
        let known = all.flatMap { $0.names }.sorted()
        throw Failure(
            .descriptionWrong,
            Diagnostic(
                "unsupported-package-manager", at: name.position,
                "package manager '\(name.value)' is not yet supported by this version",
                remedy: "use one of: \(known.joined(separator: ", "))"))
    }
}
