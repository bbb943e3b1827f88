import KiwiDescription
import KiwiRootTree

extension BillOfMaterials {
    /// The document in CycloneDX 1.5 JSON.
    public var cycloneDX: JSONValue {
        var names: [String] = []
        let components = packages.map { package -> JSONValue in
            let name = PackageURL.of(package, in: distribution)
            names.append(name)
            return component(package, name)
        }
        let reference = "image:\(imageName)"
        let properties =
            [property("kiwi:type", image.type), property("kiwi:architecture", image.architecture)]
            + repositoryLines.map { property("kiwi:repository", $0) }
        return .object([
            "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json", "bomFormat": "CycloneDX",
            "specVersion": "1.5", "serialNumber": .string("urn:uuid:\(id("cyclonedx"))"),
            "version": .number(1),
            "metadata": .object([
                "timestamp": .string(time),
                "tools": .object([
                    "components": .array([
                        .object(["type": "application", "name": "kiwi", "version": .string(program)])
                    ])
                ]),
                "component": .object([
                    "type": "operating-system", "bom-ref": .string(reference), "name": .string(image.name),
                    "version": .string(image.version), "properties": .array(properties),
                ]),
            ]),
            "components": .array(components),
            "dependencies": .array([
                .object(["ref": .string(reference), "dependsOn": .array(names.map(JSONValue.string))])
            ]),
        ])
    }

    private func component(_ package: InstalledPackage, _ name: String) -> JSONValue {
        var entry: [String: JSONValue] = [
            "type": "library", "bom-ref": .string(name), "purl": .string(name), "name": .string(package.name),
            "version": .string(package.version),
        ]
        if let expression = LicenseExpression.of(package.licenses) {
            entry["licenses"] = .array([.object(["expression": .string(expression)])])
        } else if !package.licenses.isEmpty {
            entry["licenses"] = .array(
                package.licenses.map { text in
                    let license = LicenseExpression.identifier(text).map { ["id": JSONValue.string($0)] }
                    return .object(["license": .object(license ?? ["name": .string(text)])])
                })
        }
        if let maintainer = package.maintainer {
            entry["supplier"] = .object(["name": .string(maintainer.nameAndAddress.name)])
        }
        if let homepage = package.homepage, homepage.isWebAddress {
            entry["externalReferences"] = .array([
                .object(["type": "website", "url": .string(homepage)])
            ])
        }
        if let source = package.sourceName {
            let version = package.sourceVersion ?? package.version
            entry["properties"] = .array([property("kiwi:source", "\(source) \(version)")])
        }
        return .object(entry)
    }

    private func property(_ name: String, _ value: String) -> JSONValue {
        .object(["name": .string(name), "value": .string(value)])
    }
}
