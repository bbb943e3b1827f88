import KiwiDiagnostics

extension ImageInfoFields {
    var packages: [String: JSONValue] {
        [
            "packages": names(image.system.packages), "bootstrap_packages": names(image.bootstrap.packages),
            "collections": names(image.system.collections),
            "bootstrap_collections": names(image.bootstrap.collections),
            "collection_type": patternType(selection.systemSections),
            "bootstrap_collection_type": patternType(selection.wideBootstrapSections),
            "collection_modules": .object([
                "enable": .strings(image.modules.enable), "disable": .strings(image.modules.disable),
            ]),
            "products": names(image.system.products), "bootstrap_products": names(image.bootstrap.products),
            "archives": archives(image.system.archives),
            "bootstrap_archives": archives(image.bootstrap.archives),
            "files": files(image.system.files), "bootstrap_files": files(image.bootstrap.files),
            "ignore": ignored(selection.systemSections),
            "bootstrap_ignore": ignored(selection.wideBootstrapSections),
            "bootstrap_package": .string(image.bootstrap.bootstrapPackage?.value ?? ""),
            "delete_packages": names(image.deletePackages),
            "uninstall_packages": names(image.uninstallPackages),
        ]
    }

    private func names(_ list: [Located<String>]) -> JSONValue { .strings(list.map(\.value)) }

    private func patternType(_ sections: [PackageSection]) -> JSONValue {
        .string(sections.lazy.compactMap(\.patternType).first ?? "onlyRequired")
    }

    /// Sorted, duplicates kept.
    private func ignored(_ sections: [PackageSection]) -> JSONValue {
        .strings(
            selection.counting(sections.flatMap(\.ignore)).compactMap {
                $0.attributes.string("name").map(trimmed)
            }
            .sorted(by: precedes))
    }

    private func archives(_ list: [PackageSet.Archive]) -> JSONValue {
        .array(
            list.map {
                .object(["name": .string($0.name.value), "target_dir": .optional($0.targetDirectory)])
            })
    }

    private func files(_ list: [PackageSet.File]) -> JSONValue {
        .array(
            list.map {
                .object([
                    "name": .string($0.name.value), "target": .string($0.target ?? ""),
                    "owner": .string($0.owner ?? ""), "permissions": .string($0.permissions ?? ""),
                ])
            })
    }
}
