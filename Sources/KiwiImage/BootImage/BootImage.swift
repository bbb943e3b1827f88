import KiwiDescription
import KiwiDiagnostics
import KiwiRootTree

/// A kiwi initrd as an image of its own: its description, completed by what the system says about it.
public struct BootImage: Sendable {
    public var image: ResolvedImage
    public var contents: DescriptionContents

    /// - Parameters:
    ///   - boot: the boot description, resolved for `cpio`.
    ///   - contents: the files beside it.
    ///   - system: the image that will start with the initrd.
    ///   - systemContents: the files beside that one's description.
    /// - Throws: when the two cannot be built from the same repositories.
    public init(
        _ boot: ResolvedImage, _ contents: DescriptionContents, for system: ResolvedImage,
        _ systemContents: DescriptionContents
    ) throws(Failure) {
        if Self.family(boot) != Self.family(system) {
            throw Failure(
                .descriptionWrong,
                Diagnostic(
                    "boot-package-manager", at: boot.packageManager.position ?? boot.type.position,
                    "the boot image is made with \(boot.packageManager.value), its system with \(system.packageManager.value)",
                    remedy:
                        "write <packagemanager>\(system.packageManager.value)</packagemanager>: both take their packages from the repositories of the system"
                ))
        }
        image = boot
        image.packageManager.value = system.packageManager.value
        self.contents = contents
        image.name = system.name
        image.displayName = system.displayName
        image.releaseVersion = system.releaseVersion
        image.repositories = system.repositories.filter { !$0.imageOnly }.map {
            var repository = $0
            repository.imageInclude = false
            return repository
        }
        image.trustedKeys = system.trustedKeys
        image.locales = system.locales
        image.bootsplashTheme = system.bootsplashTheme
        image.bootloaderTheme = system.bootloaderTheme
        image.rpmExcludeDocs = system.rpmExcludeDocs
        image.rpmCheckSignatures = system.rpmCheckSignatures
        image.drivers = Self.joined(boot.drivers, system.drivers)
        image.strip.delete = Self.joined(boot.strip.delete, system.strip.delete)
        image.strip.tools = Self.joined(boot.strip.tools, system.strip.tools)
        image.strip.libs = Self.joined(boot.strip.libs, system.strip.libs)
        add(system.bootContents, systemContents)
        image.environment = environment(of: system)
    }

    /// Package managers of one family take the same packages from the same repositories.
    private static func family(_ image: ResolvedImage) -> String {
        let manager = image.packageManager.value
        return ["dnf4", "dnf5", "microdnf"].contains(manager) ? "dnf" : manager
    }

    /// What `bootinclude` and `bootdelete` of the system say.
    private mutating func add(_ marked: ResolvedImage.BootContents, _ files: DescriptionContents) {
        let names = Set(marked.packages.map(\.value))
        image.deletePackages = Self.sorted(
            image.deletePackages.filter { !names.contains($0.value) } + marked.delete)
        if image.bootstrap.packages.isEmpty {
            image.system.packages = Self.sorted(image.system.packages + marked.packages)
        } else {
            image.bootstrap.packages = Self.sorted(image.bootstrap.packages + marked.packages)
        }
        // Where dracut makes the initrd, they go into it and not only into its tree.
        image.bootContents.archives += marked.archives
        for archive in marked.archives {
            image.bootstrap.archives.removeAll { $0.name.value == archive.name.value }
            image.bootstrap.archives.append(archive)
            contents.archives[archive.name.value] = files.archives[archive.name.value]
        }
    }

    /// The variables of the system, but for those that say what the boot image itself is.
    private func environment(of system: ResolvedImage) -> [String: String] {
        var variables = system.environment
        for name in ["kiwi_profiles", "kiwi_type", "kiwi_iversion"] {
            variables[name] = image.environment[name]
        }
        func list(_ entries: [Located<String>], _ separator: String) -> String {
            entries.map(\.value).joined(separator: separator)
        }
        variables["kiwi_cpio_name"] = system.name
        variables["kiwi_delete"] = list(image.deletePackages, " ")
        variables["kiwi_drivers"] = list(image.drivers, ",")
        variables["kiwi_strip_delete"] = list(
            image.strip.delete + StripDefaults.delete.map { Located($0) }, " ")
        variables["kiwi_strip_tools"] = list(image.strip.tools + StripDefaults.tools.map { Located($0) }, " ")
        variables["kiwi_strip_libs"] = list(
            image.strip.libs + StripDefaults.libraries.map { Located($0) }, " ")
        return variables
    }

    /// The first list, then what only the second has.
    private static func joined(_ first: [Located<String>], _ second: [Located<String>]) -> [Located<String>] {
        var seen: Set<String> = []
        return (first + second).filter { seen.insert($0.value).inserted }
    }

    private static func sorted(_ packages: [Located<String>]) -> [Located<String>] {
        joined(packages, []).sorted { $0.value.utf8.lexicographicallyPrecedes($1.value.utf8) }
    }
}
