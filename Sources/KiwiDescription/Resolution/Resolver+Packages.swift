import KiwiDiagnostics

extension Resolver {
    func addPackages(to image: inout ResolvedImage) {
        let system = selection.systemSections
        let bootstrap = selection.bootstrapSections
        let wide = selection.wideBootstrapSections
        image.system = packageSet(named: system, settings: system)
        image.bootstrap = packageSet(named: bootstrap, settings: wide)
        if !image.bootstrap.packages.isEmpty, !image.system.packages.isEmpty {
            let manager = Located(packageOfManager, at: selection.packageManager.position)
            image.bootstrap.packages = sortedUnique(image.bootstrap.packages + [manager])
        }
        let added = overrides.addBootstrapPackages.map { Located(trimmed($0)) }
        if !added.isEmpty { image.bootstrap.packages = sortedUnique(image.bootstrap.packages + added) }
        for module in bootstrap.flatMap(\.modules) {
            let name = module.attributes.string("name") ?? ""
            if module.attributes.boolean("enable") ?? false {
                image.modules.enable.append(
                    name + (module.attributes.string("stream").map { ":" + $0 } ?? ""))
            } else {
                image.modules.disable.append(name)
            }
        }
        image.deletePackages = packages(in: selection.packages.filter { $0.type == "delete" })
        image.uninstallPackages = packages(in: selection.packages.filter { $0.type == "uninstall" })
        image.systemFilesIgnore = names(
            selection.packages.filter { $0.type == "systemfiles" }.flatMap(\.ignore))
        image.bootContents = bootContents(of: bootstrap + system)
        image.addPackages = overrides.addPackages
        image.deletePackagesOnDemand = overrides.deletePackages
    }

    /// What the package manager's own package is called.
    private var packageOfManager: String {
        switch selection.packageManager.value {
        case "dnf4": "dnf"
        case "apk": "apk-tools"
        default: selection.packageManager.value
        }
    }

    /// Packages, archives and files of `named`, everything else of `settings`.
    private func packageSet(named: [PackageSection], settings: [PackageSection]) -> PackageSet {
        var set = PackageSet()
        set.packages = packages(in: named)
        set.archives = archives(named.flatMap(\.archives))
        set.files = files(in: named)
        set.collections = names(settings.flatMap(\.collections))
        set.products = sortedUnique(settings.flatMap(\.products).compactMap { $0.attributes["name"] })
        set.ignore = names(settings.flatMap(\.ignore))
        set.installRecommends = settings.lazy.compactMap(\.patternType).first == "plusRecommended"
        set.bootstrapPackage = settings.lazy.compactMap(\.bootstrapPackage).first
        return set
    }

    private func bootContents(of sections: [PackageSection]) -> ResolvedImage.BootContents {
        func marked(_ elements: [AttributedElement], _ attribute: String) -> [AttributedElement] {
            elements.filter { $0.attributes.boolean(attribute) ?? false }
        }
        let packages = sections.flatMap(\.packages)
        var contents = ResolvedImage.BootContents()
        contents.packages = names(marked(packages, "bootinclude"))
        contents.delete = names(marked(packages, "bootdelete"))
        contents.archives = archives(marked(sections.flatMap(\.archives), "bootinclude"))
        return contents
    }

    private func packages(in sections: [PackageSection]) -> [Located<String>] {
        names(sections.flatMap(\.packages))
    }

    /// The names that count for the architecture, trimmed, sorted, each once.
    private func names(_ elements: [AttributedElement]) -> [Located<String>] {
        sortedUnique(
            selection.counting(elements).compactMap { $0.attributes["name"] }.map {
                Located(trimmed($0.value), at: $0.position)
            })
    }

    /// Sorted by name; all entries of a name have the target of the last.
    private func archives(_ elements: [AttributedElement]) -> [PackageSet.Archive] {
        let targets = Dictionary(
            elements.map { ($0.attributes.string("name") ?? "", $0.attributes.string("target_dir")) },
            uniquingKeysWith: { $1 })
        return elements.compactMap { $0.attributes["name"] }.map {
            PackageSet.Archive(name: $0, targetDirectory: targets[$0.value] ?? nil)
        }.sorted { precedes($0.name.value, $1.name.value) }
    }

    /// Sorted by name; the last entry of a name wins.
    private func files(in sections: [PackageSection]) -> [PackageSet.File] {
        let entries = sections.flatMap(\.files).compactMap { element in
            element.attributes["name"].map {
                PackageSet.File(
                    name: $0, target: element.attributes.string("target"),
                    owner: element.attributes.string("owner"),
                    permissions: element.attributes.string("permissions"))
            }
        }
        return Dictionary(entries.map { ($0.name.value, $0) }, uniquingKeysWith: { $1 }).values
            .sorted { precedes($0.name.value, $1.name.value) }
    }
}
